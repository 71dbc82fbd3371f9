// How far a series is from what is normal for it, and since when. Medians and MAD, with a floor where a series never moved. Pure.
import { phaseOf, type Frame, type Series } from '../evidence.ts';
import { SIGNAL_POLICY, type SignalPolicy } from './policy.ts';
import { fullnessOf } from './saturation.ts';
import { metricKind, worseOf, type MetricKind, type Worse } from './metric-kind.ts';

export type Anomaly = {
  entity: string;
  metric: string;
  kind: MetricKind;
  /** Robust standard deviations in the worse direction, up to a bound. */
  strength: number;
  /** Null where nobody measured before. */
  before: number | null;
  now: number;
  onset: number | null;
  points: number;
};

const FEW = 3;
/** Mean of the upper half of a normal distribution, in standard deviations. */
const NORMAL_HALF = 0.8;
const worstHalf = (scores: readonly number[]): number[] =>
  scores.toSorted((a, b) => b - a).slice(0, Math.max(Math.min(2, scores.length), Math.ceil(scores.length / 2)));

export const medianOf = (values: readonly number[]): number =>
  quantileAt(
    // Numbers of one type sort many times as fast without a function for each pair.
    Float64Array.from(values).sort(),
    0.5,
  );
function quantileAt(sorted: ArrayLike<number>, q: number): number {
  if (sorted.length === 0) return 0;
  const place = (sorted.length - 1) * q;
  const [low, high] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0];
  return low + (high - low) * (place - Math.floor(place));
}
export const meanOf = (values: readonly number[]): number => (values.length === 0 ? 0 : values.reduce((a, b) => a + b, 0) / values.length);

const COUNTER = /_(total|count|sum|bucket)$/i;

/** Counters that only grow tell their rate by their steps; a step back is a restart. Everything else stays as it is. */
export function levelPoints({ metric, points }: Series): Series['points'] {
  const steps = points.slice(1).map((p, i) => ({ t: p.t, by: p.v - (points[i]?.v ?? 0), over: (p.t - (points[i]?.t ?? 0)) / 1000 }));
  const back = steps.filter((s) => s.by < 0).length;
  const up = steps.reduce((sum, s) => sum + Math.max(0, s.by), 0);
  const down = steps.reduce((sum, s) => sum - Math.min(0, s.by), 0);
  // A count per interval goes up and down by as much; a counter falls only where it starts anew.
  if (!COUNTER.test(metric) || steps.length < 8 || back > steps.length / 20 || (back > 0 && down > up / 2)) return points;
  return steps.filter((s) => s.by >= 0 && s.over > 0).map((s) => ({ t: s.t, v: s.by / s.over }));
}

/** Null where there is nothing to compare with. */
export function anomalyOf(series: Series, frame: Frame, policy: SignalPolicy = SIGNAL_POLICY): Anomaly | null {
  const before: number[] = [];
  const inside: { t: number; v: number }[] = [];
  for (const p of levelPoints(series)) {
    const phase = phaseOf(frame, p.t);
    if (phase === 'window') inside.push(p);
    else if (phase === 'baseline') before.push(p.v);
  }
  const kind = metricKind(series.metric);
  if (inside.length === 0) return null;
  if (before.length < FEW) return full(series, inside, kind, policy);
  const sorted = Float64Array.from(before).sort();
  const median = quantileAt(sorted, 0.5);
  const mad = 1.4826 * medianOf(before.map((v) => Math.abs(v - median)));
  const spread = (quantileAt(sorted, 0.95) - quantileAt(sorted, 0.05)) / 3.29;
  // A series that never moved has no spread of its own: a part of its level stands in, so that the last digit is no anomaly.
  const scale = Math.max(mad, spread, floorOf(kind, median, maxOf(sorted), policy), chanceOf(kind, before, inside), 1e-9);
  const worse = worseOf(kind);
  const badness = (v: number): number => (worse === 'higher' ? v - median : worse === 'lower' ? median - v : Math.abs(v - median)) / scale;
  const scores = inside.map((p) => badness(p.v));
  // The worse half: an incident may begin in the middle of its window; a single point is not enough.
  const half = worstHalf(scores);
  const rareness = Math.sqrt(Math.min(1, before.length / policy.baselinePoints));
  // An hour's backup is a burst of few points: what lasts is as high in the middle of the worse half. Errors are rare by themselves, and times have tails.
  const held = hasTails(kind) ? meanOf(half) : Math.min(meanOf(half), 2 * medianOf(half));
  // What comes in bursts had bursts before: only what the worse half is beyond the worse half of then is new.
  const usual = Math.max(0, meanOf(worstHalf(before.map(badness))) - NORMAL_HALF);
  const lasts = hasTails(kind) ? 1 : lastingOf(before, inside, worse, median, held * scale);
  const strength = Math.min(policy.mostDeviations, Math.max(0, held - usual, totalOf(kind, before, inside))) * lasts * rareness;
  const first = inside.find((p) => badness(p.v) >= Math.max(policy.noticeDeviations, (half[0] ?? 0) / 2));
  return {
    entity: series.entity,
    metric: series.metric,
    kind,
    strength,
    before: meanOf(before),
    now: meanOf(inside.map((p) => p.v)),
    onset: first?.t ?? null,
    points: inside.length,
  };
}

