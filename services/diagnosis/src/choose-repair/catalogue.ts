// The repairs there are: what each answers, what has to be so before it, what it risks, what it does and how that is taken back. Pure data and functions.
import type { Configuration, Repair, RepairKind, ServiceStatus, SourceStatus } from '@awo/contracts';
import type { Cause } from './facts.ts';

/** A service with a cause on it or on one of its data sources. */
export type Case = { cause: Cause; status: ServiceStatus; revision: string; since: number; now: Configuration };
type Made = Pick<Repair, 'act' | 'undo' | 'check'> & { says: string };

export type Entry = {
  kind: RepairKind;
  /** Expected harm, 0 to 1, in the same measure as confidence times fit: what its blast radius and the time it takes may cost. */
  risk: number;
  /** Whom it touches, for people. */
  blast: string;
  /** How well it answers the cause, 0 to 1; 0: not at all, or what it needs is not there. */
  fit: (one: Case) => number;
  make: (one: Case) => Made | null;
};

const RELEASED_MS = 10 * 60_000;
/** A changed value is felt sooner than new code: what has been in force for longer without trouble is not blamed. */
const CONFIGURED_MS = 60_000;
/** A change is noticed up to so long after the trouble that it made. */
const SLACK_MS = 8_000;

const isRecent = (at: string | null | undefined, since: number, withinMs: number): boolean => {
  const time = at ? Date.parse(at) : Number.NaN;
  return time <= since + SLACK_MS && since - time <= withinMs;
};
const releasedLately = ({ status, revision, since }: Case): boolean =>
  status.previous !== null && status.previous !== revision && isRecent(status.revisions.find((r) => r.revision === revision)?.startedAt, since, RELEASED_MS);
/** Of two changes the later one is the first suspect. */
const releasedSince = ({ status, revision }: Case): boolean =>
  Date.parse(status.revisions.find((r) => r.revision === revision)?.startedAt ?? '') > Date.parse(status.configurationsBefore?.[0]?.until ?? '');
/** What a repair has set was verified: with that taken back, what it mended would be ill again. */
const configuredLately = ({ status: { configurationsBefore: [last] = [] }, since }: Case): boolean =>
  last?.byRepair !== true && isRecent(last?.until, since, CONFIGURED_MS);

const variableOf = ({ cause, status }: Case): string | null => {
  const [owner, variable] = cause.entity.split('/');
  return owner === status.name && variable !== undefined && status.sources?.some((s) => s.variable === variable) ? variable : null;
};
const withEnv = ({ env, files }: Configuration, more: Record<string, string>): Configuration => ({ env: { ...env, ...more }, files });
const configure = (one: Case, next: Configuration, says: string): Made => ({
  act: { do: 'configure', configuration: next },
  undo: { do: 'configure', configuration: one.now },
  says,
});

/** Ends by itself what a process has run into; not what it was told, given or calls. */
const CURED_BY_RESTART =
  /memory|cpu|connections|deadlock|hang|stuck|saturat|leak|abnormal|slow-component|failing-component|unreachable-component|thread|handles/;
const NOT_BY_RESTART = /^crash-loop$|certificate|credentials|dns|disk|schema|configuration|load-changed|recent-change/;

