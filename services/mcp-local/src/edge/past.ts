// What each service has had per minute and per hour, as far back as this environment has an edge: differences of counters that only grow.
import type { EdgePast } from '@awo/contracts';

const MINUTE_MS = 60_000;
const MINUTES_KEPT = 360;
const HOURS_KEPT = 672;

/** Counts of one start of a revision. */
export type Counts = { service: string; key: string; requests: number; errors: number };

export type Past = {
  /** Adds what has come since the last call. True where a minute has ended: time to write. */
  add(counts: readonly Counts[], nowMs: number): boolean;
  save(): EdgePast;
};

export function createPast(saved: EdgePast | null, counts: readonly Counts[]): Past {
  const services = new Map((saved?.services ?? []).map((s) => [s.name, { minutes: [...s.minutes], hours: [...s.hours] }]));
  // What was counted before is in what was saved, or was counted while nobody looked.
  const seen = new Map(counts.map((c) => [c.key, c]));
  let minute = -1;
  return {
    add(now, nowMs) {
      const present = Math.floor(nowMs / MINUTE_MS);
      for (const one of now) {
        const known = services.get(one.service) ?? { minutes: [], hours: [] };
        services.set(one.service, known);
        const before = seen.get(one.key);
        seen.set(one.key, one);
        const [requests, errors] = [one.requests - (before?.requests ?? 0), one.errors - (before?.errors ?? 0)];
        const entry = lastOrNew(
          known.minutes,
          present,
          MINUTES_KEPT,
          () => {
            const hour = lastOrNew(known.hours, Math.floor(present / 60), HOURS_KEPT, () => undefined, [0, 0, 0, 0]);
            hour[3] = (hour[3] ?? 0) + 1;
          },
          [0, 0, 0],
        );
        const hour = known.hours.at(-1) ?? [0, 0, 0, 0];
        for (const stretch of [entry, hour]) {
          stretch[1] = (stretch[1] ?? 0) + Math.max(0, requests);
          stretch[2] = (stretch[2] ?? 0) + Math.max(0, errors);
        }
      }
      const ended = minute !== -1 && present !== minute;
      minute = present;
      return ended;
    },
    save: () => ({
      services: [...services].map(([name, { minutes, hours }]) => ({
        name,
        minutes: minutes as EdgePast['services'][number]['minutes'],
        hours: hours as EdgePast['services'][number]['hours'],
      })),
    }),
  };
}

/** Each stretch begins with the number of its minute or hour since 1970. */
function lastOrNew(list: number[][], index: number, kept: number, onNew: () => void, empty: readonly number[]): number[] {
  const last = list.at(-1);
  // A clock that was set back: what comes then belongs to the newest that is known.
  if (last && (last[0] ?? 0) >= index) return last;
  const fresh = [index, ...empty.slice(1)];
  list.push(fresh);
  if (list.length > kept) list.splice(0, list.length - kept);
  onNew();
  return fresh;
}
