// By which bounds are replies called slow? Fixed from the past of the old one: a bound that moved with the data would hide a shift. Pure.
import { shareInterval } from '@awo/canary-judge';
import { LATENCY_BOUNDS_MS } from '@awo/contracts';
import type { SlowBound, WatchPolicy } from './facts.ts';
import { bucketOf, quantile, slowerThan, totalOf } from './histogram.ts';

/** With fewer requests of the old one its quantiles mean nothing. */
const PAST_REQUESTS = 100;
const SMALLEST_SHARE = 1e-4;

/** Slower by this factor and by so many milliseconds is what people notice: below that a difference is none. */
const BESIDE = { factor: 1.6, p90Ms: 2, p99Ms: 10 };
/** Against the past the difference must be larger: the machine may have become busier since, which both would feel if both were there. */
const ALONE = { factor: 3, p90Ms: 40, p99Ms: 40 };

/** Share of the requests that may be slower than the bound before it counts as slow at all, whatever is proven. */
export const SLOW_BUDGET: Record<SlowBound['source'], number> = { 'old-p90': 0.05, 'old-p99': 0.02, policy: 0.05 };

export const boundMs = ({ bucket }: SlowBound): number => LATENCY_BOUNDS_MS[bucket] ?? 0;

export function slowBounds(past: number[] | null, policy: WatchPolicy, beside: boolean): SlowBound[] {
  const bounds: SlowBound[] = [];
  const known = past !== null && totalOf(past) >= PAST_REQUESTS ? past : null;
  const add = (source: SlowBound['source'], ms: number) => {
    const bucket = Math.min(bucketOf(ms, LATENCY_BOUNDS_MS), LATENCY_BOUNDS_MS.length - 1);
    if (bounds.some((b) => b.bucket === bucket)) return;
    bounds.push({ bucket, source, known: known === null ? { low: SLOW_BUDGET[source], high: SLOW_BUDGET[source] } : knownOf(known, bucket) });
  };
  if (policy.latencyMs !== null) add('policy', policy.latencyMs);
  if (known === null) return bounds;
  const least = beside ? BESIDE : ALONE;
  const beyond = (q: number, ms: number): number => {
    const old = quantile(known, LATENCY_BOUNDS_MS, q) ?? 0;
    return Math.max(least.factor * old, old + ms);
  };
  add('old-p90', beyond(0.9, least.p90Ms));
  add('old-p99', beyond(0.99, least.p99Ms));
  return bounds;
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
  return { low: digits(bad / n), high: digits(Math.min(0.99, shareInterval(bad, n, 0.05).high)) };
}
