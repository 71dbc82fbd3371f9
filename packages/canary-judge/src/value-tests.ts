// Evidence from scored sets: shift, tail and spread of the canary against the baseline. Pure.
import type { Scored, Score, ValueSet } from './scores.ts';

/** One alternative: how a value is scored, and how strongly the canary is expected to lean to high scores. */
export type Alternative = { of: (score: Score) => number; strength: number; weight: number };
export type Family = 'worse' | 'tail-worse' | 'spread-worse';

const lean = (of: Alternative['of'], strengths: readonly number[], weight: number): Alternative[] =>
  strengths.map((strength) => ({ of, strength, weight: weight / strengths.length }));

const SHIFT = [0.3, 0.8, 1.6, 3.2, 6.4];

const location = (s: Score): number => 2 * s.place - 1;
const spread = (s: Score): number => Math.abs(2 * s.place - 1);
const beyond =
  (place: number) =>
  (s: Score): number =>
    s.place > place ? 1 : 0;
const outlier = (s: Score): number => (s.outlier ? 1 : 0);

/** Alternatives of each kind of harm; the weights of a family add up to 1. Values are turned so that higher is worse. */
export const FAMILIES: Record<Family, readonly Alternative[]> = {
  worse: lean(location, SHIFT, 1),
  'tail-worse': [...lean(beyond(0.9), [1, 2.5], 0.25), ...lean(beyond(0.97), [1.5, 3], 0.25), ...lean(outlier, [1.5, 5], 0.5)],
  'spread-worse': lean(spread, SHIFT, 1),
};

/** The strength with which pairs lean whose sides lie `d` standard deviations apart, where d is small: the mean of the difference of two normal places over a quarter of its mean square. */
const leaning = (d: number): number => Math.min(6.4, Math.max(0.05, 1.69 * d));

/** Alternatives that win most where two normal sides differ by about `d` standard deviations, and some for all others. */
export const around = (d: number): Alternative[] => [...lean(location, [leaning(d), leaning(1.7 * d)], 0.75), ...lean(location, SHIFT, 0.25)];

/** Weights of the families in the whole. */
export const FAMILY_WEIGHTS: Record<Family, number> = { worse: 0.45, 'tail-worse': 0.38, 'spread-worse': 0.17 };

/**
 * Log likelihood ratio of the odd one's place in its set: exp(strength x score) against its mean over the set, as in a conditional logit (D. Cox 1972;
 * as an e-process P. Gruenwald, A. Ly, M. Perez-Ortiz, J. ter Schure 2021, "The safe log rank test"). For pairs 2/(1 + exp(-strength x difference)).
 */
function increment(scored: Scored, { of, strength }: Alternative, singleIs: ValueSet['singleIs']): number {
  const towards = singleIs === 'canary' ? strength : -strength;
  const own = towards * of(scored.single);
  const others = scored.others.map((s) => towards * of(s));
  const top = Math.max(own, ...others);
  const mean = (Math.exp(own - top) + others.reduce((sum, x) => sum + Math.exp(x - top), 0)) / (others.length + 1);
  return own - top - Math.log(mean);
}

export const stepsOf = (scored: readonly Scored[], sets: readonly ValueSet[], alternatives: readonly Alternative[]): number[][] =>
  scored.map((s, i) => alternatives.map((a) => increment(s, a, sets[i]?.singleIs ?? 'canary')));

/** Canary less baseline in one set, on the scale of places. */
export const differenceOf = (scored: Scored, singleIs: ValueSet['singleIs']): number => {
  const rest = scored.others.reduce((sum, s) => sum + location(s), 0) / Math.max(1, scored.others.length);
  return (singleIs === 'canary' ? 1 : -1) * (location(scored.single) - rest);
};

/** Values beyond nine tenths of all, and those far outside. */
export const TAILS = { beyond: beyond(0.9), outlier };

/** How many values of a set are in the tail, per side: for showing that it is not much longer. */
export const tailLook = (scored: Scored, singleIs: ValueSet['singleIs'], inTail: (score: Score) => number) => {
  const single = { n: 1, bad: inTail(scored.single) };
  const others = { n: scored.others.length, bad: scored.others.reduce((sum, s) => sum + inTail(s), 0) };
  return singleIs === 'canary' ? { old: others, new: single } : { old: single, new: others };
};
