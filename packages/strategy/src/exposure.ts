// The arithmetic behind a strategy: how many requests a defect would cost, and what the error budget has left. Pure.
import { requestsToShow } from '@awo/canary-judge';
import type { Risk } from './facts.ts';

/** Assumption: a defect that passed the tests fails one request in twenty. One that fails more shows sooner and costs about the same. */
const ASSUMED_DEFECT_RATIO = 0.05;

/** Window in which the error budget is counted. */
const BUDGET_WINDOW_MS = 3_600_000;

/** Two looks of the monitor: nothing is noticed sooner, however much traffic there is. */
export const FASTEST_DETECTION_MS = 10_000;
/** Traffic goes back to a revision that still runs. */
export const SWITCH_BACK_MS = 1_000;
/** The old one has to be started again first. */
export const RESTART_MS = 15_000;
/** Nothing may be taken back: a person is called, and a repair is released. An assumption. */
const ROLL_FORWARD_MS = 1_800_000;

/** A release may be expected to cost at most this share of what the budget has left, to go out directly. */
export const DIRECT_SHARE_OF_BUDGET = 0.01;
/** And a defect must be as seldom as this. */
export const DIRECT_CHANCE = 0.01;
/** A defect may cost at most this share of what the budget has left, at each step. */
export const STEP_SHARE_OF_BUDGET = 0.1;

export type Situation = {
  /** Forecast of the coming hour. */
  rps: number;
  errorRatio: number;
  risk: Risk;
  /** Chance of a defect that customers notice. */
  chance: number;
  errorBudgetRatio: number;
  /** Errors that the whole period of the budget has left; null: not known. */
  periodLeft: number | null;
  watchDeadlineMs: number;
  minRequests: number;
  /** The part of it that this service's errors may use. */
  alpha: number;
  /** Once frozen there is no way back but a repair. */
  frozen: boolean;
};

/** Requests that may still fail: what the coming hour allows less what fails already, and no more than the whole period has left. */
export function budgetLeft(s: Situation): number {
  const hour = Math.max(0, s.errorBudgetRatio - s.errorRatio) * s.rps * (BUDGET_WINDOW_MS / 1000);
  return s.periodLeft === null ? hour : Math.max(0, Math.min(hour, s.periodLeft));
}

/** What fails without a fault of the new one: the budget allows it. */
const usualRatio = (s: Situation): number => Math.max(s.errorBudgetRatio, s.errorRatio);

/** Requests on the new one at this weight (per cent) that show a share of failures. */
export const toShow = (s: Situation, ratio: number, weight: number): number =>
  requestsToShow(ratio, { usual: usualRatio(s), alpha: s.alpha, weight: weight >= 100 ? 0 : weight / 100 });

/** Requests on the new one until a defect of the assumed size is told from chance; a step may not pass before. Where more fail anyway, one twice as bad is meant. */
export const requestsNeeded = (s: Situation, weight = 10): number => Math.max(s.minRequests, toShow(s, assumedDefect(s), weight));

/** The share of requests that a defect is taken to fail: never less than twice what fails anyway. */
export const assumedDefect = (s: Situation): number => Math.min(1, Math.max(ASSUMED_DEFECT_RATIO, 2 * usualRatio(s)));

/** Time until `weight` per cent of the traffic has brought so many requests. Infinite without traffic. */
export const evidenceMs = (s: Situation, weight: number, requests: number): number => (s.rps <= 0 ? Infinity : (requests / (s.rps * (weight / 100))) * 1000);

/** What it takes to go back from a strategy that keeps the old one running, or does not. */
export const backMs = (s: Situation, ms: number): number => (s.frozen ? ROLL_FORWARD_MS : ms);

/** Failed requests, if the change has a defect of this ratio, until the traffic is back on the old one: share x time x ratio. Detection is given up at the deadline. */
export function failedIfDefective(s: Situation, weight: number, back: number, ratio = ASSUMED_DEFECT_RATIO): number {
  const detectionMs = Math.min(s.watchDeadlineMs, Math.max(FASTEST_DETECTION_MS, evidenceMs(s, weight, requestsNeeded(s, weight))));
  return ratio * s.rps * (weight / 100) * ((detectionMs + backMs(s, back)) / 1000);
}

/**
 * Share of expected failures of a direct release in what is left of the budget: of the hour's, reckoned without traffic (which stands in both, as detection
 * is bounded from below), and of what the whole period has left; the larger counts. 0 means free, above 1 more than there is.
 */
export function directCostShare(s: Situation): number {
  const perRequestRate = (s.chance * ASSUMED_DEFECT_RATIO * (FASTEST_DETECTION_MS + backMs(s, RESTART_MS))) / 1000;
  const hour = (Math.max(0, s.errorBudgetRatio - s.errorRatio) * BUDGET_WINDOW_MS) / 1000;
  const ofPeriod = s.periodLeft === null ? 0 : s.periodLeft <= 0 ? Infinity : (perRequestRate * s.rps) / s.periodLeft;
  return Math.max(hour === 0 ? Infinity : perRequestRate / hour, ofPeriod);
}
