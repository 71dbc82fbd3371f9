// By which bounds are replies called slow? Fixed from the past of the old one: a bound that moved with the data would hide a shift. Pure.
import { upperShare } from '@awo/analysis';
import { LATENCY_BOUNDS_MS } from '@awo/contracts';
import type { SlowBound, WatchPolicy } from './facts.ts';
import { bucketOf, quantile, shareBeyond, slowerThan, totalOf } from './histogram.ts';

/** With fewer requests of the old one its quantiles mean nothing. */
const PAST_REQUESTS = 100;
const SMALLEST_SHARE = 1e-4;

/** What people notice: every reply slower by this factor, and by so many milliseconds. */
const BESIDE = { factor: 1.6, ms: 2 };
/** Against the past the difference must be larger: the machine may have become busier since, which both would feel if both were there. */
const ALONE = { factor: 3, ms: 20 };

/** A bound that more of the noticeably slower replies would exceed tells slow from usual no better than a coin. */
const MOST = { 'old-p90': 0.3, 'old-p99': 0.05 } as const;
const LEAST = { 'old-p90': 0.05, 'old-p99': 0.02 } as const;
/** Of the requests 5 % may be slower than a limit that the policy sets. */
const POLICY_BUDGET = 0.05;

export const boundMs = ({ bucket }: SlowBound): number => LATENCY_BOUNDS_MS[bucket] ?? 0;

export function slowBounds(past: number[] | null, policy: WatchPolicy, beside: boolean): SlowBound[] {
  const bounds: SlowBound[] = [];
  const known = past !== null && totalOf(past) >= PAST_REQUESTS ? past : null;
  const add = (source: SlowBound['source'], bucket: number, budget: number) => {
    if (bounds.some((b) => b.bucket === bucket)) return;
    bounds.push({
      bucket,
      source,
      budget: Number(budget.toPrecision(4)),
      known: known === null ? { low: budget, high: budget, n: 0 } : knownOf(known, bucket),
    });
  };
  if (policy.latencyMs !== null) add('policy', bucketOf(policy.latencyMs, LATENCY_BOUNDS_MS), POLICY_BUDGET);
  if (known === null) return bounds;
  for (const [source, q] of [
    ['old-p90', 0.9],
    ['old-p99', 0.99],
  ] as const) {
    const found = boundFor(known, q, MOST[source], beside ? BESIDE : ALONE);
    add(source, found.bucket, Math.max(LEAST[source], found.budget));
  }
  return bounds;
}

/**
 * The lowest bound from the old one's quantile on that tells the old one from one whose replies all are noticeably slower; with the share of replies
 * that such a one would have beyond it. More than this share is harm, less is a difference that nobody notices, however well it is proven.
 */
function boundFor(past: number[], q: number, most: number, { factor, ms }: { factor: number; ms: number }): { bucket: number; budget: number } {
  const first = bucketOf(quantile(past, LATENCY_BOUNDS_MS, q) ?? 0, LATENCY_BOUNDS_MS);
  for (const [bucket, bound] of LATENCY_BOUNDS_MS.entries()) {
    const budget = shareBeyond(past, LATENCY_BOUNDS_MS, Math.min(bound / factor, bound - ms));
    if (bucket >= first && budget <= most) return { bucket, budget };
  }
  return { bucket: LATENCY_BOUNDS_MS.length - 1, budget: most };
}

/** An old one that had hardly any requests at the first look gets its bounds as soon as it has enough; they are used from the next stretch on. */
export function completeBounds(bounds: SlowBound[], past: number[] | null, policy: WatchPolicy, beside: boolean): SlowBound[] {
  if (bounds.some((b) => b.source !== 'policy')) return bounds;
  const added = slowBounds(past, { ...policy, latencyMs: null }, beside);
  return [...bounds, ...added.filter((a) => bounds.every((b) => b.bucket !== a.bucket))];
}

function knownOf(past: number[], bucket: number): SlowBound['known'] {
  const { n, bad } = slowerThan(past, bucket);
  const digits = (x: number): number => Number(Math.max(SMALLEST_SHARE, x).toPrecision(4));
  return { low: digits(Math.min(0.99, bad / n)), high: digits(Math.min(0.99, upperShare({ n, bad }))), n };
}
