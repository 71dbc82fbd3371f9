// How many requests of a canary show that more of them fail, and which rise so many show: for planning, before anything is measured. Pure.
import { PRICE } from './power.ts';

/** Below this no share of failures is told from none. */
const SMALLEST_SHARE = 1e-4;

export type SharesCompared = {
  /** Share that fails without a fault. */
  usual: number;
  alpha: number;
  /** Share of the traffic that the canary has, 0 to below 1; 0 where it is compared with a long past. A small baseline beside it costs requests. */
  weight: number;
};

/**
 * Requests of the canary until a share of failures of `with fault` instead of the usual one is proven, in the mean: the log of the evidence grows by
 * the divergence KL(fault || usual) per request (Wald, 1945) and has to reach log(1/alpha), and what mixing costs. Infinite where the fault is none.
 */
export function requestsToShow(fault: number, { usual, alpha, weight }: SharesCompared): number {
  const p = Math.min(0.999, Math.max(SMALLEST_SHARE, usual));
  const q = Math.min(0.9999, fault);
  if (q <= p) return Infinity;
  const divergence = q * Math.log(q / p) + (1 - q) * Math.log((1 - q) / (1 - p));
  return Math.ceil((Math.log(1 / alpha) + PRICE) / (divergence * (1 - Math.min(0.99, weight))));
}

/** Smallest share of failures that so many requests of the canary show. 1 where they show none. */
export function smallestShown(requests: number, compared: SharesCompared): number {
  let [low, high] = [Math.max(SMALLEST_SHARE, compared.usual), 1];
  if (requestsToShow(high, compared) > requests) return 1;
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (requestsToShow(middle, compared) <= requests) high = middle;
    else low = middle;
  }
  return high;
}
