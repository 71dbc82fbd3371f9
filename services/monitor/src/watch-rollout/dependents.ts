// Services that call the changed one: what they were like before, and what they are while it is rolled out. Pure.
import { upperShare } from '@awo/analysis';
import { judgeCanary, Policy, usableRows, type MetricAnswer, type Row } from '@awo/canary-judge';
import type { ServiceModel, TrafficCounters } from '@awo/contracts';
import type { Dependent, Reading, WatchPolicy } from './facts.ts';
import { SMALLEST_BUDGET } from './levels.ts';

/** More callers than this are not asked at every look. */
const MOST = 5;
/** Part of a service's alpha that its callers have. */
export const DEPENDENTS_ALPHA = 0.2;
/** What a caller had before is no control beside it: the day goes on. So its odds must rise threefold, and by as much as burns its budget six times too fast. */
const ODDS = 3;
const BURN = 6;
/** Fewer requests before the rollout say nothing of a caller. */
const LEAST_PAST = 50;
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

type Counts = { n: number; bad: number };
const countsOf = (c: TrafficCounters): Counts => ({ n: c.requests, bad: Math.min(c.errors, c.requests) });
const sum = (all: Counts[]): Counts => all.reduce((a, b) => ({ n: a.n + b.n, bad: a.bad + b.bad }), { n: 0, bad: 0 });

/** Adds one look. The first one of a release sets the past, and the marks that differences are taken from. */
export function addDependents(known: Record<string, Dependent>, t: number, reading: Reading): Record<string, Dependent> {
  return Object.fromEntries(
    (reading.dependents ?? []).map(({ service, revisions }) => {
      const now = Object.fromEntries(revisions.map((r) => [r.revision, countsOf(r)]));
      const before = known[service];
      if (before === undefined) return [service, { past: sum(Object.values(now)), last: now, seen: [] }];
      const since = Object.entries(now).map(([revision, counts]) => {
        const last = before.last[revision];
        return last === undefined || counts.n < last.n || counts.bad < last.bad ? counts : { n: counts.n - last.n, bad: counts.bad - last.bad };
      });
      const { n, bad } = sum(since);
      return [service, { ...before, last: now, seen: n === 0 ? before.seen : fewer([...before.seen, [t, n, bad]]) }];
    }),
  );
}

/** Neighbours are put together by their place alone. */
const fewer = (seen: Dependent['seen']): Dependent['seen'] =>
  seen.length <= MOST_STRETCHES
    ? seen
    : seen.flatMap(([t, n, bad], i) => {
        const next = seen[i + 1];
        if (i % 2 === 1) return [];
        return [next === undefined ? [t, n, bad] : [next[0], n + next[1], bad + next[2]]] as Dependent['seen'];
      });

/** The caller that is proven worse than before the rollout, beyond `alpha` shared among all of them; null: none. */
export function harmedDependent(dependents: Record<string, Dependent>, policy: WatchPolicy, alpha: number): { service: string; answer: MetricAnswer } | null {
  const watched = Object.entries(dependents).filter(([, d]) => d.past.n >= LEAST_PAST && d.seen.length > 0);
  for (const [service, { past, seen }] of watched) {
    const budget = Math.max(SMALLEST_BUDGET, policy.errorBudgetRatio);
    const known = { low: Math.max(SMALLEST_BUDGET, past.bad / past.n), high: Math.min(0.5, Math.max(budget, upperShare(past))), n: past.n };
    const rows = seen.map(([t, n, bad]): Row => ({ t, metric: service, kind: 'rate', value: bad / n, n, worse: 'higher', labels: { unit: 'share' } }));
    const asked = Policy.parse({
      alpha: alpha / watched.length,
      minSamples: 1,
      minPoints: 1,
      metrics: { [service]: { burst: 30, known, tolerance: { odds: ODDS, budget: Math.min(0.9, past.bad / past.n + BURN * budget) } } },
    });
    const [answer] = judgeCanary(usableRows([]), usableRows(rows), asked).metrics;
    if (answer?.verdict === 'fail') return { service, answer };
  }
  return null;
}
