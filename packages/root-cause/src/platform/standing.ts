// What has been so for long is not why something broke just now. Pure.
import { timeOf } from '../evidence.ts';
import { list, word } from './dig.ts';
import type { Finding } from './finding.ts';
import type { Resource } from './resource.ts';

/** Longer than an incident takes to be noticed, shorter than the night between two of them. */
const STANDS_MS = 6 * 3_600_000;
const TIMES = ['lastHeartbeatTime', 'lastTransitionTime', 'lastUpdateTime', 'lastProbeTime'] as const;

/** The newest moment that the state tells of. Null where it tells none. */
export function newestIn(all: readonly Resource[]): number | null {
  let newest: number | null = null;
  const see = (at: number | null): void => void (at !== null && (newest === null || at > newest) && (newest = at));
  for (const r of all) {
    for (const e of r.events) see(e.at);
    for (const c of list(r.status, 'conditions')) for (const key of TIMES) see(timeOf(word(c, key)));
    for (const s of [...list(r.status, 'containerStatuses'), ...list(r.status, 'initContainerStatuses')])
      for (const state of ['state', 'lastState'])
        for (const [phase, key] of [
          ['running', 'startedAt'],
          ['terminated', 'finishedAt'],
        ] as const)
          see(timeOf(word(s, state, phase, key)));
  }
  return newest;
}

/** A state and an incident further apart than this have other clocks, such as one without its time zone: then only the state's own tells how long something has been so. */
const SAME_CLOCK_MS = 3_600_000;
/** An incident of nearly the same time tells better than a state in which nothing has moved lately. */
export const momentOf = (newest: number | null, incidentAt: number | null): number | null =>
  incidentAt === null || (newest !== null && Math.abs(incidentAt - newest) > SAME_CLOCK_MS) ? newest : Math.max(incidentAt, newest ?? incidentAt);

/** The longest wait between two starts of a container that ends again and again, from its sixth on (Kubernetes, pod lifecycle). */
const BACK_OFF_MS = 300_000;
const BACK_OFF_FROM = 6;
/** A container that ended 4103 times has done so for two weeks at least. */
export const sinceOf = ({ restarts, endedAt }: { restarts: number; endedAt: number | null }): number | null =>
  endedAt === null ? null : endedAt - Math.max(0, restarts - BACK_OFF_FROM) * BACK_OFF_MS;

/** When the state was taken, nearly, and when the incident was noticed. */
export type Clock = { takenAt: number | null; incidentAt: number | null };

/** What began with the incident is new, however long after it the state was taken. */
export const isLongAgo = (at: number | null, { takenAt, incidentAt }: Clock): boolean =>
  at !== null && takenAt !== null && takenAt - at >= STANDS_MS && (incidentAt === null || at < incidentAt - SAME_CLOCK_MS);

/** Milliseconds that a finding has been so; null where that is not told or not long. */
export function stood(f: Finding, clock: Clock): number | null {
  const { takenAt } = clock;
  if (takenAt === null) return null;
  const said = f.on.events.filter((e) => e.warning && f.says.includes(e.message) && e.message !== '');
  const begun = [f.since ?? null, ...said.map((e) => (e.standing === null ? null : (e.at ?? takenAt) - e.standing))];
  const long = begun.flatMap((at) => (at !== null && isLongAgo(at, clock) ? [takenAt - at] : []));
  return long.length === 0 ? null : Math.max(...long);
}