function full({ entity, metric }: Series, inside: readonly { t: number; v: number }[], kind: MetricKind, policy: SignalPolicy): Anomaly | null {
  const now = meanOf(inside.map((p) => p.v));
  const strength = fullnessOf(metric, now, policy);
  return strength === null ? null : { entity, metric, kind, strength, before: null, now, onset: inside[0]?.t ?? null, points: inside.length };
}

const hasTails = (kind: MetricKind): boolean => kind === 'errors' || kind === 'availability' || kind === 'latency' || kind === 'restarts';

/** Points on the far side of the middle between the two levels, now against before, as deviations of a share; 0 to 1: two bursts of five points are chance, five of five are not. */
function lastingOf(before: readonly number[], inside: readonly { v: number }[], worse: Worse, median: number, by: number): number {
  const isFar = (v: number): boolean => (worse === 'higher' ? v - median : worse === 'lower' ? median - v : Math.abs(v - median)) > by / 2;
  const [now, then] = [inside.filter((p) => isFar(p.v)).length, before.filter(isFar).length];
  const both = (now + then) / (inside.length + before.length);
  const deviations = (now / inside.length - then / before.length) / Math.max(1e-9, Math.sqrt(both * (1 - both) * (1 / inside.length + 1 / before.length)));
  return Math.max(0, Math.min(1, (deviations - 1.5) / 2)) ** 2;
}

/** Shares of requests are told to the thousandth, everything else to a few per cent. */
function floorOf(kind: MetricKind, median: number, most: number, policy: SignalPolicy): number {
  if (kind === 'availability') return most * policy.floorOfAvailability;
  return kind === 'errors' ? Math.max(Math.abs(median), most * 0.4) * policy.floorOfErrors : Math.abs(median) * policy.floorOfLevel;
}

/** Rare events add up over a window: its total against what is usual, in roots of that. */
function totalOf(kind: MetricKind, before: readonly number[], inside: readonly { v: number }[]): number {
  if (kind !== 'errors' || ![...before, ...inside.map((p) => p.v)].every(Number.isInteger)) return 0;
  const usual = meanOf(before) * inside.length;
  return (inside.reduce((sum, p) => sum + p.v, 0) - usual) / Math.sqrt(Math.max(usual, spreadOf(before) * inside.length) + 1);
}
/** Mean square about the mean: errors that come in bursts scatter more than by chance. */
function spreadOf(values: readonly number[]): number {
  const middle = meanOf(values);
  return meanOf(values.map((v) => (v - middle) ** 2));
}

/** Whole numbers of rare events scatter by the root of their mean: one more error is no anomaly. */
function chanceOf(kind: MetricKind, before: readonly number[], inside: readonly { v: number }[]): number {
  if (kind !== 'errors' && kind !== 'restarts') return 0;
  const all = [...before, ...inside.map((p) => p.v)];
  if (!all.every(Number.isInteger)) return all.every((v) => v >= 0 && v <= 1) ? 0.003 : 0;
  return Math.sqrt(meanOf(before) + 0.5);
}

const maxOf = (sorted: Float64Array): number => Math.max(Math.abs(sorted.at(-1) ?? 0), Math.abs(sorted[0] ?? 0));

/** A figure as people read it. */
export const number = (value: number): string => (Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 1 ? value.toFixed(2) : value.toPrecision(3));
