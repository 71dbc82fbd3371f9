// What the judge is asked to hold a rollout to: levels, what is tolerated, and what is known of an old one that has no traffic any more. Pure.
import { Policy, shareInterval } from '@awo/canary-judge';
import { asErrors, emptyTally } from '../counters.ts';
import type { WatchFacts } from './facts.ts';
import { alphaPerService, observedRps, PASS_RISK, riseAlone, SMALLEST_BUDGET, toleratedRise } from './levels.ts';
import { CRASHES, ERRORS, MEMORY, slowerThanMs } from './rows.ts';
import { isBeside, secondsOf } from './series.ts';
import { boundMs, SLOW_BUDGET } from './slow-bounds.ts';

/** Errors fall on requests one by one: a stretch may prove what its requests prove. Slow replies come in bursts of one process. */
const ERROR_BURST = 30;
const SLOW_BURST = 3;
/** Twice the odds are tolerated: 5 % become 10 %. */
const SLOW_ODDS = 2;
/** Share of slow replies that a step must exclude: about 15 requests without one. */
const SLOW_RISE = 0.2;
/** A rise is tolerated by itself, never because the old one is bad as well. */
const NOT_OF_BASELINE = 1e-9;

const MB = 1024 * 1024;
/** A run-time with a garbage collector touches about 24 MB for the first time under its first traffic. */
const GROWTH = { fillUp: 24 * MB, loss: 48 * MB, doublingSeconds: 60 };

/** Rise of the new one's error ratio that must be excluded. */
export const riseOf = (facts: WatchFacts): number =>
  isBeside(facts)
    ? toleratedRise(facts.policy, facts.input.weight)
    : riseAlone(facts.policy, facts.input, observedRps(facts.memo, facts.traffic.at));

export function judgePolicy(facts: WatchFacts): Policy {
  const { memo, policy } = facts;
  const { series } = memo;
  const beside = isBeside(facts);
  const errors = {
    burst: ERROR_BURST,
    tolerance: { share: riseOf(facts), ofBaseline: NOT_OF_BASELINE, budget: Math.min(0.99, policy.errorBudgetRatio) },
    ...(beside ? {} : { known: knownErrors(facts) }),
  };
  const slower = series.bounds.map((b) => [
    slowerThanMs(boundMs(b)),
    {
      burst: SLOW_BURST,
      tolerance: { share: SLOW_RISE, ofBaseline: NOT_OF_BASELINE, odds: SLOW_ODDS, budget: SLOW_BUDGET[b.source] },
      ...(beside ? {} : { known: b.known }),
    },
  ]);
  return Policy.parse({
    alpha: alphaPerService(policy, facts.servicesWatched),
    risk: PASS_RISK,
    // The tests count requests themselves; how many there must be is the release policy's own rule.
    minSamples: 1,
    minPoints: 1,
    passSince: secondsOf(memo.since, series),
    metrics: {
      [ERRORS]: errors,
      ...Object.fromEntries(slower),
      ...(series.memory.length === 0 ? {} : { [MEMORY]: { growth: GROWTH } }),
      [CRASHES]: { never: true },
    },
  });
}

/** Share of errors that is no fault of the new one: the budget, or what the old one had. A short past excuses errors, and proves no absence of them. */
function knownErrors({ memo, policy }: WatchFacts): { low: number; high: number } {
  const budget = Math.max(SMALLEST_BUDGET, Math.min(0.99, policy.errorBudgetRatio));
  const { n, bad } = asErrors(memo.series.past ?? emptyTally());
  return {
    low: Math.min(0.99, Math.max(budget, bad / Math.max(1, n))),
    high: n < 100 ? budget : Math.min(0.99, Math.max(budget, shareInterval(bad, n, 0.05).high)),
  };
}
