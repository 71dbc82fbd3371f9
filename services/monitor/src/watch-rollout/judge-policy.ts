// What the judge is asked to hold a rollout to: levels, what is tolerated, and what is known of an old one that has no traffic any more. Pure.
import { upperShare } from '@awo/analysis';
import { Policy } from '@awo/canary-judge';
import { asErrors, emptyTally } from '../counters.ts';
import { DEPENDENTS_ALPHA } from './harmed-dependent.ts';
import type { WatchFacts } from './facts.ts';
import { alphaPerService, observedRps, PASS_RISK, riseAlone, SMALLEST_BUDGET, toleratedRise } from './levels.ts';
import { CRASHES, ERRORS, MEMORY, slowerThanMs } from './rows.ts';
import { isBeside, secondsOf } from './series.ts';
import { boundMs } from './slow-bounds.ts';

/** Errors fall on requests one by one: a stretch may prove what its requests prove. Slow replies come in bursts of one process. */
const ERROR_BURST = 30;
const SLOW_BURST = 3;
/** Twice the odds are tolerated: 5 % become 10 %. */
const SLOW_ODDS = 2;
/** Rise of the share of slow replies that must be excluded: about 10 requests without one. */
const slowRise = (rise: number): number => Math.min(0.5, Math.max(0.3, 2 * rise));
/** Failed requests are worse than slow ones: half of alpha is theirs where there are two bounds. */
const ERROR_WEIGHT = 2;
/** A rise is tolerated by itself, never because the old one is bad as well. */
const NOT_OF_BASELINE = 1e-9;

const MB = 1024 * 1024;
/** A run-time with a garbage collector touches about 24 MB for the first time under its first traffic. */
const GROWTH = { fillUp: 24 * MB, loss: 48 * MB, doublingSeconds: 60 };

/** Rise of the new one's error ratio that must be excluded. */
export const riseOf = (facts: WatchFacts): number =>
  isBeside(facts) ? toleratedRise(facts.policy, facts.input.weight) : riseAlone(facts.policy, facts.input, observedRps(facts.memo, facts.traffic.at));

/** What is left to the service itself: the rest is for those that call it. */
export const ownAlpha = (facts: WatchFacts): number =>
  alphaPerService(facts.policy, facts.servicesWatched) * (facts.memo.series.dependents === undefined ? 1 : 1 - DEPENDENTS_ALPHA);

export function judgePolicy(facts: WatchFacts): Policy {
  const { memo, policy } = facts;
  const { series } = memo;
  const beside = isBeside(facts);
  const rise = riseOf(facts);
  const errors = {
    weight: ERROR_WEIGHT,
    burst: ERROR_BURST,
    tolerance: { share: rise, ofBaseline: NOT_OF_BASELINE, budget: Math.min(0.99, policy.errorBudgetRatio) },
    known: beside ? pastErrors(facts) : knownErrors(facts),
  };
  const slower = series.bounds.map((b) => [
    slowerThanMs(boundMs(b)),
    {
      burst: SLOW_BURST,
      tolerance: { share: slowRise(rise), ofBaseline: NOT_OF_BASELINE, odds: SLOW_ODDS, budget: b.budget },
      known: b.known,
    },
  ]);
  return Policy.parse({
    alpha: ownAlpha(facts),
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
      ...(beside ? Object.fromEntries(Object.entries(series.observed ?? {}).map(([name, { critical }]) => [name, { critical }])) : {}),
    },
  });
}

type Known = { low: number; high: number; n: number };
const within = (x: number): number => Math.min(0.99, Math.max(SMALLEST_BUDGET, x));

/** What the old one had before: a first guess of what it has now. */
function pastErrors({ memo }: WatchFacts): Known {
  const counts = asErrors(memo.series.past ?? emptyTally());
  return { low: within(counts.bad / Math.max(1, counts.n)), high: within(upperShare(counts)), n: counts.n };
}

/** Share of errors that is no fault of the new one: the budget, or what the old one had. A short past excuses errors, and proves no absence of them. */
function knownErrors(facts: WatchFacts): Known {
  const budget = within(facts.policy.errorBudgetRatio);
  const { low, high, n } = pastErrors(facts);
  return { low: Math.max(budget, low), high: n < 100 ? budget : Math.max(budget, high), n };
}
