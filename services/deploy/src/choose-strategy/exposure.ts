// The arithmetic behind a strategy: how many requests a defect would cost, and what the error budget has left. Pure.
import type { ImpactAssessed } from '@awo/contracts';

export type Risk = ImpactAssessed['risk'];

/**
 * Chance that a change of this risk class has a defect that customers notice. Assumptions, to be replaced by the installation's own history.
 * Order of magnitude: change failure rates of 5 % (elite) to 15 % (medium) in DORA, "Accelerate State of DevOps Report" (2023); a style change is taken as a tenth of the best.
 */
export const DEFECT_PRIOR: Record<Risk, number> = { low: 0.005, medium: 0.05, high: 0.2 };

/** Assumption: a defect that passed the tests fails one request in twenty. One that fails more shows sooner and costs about the same. */
export const ASSUMED_DEFECT_RATIO = 0.05;

/** Window in which the error budget is counted. */
const BUDGET_WINDOW_MS = 3_600_000;

/** Two looks of the monitor: nothing is noticed sooner, however much traffic there is. */
const FASTEST_DETECTION_MS = 10_000;
/** Traffic goes back to a revision that still runs. */
const SWITCH_BACK_MS = 1_000;
/** The old one has to be started again first. */
const RESTART_MS = 15_000;

/** A release may be expected to cost at most this share of what the budget has left, to go out directly. */
export const DIRECT_SHARE_OF_BUDGET = 0.01;
/** A defect may cost at most this share of what the budget has left before the first step has found it. */
const FIRST_STEP_SHARE_OF_BUDGET = 0.1;

/** The first step should have its evidence within this time where a tenth of the traffic allows it. */
const QUICK_EVIDENCE_MS = 15_000;
const USUAL_FIRST_WEIGHT = 10;
const LARGEST_CANARY_WEIGHT = 50;

export type Situation = { rps: number; errorRatio: number; risk: Risk; errorBudgetRatio: number; watchDeadlineMs: number; minRequests: number; alpha: number };

/** Requests that may still fail in this window: budget less what fails already. */
export const budgetLeft = (s: Situation): number => Math.max(0, s.errorBudgetRatio - s.errorRatio) * s.rps * (BUDGET_WINDOW_MS / 1000);

/** Requests on the new revision until a defect of the assumed size is told from chance, or a step may pass: a likelihood ratio reaches 1/alpha after about ln(1/alpha)/ratio requests (Wald, 1945). */
export const requestsNeeded = (s: Situation): number => Math.max(s.minRequests, Math.ceil(Math.log(1 / s.alpha) / ASSUMED_DEFECT_RATIO));

/** Time until `weight` per cent of the traffic has brought enough requests. Infinite without traffic. */
export const evidenceMs = (s: Situation, weight: number): number => (s.rps <= 0 ? Infinity : (requestsNeeded(s) / (s.rps * (weight / 100))) * 1000);

/** Failed requests, if the change has the assumed defect, until the traffic is back on the old one. Detection is given up at the deadline. */
export function failedIfDefective(s: Situation, weight: number, backMs: number): number {
  const detectionMs = Math.min(s.watchDeadlineMs, Math.max(FASTEST_DETECTION_MS, evidenceMs(s, weight)));
  return ASSUMED_DEFECT_RATIO * s.rps * (weight / 100) * ((detectionMs + backMs) / 1000);
}

/** Expected failed requests of each strategy: chance of a defect times what it costs. */
export function expectedFailures(s: Situation, firstWeight: number): { full: number; 'blue-green': number; canary: number } {
  const p = DEFECT_PRIOR[s.risk];
  return {
    full: p * failedIfDefective(s, 100, RESTART_MS),
    'blue-green': p * failedIfDefective(s, 100, SWITCH_BACK_MS),
    canary: p * failedIfDefective(s, firstWeight, SWITCH_BACK_MS),
  };
}

/** Requests that the largest canary step gets until the watch gives up. */
export const canaryRequests = (s: Situation): number => s.rps * (LARGEST_CANARY_WEIGHT / 100) * (s.watchDeadlineMs / 1000);

/**
 * Share of expected failures in what is left of the budget, reckoned without traffic (which stands in both, as detection is bounded from below): 0 means free, above 1 more than there is.
 */
export function directCostShare(s: Situation): number {
  const left = Math.max(0, s.errorBudgetRatio - s.errorRatio) * BUDGET_WINDOW_MS;
  return left === 0 ? Infinity : (DEFECT_PRIOR[s.risk] * ASSUMED_DEFECT_RATIO * (FASTEST_DETECTION_MS + RESTART_MS)) / left;
}

/** Weights of a canary, in per cent: the first as small as evidence in reasonable time allows, then about four times more each. */
export function canaryWeights(s: Situation): number[] {
  const weights = [firstWeight(s)];
  for (let w = weights[0] ?? USUAL_FIRST_WEIGHT; w < 30;) {
    w = Math.min(LARGEST_CANARY_WEIGHT, w * 4);
    weights.push(w);
  }
  return weights;
}

function firstWeight(s: Situation): number {
  if (s.rps <= 0) return USUAL_FIRST_WEIGHT;
  const weightFor = (ms: number): number => (requestsNeeded(s) / (s.rps * (ms / 1000))) * 100;
  const wanted = Math.max(Math.min(weightFor(QUICK_EVIDENCE_MS), USUAL_FIRST_WEIGHT), weightFor(s.watchDeadlineMs / 3));
  // At least this long a defect goes unseen, so that this weight is what the budget can pay for.
  const perWeight = failedIfDefective({ ...s, minRequests: 1, alpha: 1 }, 1, SWITCH_BACK_MS);
  const affordable = perWeight === 0 ? Infinity : (budgetLeft(s) * FIRST_STEP_SHARE_OF_BUDGET) / perWeight;
  // Below what the deadline needs a step would never get a verdict: evidence goes before thrift.
  const least = weightFor(s.watchDeadlineMs * 0.8);
  return Math.min(LARGEST_CANARY_WEIGHT, Math.max(1, roundUp(Math.max(least, Math.min(wanted, affordable)))));
}

/** Up to a weight that people would write. */
function roundUp(weight: number): number {
  return [1, 2, 3, 5, 10, 15, 20, 25, 30, 40, 50].find((w) => weight <= w) ?? LARGEST_CANARY_WEIGHT;
}
