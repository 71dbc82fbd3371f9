// How sure is sure enough: levels, tolerated rise and requests needed, with their arithmetic. Pure.
import type { WatchFacts, WatchInput, WatchMemo, WatchPolicy } from './facts.ts';

/**
 * Chance of a false alarm per service. policy.alpha holds for the whole release: its services share it equally, the judge shares a service's part
 * among errors and slow replies, and the steps of one service are one series. Crashes and memory are rules.
 */
export const alphaPerService = (policy: WatchPolicy, services: number): number => policy.alpha / Math.max(1, services);

/** Chance per step that one passes whose rise of the error ratio is the tolerated one or more. */
export const PASS_RISK = 0.05;

/** A release may burn the error budget so many times faster than allowed before it must be noticed (Google, "The Site Reliability Workbook", 2018, ch. 5: page at 6 times over 6 h). */
const BURN_RATE = 6;
/** A budget of nothing would never be proven kept. */
export const SMALLEST_BUDGET = 1e-4;
const WIDEST_MARGIN = 0.15;

/**
 * Rise of the new one's error ratio that a step must exclude. What is at stake is weight x rise, and that is held at BURN_RATE x budget of all requests:
 *
 *     rise = 6 x budget / (weight / 100)            budget 0.1 %: 12 % at 5 %, 6 % at 10 %, 2.4 % at 25 %, 1.2 % at 50 %, 0.6 % at 100 %
 *
 * Excluding a rise takes about ln(1/0.05) / rise = 3/rise requests of the new one without an error, hence 3 / (6 x budget) = 500 requests of all,
 * whatever the weight: 6 s at 80 requests/s, 8 s at 60. Each error on the way costs about ln(rise / old ratio) / rise requests more.
 */
export function toleratedRise(policy: WatchPolicy, weight: number): number {
  const atStake = BURN_RATE * Math.max(SMALLEST_BUDGET, policy.errorBudgetRatio);
  return Math.min(WIDEST_MARGIN, atStake / (Math.max(1, weight) / 100));
}

/** Time over which a service without an old one beside it is to show itself. */
const ALONE_S = 20;
const QUICKLY_S = 8;

const rateOf = (input: WatchInput, observedRps: number): number => Math.max(input.expectedRps ?? 0, observedRps);

/** Requests that the new one must have served. Alone, no more than its traffic brings in 20 s: a service with few users must stay releasable. */
export function requestsNeeded(policy: WatchPolicy, input: WatchInput, observedRps: number): number {
  if (input.concurrent) return Math.max(policy.minRequests, input.requests ?? 0);
  return Math.max(1, Math.min(policy.minRequests, Math.floor(rateOf(input, observedRps) * ALONE_S)));
}

/** Rise that is tolerated when the new one has all traffic: that of 100 %, or what its requests of 8 s can exclude if that is more. */
export function riseAlone(policy: WatchPolicy, input: WatchInput, observedRps: number): number {
  const requests = Math.max(requestsNeeded(policy, input, observedRps), rateOf(input, observedRps) * QUICKLY_S);
  return Math.min(0.5, Math.max(toleratedRise(policy, 100), 3 / requests));
}

/** Requests a second of the new one since this watch began. */
export function observedRps({ since, total }: WatchMemo, at: string): number {
  const seconds = (Date.parse(at) - Date.parse(since)) / 1000;
  return seconds > 0 ? total.fresh.requests / seconds : 0;
}

const inAllTheWatch = (rps: number, policy: WatchPolicy, input: WatchInput): number => (rps * (input.soakMs ?? policy.watchDeadlineMs)) / 1000;

/** Requests to be expected until the watch must have a verdict. 0 where no rate is known: nobody called it so far, or nobody counted. */
export const requestsExpected = (policy: WatchPolicy, input: WatchInput): number => inAllTheWatch(input.expectedRps ?? 0, policy, input);

/** Whether silence may pass: fewer than three requests are to be expected in all the time of the watch. P(none) = exp(-3) = 5 %. */
export function noTrafficExpected({ input, elapsedMs, requestsExpected: all }: Pick<WatchFacts, 'input' | 'elapsedMs' | 'requestsExpected'>): boolean {
  // Older versions recorded no such number, and looked no further than the time that had passed.
  return !input.concurrent && (all ?? ((input.expectedRps ?? 0) * elapsedMs) / 1000) < 3;
}

/**
 * Whether the whole watch brings too few requests to show anything by, as was expected and as they come. Fewer than five of twelve come in 1 watch of
 * 100, and five are the fewest that `riseAlone` asks for.
 */
export function isScarce({ input, policy, memo, traffic, requestsExpected: all }: WatchFacts): boolean {
  return !input.concurrent && all !== undefined && Math.max(all, inAllTheWatch(observedRps(memo, traffic.at), policy, input)) < 12;
}

/** Settling of a new one that takes over at once. */
export const SETTLE_MS = 3000;
export const SETTLE_LOOKS = 3;

/** While a person holds it, which may be for days: each look is a commit. */
const HELD_LOOK_MS = 30_000;

/** A look per second while a verdict is near, then ever fewer. */
export const nextLookMs = (looks: number, isHeld = false): number => Math.round(Math.min(isHeld ? HELD_LOOK_MS : 5000, 1000 * 1.25 ** Math.max(0, looks - 8)));