export const CATALOGUE: readonly Entry[] = [
  {
    kind: 'restore-configuration',
    risk: 0.05,
    blast: 'the service, which is started anew beside itself',
    fit: (one) => (!configuredLately(one) ? 0 : variableOf(one) !== null || (releasedLately(one) && releasedSince(one)) ? 0.6 : 0.95),
    make: (one) => {
      const before = one.status.configurationsBefore?.[0]?.configuration;
      return before === undefined ? null : configure(one, before, 'the configuration that was in force before it began');
    },
  },
  {
    kind: 'toggle-flag',
    risk: 0.08,
    blast: 'what the flag switches',
    fit: (one) => (variableOf(one) === null && unsafeFlag(one) !== null ? 0.5 : 0),
    make: (one) => {
      const flag = unsafeFlag(one);
      return flag === null ? null : configure(one, withEnv(one.now, { [flag.variable]: flag.safe }), `${flag.variable} back to ${flag.safe}`);
    },
  },
  {
    kind: 'raise-limit',
    risk: 0.08,
    blast: 'the service, and what it calls may see more of it',
    fit: (one) => (/connections|saturat|pool|limit|quota|thread/.test(one.cause.cause) && raisable(one) !== null ? 0.75 : 0),
    make: (one) => {
      const limit = raisable(one);
      if (limit === null) return null;
      const next = Math.min(limit.max, limit.value * 2);
      return configure(one, withEnv(one.now, { [limit.variable]: String(next) }), `${limit.variable} from ${limit.value} to ${next}, at most ${limit.max}`);
    },
  },
  {
    kind: 'restart',
    risk: 0.1,
    blast: 'the service, which is started anew beside itself',
    fit: (one) => {
      if (variableOf(one) !== null || NOT_BY_RESTART.test(one.cause.cause)) return 0;
      const changed = releasedLately(one) || configuredLately(one);
      return (CURED_BY_RESTART.test(one.cause.cause) ? 0.75 : 0.4) * (changed ? 0.4 : 1);
    },
    make: ({ status, revision }) => {
      const launch = status.revisions.find((r) => r.revision === revision)?.launch;
      return launch === undefined ? null : { act: { do: 'restart', launch }, undo: null, says: 'a fresh process of the same revision' };
    },
  },
  {
    kind: 'switch-source',
    risk: 0.1,
    blast: 'the service, and the standby that answers instead',
    fit: (one) => {
      if (sourceOf(one) === undefined) return 0;
      return variableOf(one) === null ? 0.8 : 0.9;
    },
    make: (one) => {
      const source = sourceOf(one);
      // One that answers comes before one that does not.
      const to = source?.standby.toSorted((a, b) => Number((source.answers[b] ?? null) !== null) - Number((source.answers[a] ?? null) !== null))[0];
      if (source === undefined || to === undefined) return null;
      const made = configure(one, withEnv(one.now, { [source.variable]: to }), `${source.variable} from ${source.address} to ${to}`);
      return source.path === null ? made : { ...made, check: { from: source.address, to, path: source.path, known: source.answers[source.address] ?? null } };
    },
  },
  {
    kind: 'scale',
    risk: 0.12,
    blast: 'the machine, which runs more processes of it, and what it calls, which may see more of it',
    fit: ({ cause, status: { replicas } }) => {
      if (replicas === undefined || replicas.value >= replicas.max) return 0;
      return /load-changed|overload/.test(cause.cause) ? 0.85 : /cpu-exhausted|saturat/.test(cause.cause) ? 0.5 : 0;
    },
    make: ({ status: { replicas } }) => {
      if (replicas === undefined) return null;
      const next = Math.min(replicas.max, replicas.value * 2);
      return {
        act: { do: 'scale', replicas: next },
        undo: { do: 'scale', replicas: replicas.value },
        says: `${next} processes in place of ${replicas.value}, at most ${replicas.max}`,
      };
    },
  },
  {
    kind: 'roll-back',
    risk: 0.15,
    blast: 'every customer of the service: the revision before takes all traffic',
    fit: (one) => (releasedLately(one) && variableOf(one) === null ? 0.85 : 0),
    make: ({ status, revision }) =>
      status.previous === null
        ? null
        : { act: { do: 'run', revision: status.previous }, undo: { do: 'run', revision }, says: `the revision before, ${status.previous.slice(0, 12)}` },
  },
  {
    kind: 'shed-traffic',
    risk: 0.25,
    blast: 'a third of the customers, who are turned away',
    fit: (one) => (/load-changed|overload/.test(one.cause.cause) ? 0.7 : /cpu-exhausted|saturat/.test(one.cause.cause) ? 0.3 : 0),
    make: ({ status }) =>
      (status.shed ?? 0) > 0
        ? null
        : { act: { do: 'shed', share: 33 }, undo: { do: 'shed', share: 0 }, says: 'a third of the customers turned away until somebody ends it' },
  },
];

/** The source that the cause is on; where a disk is full, the folder that has a spare one. */
function sourceOf(one: Case): SourceStatus | undefined {
  const named = one.status.sources?.find((s) => s.variable === variableOf(one));
  const folder = /disk|storage|quota/.test(one.cause.cause) ? one.status.sources?.find((s) => s.address.startsWith('/')) : undefined;
  const found = named ?? folder;
  return found && found.standby.length > 0 ? found : undefined;
}

function unsafeFlag({ status }: Case): { variable: string; safe: string } | null {
  const found = Object.entries(status.flags ?? {}).find(([, { value, safe }]) => value !== safe);
  return found === undefined ? null : { variable: found[0], safe: found[1].safe };
}

function raisable({ status }: Case): { variable: string; value: number; max: number } | null {
  for (const [variable, { value, max }] of Object.entries(status.limits ?? {})) if (value !== null && value < max) return { variable, value, max };
  return null;
}
