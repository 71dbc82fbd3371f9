// "Is the new one at most so much worse?": evidence for going on, so that a step never passes for lack of evidence. Pure.
import type { Counts, Look } from './odds-grid.ts';

/** Evidence so far, JSON. */
export type MarginState = {
  /** Tolerated rise of the share of bad requests, e.g. 0.02. */
  margin: number;
  logE: number;
  pending: Look;
  /** What the next bet is based on: pseudo-counts of the past. */
  past: Counts;
};

const none = (): Counts => ({ n: 0, bad: 0 });
const add = (a: Counts, b: Counts): Counts => ({ n: a.n + b.n, bad: a.bad + b.bad });

/** @param before what the old one did before; only makes the first bets better, never the verdict wrong. */
export function startMargin(margin: number, before: Counts = none()): MarginState {
  const weight = Math.min(1, 1000 / Math.max(1, before.n));
  const guess = { n: 2 / margin, bad: 0.1 };
  return { margin, logE: 0, pending: { old: none(), new: none() }, past: add(guess, { n: before.n * weight, bad: before.bad * weight }) };
}

const clamp = (x: number, low: number, high: number): number => Math.min(high, Math.max(low, x));

/**
 * The point of "new = old + margin" that is nearest (Kullback-Leibler, weighted by requests) to "both have share q", as the old one's share.
 * The ratio of the two likelihoods is an e-variable for every pair of shares with new >= old + margin, because that set is convex:
 * R. Turner, P. Grünwald 2023, "Exact anytime-valid confidence intervals for contingency tables and beyond".
 */
function nearestOldShare(q: number, margin: number, old: number, fresh: number): number {
  const slope = (p: number) => fresh * ((1 - q) / (1 - p - margin) - q / (p + margin)) + old * ((1 - q) / (1 - p) - q / p);
  let [low, high] = [1e-12, q];
  if (slope(low) >= 0) return low;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (slope(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

const logRatio = (counts: Counts, q: number, p: number): number => counts.bad * Math.log(q / p) + (counts.n - counts.bad) * Math.log((1 - q) / (1 - p));

/** Adds what one look saw of both revisions. Each look is a stratum of its own, closed by counts and time alone. */
export function updateMargin(state: MarginState, look: Look): MarginState {
  const pending = { old: add(state.pending.old, look.old), new: add(state.pending.new, look.new) };
  if (pending.old.n === 0 || pending.new.n === 0) return { ...state, pending };
  // The bet uses the past only: one that had seen this look's outcome would win whatever is true.
  const q = clamp(state.past.bad / state.past.n, 1e-5, (1 - state.margin) / 2);
  const old = nearestOldShare(q, state.margin, pending.old.n, pending.new.n);
  const gain = logRatio(pending.old, q, old) + logRatio(pending.new, q, old + state.margin);
  return { ...state, logE: round(state.logE + gain), pending: { old: none(), new: none() }, past: add(state.past, add(pending.old, pending.new)) };
}

/** Adds the new one's counts against a known share of bad requests. */
export function updateMarginAgainst(state: MarginState, reference: number, counts: Counts): MarginState {
  if (counts.n === 0) return state;
  const limit = clamp(reference + state.margin, 1e-5, 0.999);
  const q = clamp(Math.min(state.past.bad / state.past.n, reference + state.margin / 4), 1e-5, limit / 2);
  return { ...state, logE: round(state.logE + logRatio(counts, q, limit)), past: add(state.past, counts) };
}

const round = (x: number): number => Math.round(x * 1e4) / 1e4;
