// What a difference of values looks like: medians, tail and spread of both sides with always-valid bounds. Pure.
import { bounds, finite, quantileInterval, quantileOf } from './intervals.ts';
import type { Tolerance } from './policy.ts';
import type { Row, Worse } from './row.ts';
import type { Family } from './value-tests.ts';

export type Shape = {
  medians: [number, number];
  effect: number | null;
  interval: [number | null, number | null];
  told: string;
  toldMedians: string;
  /** Proven or not, so little of it that nobody is harmed. */
  negligible: (tolerance: Tolerance, worse: Worse) => boolean;
};

const IQR_TO_SD = 1.349;

/** Robust standard deviation; where half of the values are the same, the plain one. */
export function spreadOf(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const list = [...values].sort((a, b) => a - b);
  const robust = (quantileOf(list, 0.75) - quantileOf(list, 0.25)) / IQR_TO_SD;
  if (robust > 0) return robust;
  const mean = list.reduce((sum, x) => sum + x, 0) / list.length;
  return Math.sqrt(list.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (list.length - 1));
}

export function describeShape(baseline: readonly Row[], canary: readonly Row[], leading: Family, sign: number, alpha: number): Shape {
  const [b, c] = [baseline, canary].map((rows) => rows.map((r) => r.value).sort((x, y) => x - y)) as [number[], number[]];
  const at = (q: number): [number, number] => [quantileOf(b, q), quantileOf(c, q)];
  const tail = sign === 1 ? 0.95 : 0.05;
  const medians = at(0.5);
  const tails = at(tail);
  const spreads: [number, number] = [spreadOf(b), spreadOf(c)];
  const change = ([x, y]: [number, number]): number => (x === 0 ? (y === 0 ? 0 : Infinity * Math.sign(y)) : (y - x) / Math.abs(x));
  const show = (x: number): string => String(Number(x.toPrecision(4)));
  const toldMedians = `median ${show(medians[1])} against ${show(medians[0])}`;
  const told: Record<Family, string> = {
    worse: toldMedians,
    'tail-worse': `${sign === 1 ? 'p95' : 'p5'} ${show(tails[1])} against ${show(tails[0])}, ${toldMedians}`,
    'spread-worse': `spread ${show(spreads[1])} against ${show(spreads[0])}, ${toldMedians}`,
  };
  const quantity: Record<Family, [number, number]> = { worse: medians, 'tail-worse': tails, 'spread-worse': spreads };
  return {
    medians,
    effect: finite(change(quantity[leading])),
    interval: leading === 'spread-worse' ? [null, null] : relativeInterval(b, c, leading === 'worse' ? 0.5 : tail, alpha),
    told: told[leading],
    toldMedians,
    negligible: (tolerance, worse) => {
      const least = tolerance.relative / 2;
      if (leading === 'worse') return worse === 'both' ? Math.abs(change(medians)) < least : sign * change(medians) < least && sign * change(tails) < least;
      // A wider spread because the canary got better is no harm where only one direction is.
      if (leading === 'spread-worse') return change(spreads) < least || (worse !== 'both' && sign * change(tails) <= 0);
      return false;
    },
  };
}

function relativeInterval(b: readonly number[], c: readonly number[], q: number, alpha: number): [number | null, number | null] {
  const [old, fresh] = [quantileInterval(b, q, alpha / 2), quantileInterval(c, q, alpha / 2)];
  const level = Math.abs(quantileOf(b, q));
  return level === 0 ? [null, null] : bounds((fresh.low - old.high) / level, (fresh.high - old.low) / level);
}
