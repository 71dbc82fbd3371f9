// Services that call the changed one: what they were like before, and what they are while it is rolled out. Pure.
import type { ServiceModel, TrafficCounters } from '@awo/contracts';
import type { Dependent, Reading, SlowBound, WatchPolicy } from './facts.ts';
import { slowerThan } from './histogram.ts';
import { slowBounds } from './slow-bounds.ts';

/** More callers than this are not asked at every look. */
const MOST = 5;
const MOST_STRETCHES = 64;

/** Callers of a service, and their callers, nearest first. */
export function dependentsOf(service: string, services: readonly Pick<ServiceModel, 'name' | 'dependsOn'>[]): string[] {
  const found: string[] = [];
  for (let ring = [service]; ring.length > 0;) {
    const known = ring;
    ring = services.filter((s) => s.name !== service && !found.includes(s.name) && s.dependsOn.some((d) => known.includes(d))).map((s) => s.name);
    found.push(...ring);
  }
  return found.slice(0, MOST);
}

type Counts = { n: number; bad: number; slow?: number };
const countsOf = (c: TrafficCounters, bound: SlowBound | undefined): Counts => ({
  n: c.requests,
  bad: Math.min(c.errors, c.requests),
  ...(bound === undefined ? {} : { slow: slowerThan(c.latency, bound.bucket).bad }),
});
const plus = (a: Counts, b: Counts): Counts => ({
  n: a.n + b.n,
  bad: a.bad + b.bad,
  ...(a.slow === undefined || b.slow === undefined ? {} : { slow: a.slow + b.slow }),
});
const none = (bound: SlowBound | undefined): Counts => (bound === undefined ? { n: 0, bad: 0 } : { n: 0, bad: 0, slow: 0 });
const seenAs = (t: number, { n, bad, slow }: Counts): Dependent['seen'][number] => (slow === undefined ? [t, n, bad] : [t, n, bad, slow]);
const countsIn = ([, n, bad, slow]: Dependent['seen'][number]): Counts => (slow === undefined ? { n, bad } : { n, bad, slow });

/** Adds one look. The first one of a release sets the past, what is slow, and the marks that differences are taken from. */
export function addDependents(known: Record<string, Dependent>, t: number, reading: Reading): Record<string, Dependent> {
  return Object.fromEntries(
    (reading.dependents ?? []).map(({ service, revisions }) => {
      const before = known[service];
      // What was begun by an older version has no bound, and none that came later would be that of its past.
      const bound = before === undefined ? boundOf(revisions, reading.policy) : before.bound;
      const now = Object.fromEntries(revisions.map((r) => [r.revision, countsOf(r, bound)]));
      if (before === undefined)
        return [service, { past: Object.values(now).reduce(plus, none(bound)), ...(bound === undefined ? {} : { bound }), last: now, seen: [] }];
      const since = Object.entries(now).map(([revision, counts]) => sinceLast(before.last[revision], counts));
      const all = since.reduce(plus, none(bound));
      return [service, { ...before, last: now, seen: all.n === 0 ? before.seen : fewer([...before.seen, seenAs(t, all)]) }];
    }),
  );
}

/** A counter that went back began anew: then all of it is new. */
function sinceLast(last: Counts | undefined, now: Counts): Counts {
  if (last === undefined || now.n < last.n || now.bad < last.bad) return now;
  return { n: now.n - last.n, bad: now.bad - last.bad, ...(now.slow === undefined ? {} : { slow: Math.max(0, now.slow - (last.slow ?? 0)) }) };
}

/** By the tail of its own past (where all replies are alike that is their middle as well), as of a service that was switched at once: there is none beside it to compare with. */
function boundOf(revisions: readonly TrafficCounters[], policy: WatchPolicy): SlowBound | undefined {
  const past = revisions.map((r) => r.latency).reduce((a, b) => a.map((n, i) => n + (b[i] ?? 0)));
  return slowBounds(past, { ...policy, latencyMs: null }, false).at(-1);
}

/** Neighbours are put together by their place alone. */
const fewer = (seen: Dependent['seen']): Dependent['seen'] =>
  seen.length <= MOST_STRETCHES
    ? seen
    : seen.flatMap((one, i) => {
        const next = seen[i + 1];
        if (i % 2 === 1) return [];
        return [next === undefined ? one : seenAs(next[0], plus(countsIn(one), countsIn(next)))];
      });
