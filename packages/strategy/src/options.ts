// What each way to release would cost customers and the machine, how long it takes, and what it can show at all. Pure.
import { smallestShown } from '@awo/canary-judge';
import { FASTEST_DETECTION_MS, RESTART_MS, SWITCH_BACK_MS, evidenceMs, failedIfDefective, requestsNeeded, type Situation } from './exposure.ts';
import type { CanaryStep } from './ladder.ts';

export const WAYS = ['full', 'blue-green', 'canary', 'shadow'] as const;
export type Way = (typeof WAYS)[number];

export type Option = {
  /** Failed requests in the mean: the chance of a defect times what one costs. */
  expectedFailedRequests: number;
  /** Failed requests where the change has the assumed defect. */
  failedIfDefective: number;
  /** Failed requests where the new one fails every request. */
  failedAtWorst: number;
  /** From the first start to the end of the last watch. Infinite where traffic never suffices. */
  seconds: number;
  /** Seconds that each further process runs beside the first, together. */
  extraProcessSeconds: number;
  /** Smallest share of failures that its watches show before customers have nothing else; 1: none. */
  smallestEffect: number;
};

/** A start, as long as it usually takes: an assumption, the same for all of them. */
const START_S = 3;
/** A switch at once is watched this long at least. */
const SETTLE_S = 3;

/** `further`: processes that run beside the old one in a canary, its control among them. */
export function optionsOf(s: Situation, steps: readonly CanaryStep[], further = 1): Record<Way, Option> {
  const atOnceS = Math.max(SETTLE_S, Math.min(s.watchDeadlineMs, evidenceMs(s, 100, requestsNeeded(s, 100))) / 1000);
  const seen = (requests: number, weight: number): number =>
    smallestShown(requests, { usual: Math.max(s.errorBudgetRatio, s.errorRatio), alpha: s.alpha, weight });
  const canaryS = steps.reduce((sum, step, i) => sum + secondsOfStep(s, step, steps[i - 1]), 0);
  const last = steps.at(-1);
  const first = steps[0]?.weight ?? 100;
  const atOnce = (backMs: number, together: number): Option => ({
    ...harm(s, 100, backMs),
    seconds: START_S + atOnceS,
    extraProcessSeconds: together,
    smallestEffect: seen(s.rps * atOnceS, 0),
  });
  return {
    // The old one ends when the new one has all traffic; of two that must not run together it ends first.
    full: atOnce(RESTART_MS, START_S),
    'blue-green': atOnce(SWITCH_BACK_MS, START_S + atOnceS),
    canary: {
      ...harm(s, first, SWITCH_BACK_MS),
      seconds: START_S + canaryS,
      extraProcessSeconds: further * (START_S + canaryS),
      smallestEffect: last?.unnoticedRatio ?? 1,
    },
    // Mirrored requests are answered by the old one; nobody meets what the new one answers.
    shadow: {
      expectedFailedRequests: 0,
      failedIfDefective: 0,
      failedAtWorst: 0,
      seconds: START_S + Math.max(FASTEST_DETECTION_MS / 1000, atOnceS),
      extraProcessSeconds: START_S + Math.max(FASTEST_DETECTION_MS / 1000, atOnceS),
      smallestEffect: seen(s.rps * Math.max(FASTEST_DETECTION_MS / 1000, atOnceS), 0.5),
    },
  };
}

const harm = (s: Situation, weight: number, backMs: number): Pick<Option, 'expectedFailedRequests' | 'failedIfDefective' | 'failedAtWorst'> => {
  const failed = failedIfDefective(s, weight, backMs);
  return {
    expectedFailedRequests: s.chance * failed,
    failedIfDefective: failed,
    failedAtWorst: failedIfDefective({ ...s, minRequests: 1, watchDeadlineMs: Math.min(s.watchDeadlineMs, FASTEST_DETECTION_MS) }, weight, backMs, 1),
  };
};

/** Requests of the new one add up over the steps; no step is shorter than two looks. */
function secondsOfStep(s: Situation, step: CanaryStep, before: CanaryStep | undefined): number {
  const ms = evidenceMs(s, step.weight, Math.max(0, step.requests - (before?.requests ?? 0)));
  return Math.min(s.watchDeadlineMs, Math.max(FASTEST_DETECTION_MS, ms)) / 1000;
}
