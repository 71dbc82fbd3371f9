// What is asked of a service with a cause on it: what was changed lately, which source is meant, what may be raised or switched. Pure.
import type { Configuration, ServiceStatus, SourceStatus } from '@awo/contracts';
import type { Cause } from './facts.ts';

/** A service with a cause on it or on one of its data sources. */
export type Case = { cause: Cause; status: ServiceStatus; revision: string; since: number; now: Configuration };
const RELEASED_MS = 10 * 60_000;
/** A changed value is felt sooner than new code: what has been in force for longer without trouble is not blamed. */
const CONFIGURED_MS = 60_000;
/** A change is noticed up to so long after the trouble that it made. */
const SLACK_MS = 8_000;

const isRecent = (at: string | null | undefined, since: number, withinMs: number): boolean => {
  const time = at ? Date.parse(at) : Number.NaN;
  return time <= since + SLACK_MS && since - time <= withinMs;
};
export const releasedLately = ({ status, revision, since }: Case): boolean =>
  status.previous !== null && status.previous !== revision && isRecent(status.revisions.find((r) => r.revision === revision)?.startedAt, since, RELEASED_MS);
/** Of two changes the later one is the first suspect. */
export const releasedSince = ({ status, revision }: Case): boolean =>
  Date.parse(status.revisions.find((r) => r.revision === revision)?.startedAt ?? '') > Date.parse(status.configurationsBefore?.[0]?.until ?? '');
/** What a repair has set was verified: with that taken back, what it mended would be ill again. */
export const configuredLately = ({ status: { configurationsBefore: [last] = [] }, since }: Case): boolean =>
  last?.byRepair !== true && isRecent(last?.until, since, CONFIGURED_MS);

export const variableOf = ({ cause, status }: Case): string | null => {
  const [owner, variable] = cause.entity.split('/');
  return owner === status.name && variable !== undefined && status.sources?.some((s) => s.variable === variable) ? variable : null;
};
/** The source that the cause is on. */
export const calledIn = (one: Case): SourceStatus | undefined => one.status.sources?.find((s) => s.variable === variableOf(one));

/** The source that the cause is on; where a disk is full, the folder that has a spare one. */
export function sourceOf(one: Case): SourceStatus | undefined {
  const named = calledIn(one);
  const folder = /disk|storage|quota/.test(one.cause.cause) ? one.status.sources?.find((s) => s.address.startsWith('/')) : undefined;
  const found = named ?? folder;
  return found && found.standby.length > 0 ? found : undefined;
}

export function unsafeFlag({ status }: Case): { variable: string; safe: string } | null {
  const found = Object.entries(status.flags ?? {}).find(([, { value, safe }]) => value !== safe);
  return found === undefined ? null : { variable: found[0], safe: found[1].safe };
}

export function raisable({ status }: Case): { variable: string; value: number; max: number } | null {
  for (const [variable, { value, max }] of Object.entries(status.limits ?? {})) if (value !== null && value < max) return { variable, value, max };
  return null;
}

/** The process that the cause is, while it serves beside another one: with the fresh one at least two serve. */
export function badProcess({ cause, status, revision }: Case): string | null {
  const serving = status.revisions.find((r) => r.revision === revision)?.serving ?? [];
  const found = serving.find((one) => one.launch === cause.process);
  return found !== undefined && serving.length >= 2 && status.sideBySide ? found.launch : null;
}
