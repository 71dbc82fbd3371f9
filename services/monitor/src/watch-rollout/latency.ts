// Is the new one slower? Requests slower than bounds taken from the old one's past, counted on both sides. Pure.
import {
  bucketOf,
  logRestarting,
  quantile,
  quantileBucket,
  slowerThan,
  startRestarting,
  totalOf,
  updateRestarting,
  updateRestartingAgainst,
  upperShare,
} from '@awo/analysis';
import { LATENCY_BOUNDS_MS } from '@awo/contracts';
import type { LatencyBound, WatchPolicy } from './facts.ts';

/** Twice the odds are tolerated (10 % become 18 %), and one look proves little: slow requests come in bursts of one process. */
export const LATENCY_OPTIONS = { toleratedOdds: 2, capNats: 3 };
/** With fewer requests of the old one its quantiles mean nothing. */
const PAST_REQUESTS = 100;
/** Before so many requests a run-time has not compiled what it runs. */
export const WARM_REQUESTS = 20;

/** A difference that customers notice: by this factor, and by so many milliseconds. */
const BESIDE = { factor: 1.6, p50Ms: 1.5, p95Ms: 10 };
/** Against the past the difference must be larger: the machine may have become busier since, which both would feel if both were there. */
const ALONE = { factor: 3, p50Ms: 20, p95Ms: 40 };

/** Bounds are fixed once, from the past of the old one; they then stay for the whole release. */
export function latencyBounds(past: number[] | null, policy: WatchPolicy): LatencyBound[] {
  const bounds: LatencyBound[] = [];
  const known = past !== null && totalOf(past) >= PAST_REQUESTS ? past : null;
  const add = (source: LatencyBound['source'], bucket: number | null, fallback: number) => {
    if (bucket === null || bounds.some((b) => b.bucket === bucket)) return;
    const reference = known === null ? fallback : upperShare(slowerThan(known, bucket));
    bounds.push({ bucket, source, reference, evidence: startRestarting(LATENCY_OPTIONS) });
  };
  if (policy.latencyMs !== null) add('policy', bucketOf(policy.latencyMs, LATENCY_BOUNDS_MS), 0.05);
  if (known !== null) add('old-p90', quantileBucket(known, 0.9), 0.1);
  if (known !== null) add('old-p99', quantileBucket(known, 0.99), 0.01);
  return bounds;
}

/** An old one that had hardly any requests at the first look gets its bounds as soon as it has enough; they are used from the next look on. */
export function completeBounds(bounds: LatencyBound[], past: number[] | null, policy: WatchPolicy): LatencyBound[] {
  if (bounds.some((b) => b.source !== 'policy')) return bounds;
  const added = latencyBounds(past, { ...policy, latencyMs: null });
  return [...bounds, ...added.filter((a) => bounds.every((b) => b.bucket !== a.bucket))];
}

export const updateLatency = (bounds: LatencyBound[], old: number[] | null, fresh: number[]): LatencyBound[] =>
  bounds.map((b) => {
    const counts = slowerThan(fresh, b.bucket);
    const evidence =
      old === null ? updateRestartingAgainst(b.evidence, b.reference, counts) : updateRestarting(b.evidence, { old: slowerThan(old, b.bucket), new: counts });
    return { ...b, evidence };
  });

export type LatencyVerdict = {
  kind: 'worse' | 'suspicious' | 'not-worse';
  eValue: number;
  p50: [number | null, number | null];
  p95: [number | null, number | null];
  boundMs: number | null;
};

/** The mean of the bounds' e-values is an e-value. Proven but small differences do not count: see BESIDE and ALONE. */
export function judgeLatency(bounds: LatencyBound[], old: number[] | null, fresh: number[] | null, alpha: number, beside: boolean): LatencyVerdict {
  const at = (histogram: number[] | null, q: number): number | null => (histogram === null ? null : quantile(histogram, LATENCY_BOUNDS_MS, q));
  const p50: [number | null, number | null] = [at(old, 0.5), at(fresh, 0.5)];
  const p95: [number | null, number | null] = [at(old, 0.95), at(fresh, 0.95)];
  const values = bounds.map((b) => Math.exp(Math.min(60, logRestarting(b.evidence))));
  const eValue = values.length === 0 ? 1 : values.reduce((sum, v) => sum + v, 0) / values.length;
  const leading = bounds.toSorted((a, b) => logRestarting(b.evidence) - logRestarting(a.evidence))[0];
  const least = beside ? BESIDE : ALONE;
  const noticed = leading?.source === 'policy' || beyond(p50, least.factor, least.p50Ms) || beyond(p95, least.factor, least.p95Ms);
  const kind = !noticed ? 'not-worse' : eValue >= 1 / alpha ? 'worse' : eValue >= 10 ? 'suspicious' : 'not-worse';
  return { kind, eValue, p50, p95, boundMs: leading === undefined ? null : (LATENCY_BOUNDS_MS[leading.bucket] ?? null) };
}

const beyond = ([old, fresh]: [number | null, number | null], factor: number, byMs: number): boolean =>
  old !== null && fresh !== null && fresh >= factor * old && fresh - old >= byMs;
