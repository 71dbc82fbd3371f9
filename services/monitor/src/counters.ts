// Differences of counters that only grow, also across a restart of the one that counts. Pure.
import { LATENCY_BOUNDS_MS, type TrafficCounters } from '@awo/contracts';

/** What was counted, either up to a moment or between two. */
export type Tally = { requests: number; errors: number; latency: number[] };

export const emptyTally = (): Tally => ({ requests: 0, errors: 0, latency: Array.from({ length: LATENCY_BOUNDS_MS.length + 1 }, () => 0) });

export const tallyOf = (counters: TrafficCounters | undefined): Tally | null =>
  counters === undefined ? null : { requests: counters.requests, errors: counters.errors, latency: [...counters.latency] };

/** Copies that a revision answered beside its requests say as much of it: what is judged is both. */
export function withCopies({ copies, ...own }: TrafficCounters): TrafficCounters {
  if (copies === undefined) return own;
  const latency = own.latency.map((n, i) => n + (copies.latency[i] ?? 0));
  return { ...own, requests: own.requests + copies.requests, errors: own.errors + copies.errors, latency };
}

/** What the control has served was served by the old revision too. */
export const withControl = (old: TrafficCounters, control: TrafficCounters): TrafficCounters => ({
  ...old,
  weight: old.weight + control.weight,
  requests: old.requests + control.requests,
  errors: old.errors + control.errors,
  latency: old.latency.map((n, i) => n + (control.latency[i] ?? 0)),
});

/** What came in between. A counter that went back began anew: then all of it is new. */
export function tallySince(before: Tally | null, now: Tally | null): Tally {
  if (now === null) return emptyTally();
  if (before === null || now.requests < before.requests || now.errors < before.errors) return now;
  return {
    requests: now.requests - before.requests,
    errors: now.errors - before.errors,
    latency: now.latency.map((n, i) => Math.max(0, n - (before.latency[i] ?? 0))),
  };
}

export const addTally = (a: Tally, b: Tally): Tally => ({
  requests: a.requests + b.requests,
  errors: a.errors + b.errors,
  latency: a.latency.map((n, i) => n + (b.latency[i] ?? 0)),
});

/** As counts of bad ones; a proxy may count an error before it counts the request. */
export const asErrors = (t: Tally): { n: number; bad: number } => ({ n: t.requests, bad: Math.min(t.errors, t.requests) });
