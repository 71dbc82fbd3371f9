// The steps of a canary, planned by power: each weight is as large as what the steps before have excluded allows. Pure.
import { smallestShown } from '@awo/canary-judge';
import {
  SWITCH_BACK_MS,
  FASTEST_DETECTION_MS,
  STEP_SHARE_OF_BUDGET,
  assumedDefect,
  backMs,
  budgetLeft,
  failedIfDefective,
  requestsNeeded,
  toShow,
  type Situation,
} from './exposure.ts';

export type CanaryStep = {
  /** Per cent of the traffic on the new one. */
  weight: number;
  /** Requests of the new one, all steps so far together, before this one may pass. */
  requests: number;
  /** Share of failures that may have gone unnoticed once it has passed. */
  unnoticedRatio: number;
  /** Failed requests, if what may have gone unnoticed before is there. */
  atStake: number;
};

/** The first step should have its evidence within this time where a tenth of the traffic allows it. */
const QUICK_EVIDENCE_MS = 15_000;
const USUAL_FIRST_WEIGHT = 10;
export const LARGEST_CANARY_WEIGHT = 50;
/** A step that does not at least double the weight brings nothing that waiting would not. */
const LEAST_GROWTH = 2;
/** Of the deadline of a watch, so that its verdict has room. */
const USABLE = 0.8;
/** Where nothing is left of the budget, one request is what is planned with: nothing at all would mean no release. */
const LEAST_AT_STAKE = 1;

/**
 * First the smallest weight that brings evidence in reasonable time. Then, with r the largest ratio of failures that may have gone unnoticed:
 *
 *     r x requests/s x weight x (time to notice + time to go back)  <=  a tenth of what the budget has left
 *
 * gives the next weight. Where that would not even double it, the step before stays until it has excluded more.
 */
export function canarySteps(s: Situation): CanaryStep[] {
  const affordable = Math.max(LEAST_AT_STAKE, STEP_SHARE_OF_BUDGET * budgetLeft(s));
  const steps: CanaryStep[] = [];
  let weight = firstWeight(s, affordable);
  let unnoticed = assumedDefect(s);
  for (;;) {
    const atStake = costOf(s, unnoticed, weight);
    const least = Math.max(requestsNeeded(s, weight), steps.at(-1)?.requests ?? 0);
    if (weight >= LARGEST_CANARY_WEIGHT) {
      steps.push({ weight, requests: least, unnoticedRatio: Math.min(unnoticed, shown(s, least, weight)), atStake });
      return steps;
    }
    const requests = Math.max(least, Math.min(forGrowth(s, weight, affordable), s.rps * (weight / 100) * (s.watchDeadlineMs / 1000) * USABLE));
    const before = unnoticed;
    unnoticed = Math.min(before, shown(s, requests, weight));
    steps.push({ weight, requests: Math.ceil(requests), unnoticedRatio: unnoticed, atStake });
    weight = Math.min(LARGEST_CANARY_WEIGHT, Math.max(Math.ceil(LEAST_GROWTH * weight), largest(s, unnoticed, affordable)));
  }
}

const usual = (s: Situation): number => Math.max(s.errorBudgetRatio, s.errorRatio);
const shown = (s: Situation, requests: number, weight: number): number => smallestShown(requests, { usual: usual(s), alpha: s.alpha, weight: weight / 100 });

/** Seconds that a defect is met by customers where two looks show it: no step can be planned for less. */
const leastSeconds = (s: Situation): number => (FASTEST_DETECTION_MS + backMs(s, SWITCH_BACK_MS)) / 1000;

/** What a defect of this ratio costs at a step: noticed in two looks, or once there is evidence, and taken back. */
function costOf(s: Situation, ratio: number, weight: number): number {
  const perSecond = s.rps * (weight / 100);
  const evidenceS = perSecond <= 0 ? 0 : Math.min(s.watchDeadlineMs / 1000, toShow(s, ratio, weight) / perSecond);
  return ratio * perSecond * Math.max(leastSeconds(s), evidenceS + backMs(s, SWITCH_BACK_MS) / 1000);
}

/** The largest weight at which a defect of this ratio costs no more in the least time. */
const largest = (s: Situation, ratio: number, affordable: number): number => {
  const perWeight = ratio * (s.rps / 100) * leastSeconds(s);
  return perWeight === 0 ? LARGEST_CANARY_WEIGHT : Math.max(1, Math.floor(affordable / perWeight));
};

/** Requests after which what may still be unnoticed can be met by twice the weight. Infinite where no number of requests shows so little. */
function forGrowth(s: Situation, weight: number, affordable: number): number {
  const next = Math.min(LARGEST_CANARY_WEIGHT, LEAST_GROWTH * weight);
  const ratio = affordable / (s.rps * (next / 100) * leastSeconds(s));
  return s.rps <= 0 ? 0 : toShow(s, ratio, weight);
}

function firstWeight(s: Situation, affordable: number): number {
  if (s.rps <= 0) return USUAL_FIRST_WEIGHT;
  const weightFor = (ms: number): number => (requestsNeeded(s) / (s.rps * (ms / 1000))) * 100;
  const wanted = Math.max(Math.min(weightFor(QUICK_EVIDENCE_MS), USUAL_FIRST_WEIGHT), weightFor(s.watchDeadlineMs / 3));
  // At least this long a defect goes unseen, so that this weight is what the budget can pay for.
  const perWeight = failedIfDefective(
    { ...s, minRequests: 1, alpha: 1, rps: s.rps, watchDeadlineMs: FASTEST_DETECTION_MS },
    1,
    SWITCH_BACK_MS,
    assumedDefect(s),
  );
  const payable = perWeight === 0 ? Infinity : affordable / perWeight;
  // Below what the deadline needs a step would never get a verdict: evidence goes before thrift.
  const least = weightFor(s.watchDeadlineMs * USABLE);
  return Math.min(LARGEST_CANARY_WEIGHT, Math.max(1, roundUp(Math.max(least, Math.min(wanted, payable)))));
}

/** Up to a weight that people would write. */
const roundUp = (weight: number): number => [1, 2, 3, 5, 10, 15, 20, 25, 30, 40, 50].find((w) => weight <= w) ?? LARGEST_CANARY_WEIGHT;
