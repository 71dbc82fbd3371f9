// Scores of values by their place among all that came before, for both sides alike. Pure.
import { quantileOf } from './intervals.ts';

/** Values of one matched set: the odd one out, and those of the other side. */
export type ValueSet = { single: number; others: readonly number[]; singleIs: 'baseline' | 'canary' };

/** Places in (0, 1) within the past and the set itself, and whether a value lies far outside. */
export type Scored = { single: Score; others: Score[] };
export type Score = { place: number; outlier: boolean };

const NEIGHBOURS = 25;
const REFERENCE = 1000;
/** Normal values lie so many robust standard deviations from the centre once in thirty thousand. */
const OUTLIER = 4;
const MAD_TO_SD = 1.4826;

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);
const median = (values: readonly number[]): number => quantileOf(sorted(values), 0.5);

/** Share of a sorted list below a value; those equal to it count half. */
function placeIn(list: readonly number[], value: number): number {
  if (list.length === 0) return 0.5;
  return (firstAbove(list, value, false) + firstAbove(list, value, true)) / 2 / list.length;
}

function firstAbove(list: readonly number[], value: number, strictly: boolean): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const x = list[middle] ?? 0;
    if (strictly ? x <= value : x < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What came before: the newest values of each side, less the level of their time. Sides weigh the same, however many rows they have. */
type Past = { sets: number; baseline: number[]; canary: number[]; recent: { baseline: number[]; canary: number[] } };

/**
 * Each set is scored by the past and by its own values regardless of side. So, given what came before, "no difference" makes every value of a set as
 * likely to be the odd one: that is all the tests below rest on. No distribution, no common level over time.
 */
export function scoreSets(sets: readonly ValueSet[]): Scored[] {
  const past: Past = { sets: 0, baseline: [], canary: [], recent: { baseline: [], canary: [] } };
  let reference = { baseline: [] as number[], canary: [] as number[], spread: 0 };
  let rebuildAt = 1;
  return sets.map((set) => {
    const other = set.singleIs === 'canary' ? 'baseline' : 'canary';
    const all = [set.single, ...set.others];
    const centre = past.sets === 0 ? median(all) : (median(past.recent.baseline) + median(past.recent.canary)) / 2;
    const own = sorted(all.map((x) => x - centre));
    const weight = past.sets / (past.sets + 1);
    const scoreOf = (x: number): Score => {
      const z = x - centre;
      const before = (placeIn(reference.baseline, z) + placeIn(reference.canary, z)) / 2;
      const place = weight * before + (1 - weight) * placeIn(own, z);
      return { place, outlier: reference.spread > 0 && z > OUTLIER * reference.spread };
    };
    const scored = { single: scoreOf(set.single), others: set.others.map(scoreOf) };
    past.sets += 1;
    remember(past, set.singleIs, [set.single], centre);
    remember(past, other, set.others, centre);
    if (past.sets >= rebuildAt) {
      rebuildAt = Math.ceil(rebuildAt * 1.2 + 0.5);
      const pooled = [...past.baseline.slice(-REFERENCE), ...past.canary.slice(-REFERENCE)];
      reference = {
        baseline: sorted(past.baseline.slice(-REFERENCE)),
        canary: sorted(past.canary.slice(-REFERENCE)),
        spread: pooled.length < 20 ? 0 : MAD_TO_SD * median(pooled.map(Math.abs)),
      };
    }
    return scored;
  });
}

function remember(past: Past, side: 'baseline' | 'canary', values: readonly number[], centre: number): void {
  for (const x of values) {
    past[side].push(x - centre);
    past.recent[side].push(x);
  }
  past.recent[side] = past.recent[side].slice(-NEIGHBOURS);
  if (past[side].length > 4 * REFERENCE) past[side] = past[side].slice(-REFERENCE);
}
