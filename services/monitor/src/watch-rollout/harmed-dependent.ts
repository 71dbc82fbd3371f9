// Is a service that calls the changed one worse off than it was: does it fail, or is it slow? Pure.
import { upperShare } from '@awo/analysis';
import { judgeCanary, Policy, usableRows, type MetricAnswer, type Row } from '@awo/canary-judge';
import type { Dependent, SlowBound, WatchPolicy } from './facts.ts';
import { SMALLEST_BUDGET } from './levels.ts';
import { boundMs } from './slow-bounds.ts';

/** Part of a service's alpha that its callers have. */
export const DEPENDENTS_ALPHA = 0.2;
/** What a caller had before is no control beside it: the day goes on. So its odds must rise threefold, and by as much as burns its budget six times too fast. */
const ODDS = 3;
const BURN = 6;
/** Fewer requests before the rollout say nothing of a caller. */
const LEAST_PAST = 50;

type Harmed = { service: string; answer: MetricAnswer; slowMs: number | null };

/** The caller that is proven worse than before the rollout, beyond `alpha` shared among all of them and what is watched of each; null: none. */
export function harmedDependent(dependents: Record<string, Dependent>, policy: WatchPolicy, alpha: number): Harmed | null {
  const watched = Object.entries(dependents).filter(([, d]) => d.past.n >= LEAST_PAST && d.seen.length > 0);
  const budget = Math.max(SMALLEST_BUDGET, policy.errorBudgetRatio);
  const each = alpha / watched.reduce((sum, [, { bound }]) => sum + (bound === undefined ? 1 : 2), 0);
  for (const [service, { past, bound, seen }] of watched) {
    const rate = past.bad / past.n;
    const failing = judged(
      each,
      seen.map(([t, n, bad]) => ({ t, n, some: bad })),
      { low: Math.max(SMALLEST_BUDGET, rate), high: Math.min(0.5, Math.max(budget, upperShare(past))), n: past.n },
      Math.min(0.9, rate + BURN * budget),
      30,
    );
    if (failing.verdict === 'fail') return { service, answer: failing, slowMs: null };
    if (bound === undefined) continue;
    const slow = judged(
      each,
      seen.map(([t, n, , some = 0]) => ({ t, n, some })),
      bound.known,
      bound.budget,
      3,
    );
    if (slow.verdict === 'fail') return { service, answer: slow, slowMs: boundMs(bound) };
  }
  return null;
}

/** A share against what is known of its past. `burst`: nats that one stretch may prove; slow replies come in bursts of one process. */
function judged(alpha: number, stretches: { t: number; n: number; some: number }[], known: SlowBound['known'], budget: number, burst: number): MetricAnswer {
  const rows = stretches.map(({ t, n, some }): Row => ({ t, metric: 'share', kind: 'rate', value: some / n, n, worse: 'higher', labels: { unit: 'share' } }));
  const policy = Policy.parse({ alpha, minSamples: 1, minPoints: 1, metrics: { share: { burst, known, tolerance: { odds: ODDS, budget } } } });
  const [answer] = judgeCanary(usableRows([]), usableRows(rows), policy).metrics;
  if (answer === undefined) throw new Error('rows of one metric have one answer');
  return answer;
}
