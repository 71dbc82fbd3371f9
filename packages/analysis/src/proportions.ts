// Two streams of good and bad requests, seen at the same time: worse, no worse, or not decided yet. Pure.
import type { Counts, Look } from './odds-grid.ts';
import { startMargin, updateMargin, type MarginState } from './margin-test.ts';
import { logEvidence, oddsInterval, startWorse, updateWorse, type WorseOptions, type WorseState } from './worse-test.ts';

/** JSON; may be kept between looks. */
export type ProportionsState = { worse: WorseState; margin: MarginState };

export type ProportionsOptions = WorseOptions & {
  /** Tolerated rise of the share of bad requests; more than that must be excluded for `no-worse`. */
  margin?: number;
  history?: Counts;
};

export type Levels = {
  /** Chance of calling a new one worse that is not. */
  alpha: number;
  /** Chance of calling a new one no worse whose rise exceeds the margin. */
  risk: number;
};

export type ProportionsVerdict = {
  kind: 'worse' | 'no-worse' | 'undecided';
  eValue: number;
  /** Always valid: the smallest alpha at which it would be "worse" by now. */
  pValue: number;
  oddsRatio: { low: number; high: number } | null;
};

export const startProportions = (options: ProportionsOptions = {}): ProportionsState => ({
  worse: startWorse(options),
  margin: startMargin(options.margin ?? 0.02, options.history),
});

export const updateProportions = (state: ProportionsState, look: Look): ProportionsState => ({
  worse: updateWorse(state.worse, look),
  margin: updateMargin(state.margin, look),
});

export function judgeProportions(state: ProportionsState, levels: Levels): ProportionsVerdict {
  const pValue = Math.min(1, Math.exp(-state.worse.peak));
  const noWorse = state.margin.logE >= Math.log(1 / levels.risk);
  return {
    kind: pValue <= levels.alpha ? 'worse' : noWorse ? 'no-worse' : 'undecided',
    eValue: Math.exp(logEvidence(state.worse)),
    pValue,
    oddsRatio: oddsInterval(state.worse, levels.alpha),
  };
}

/** The same for a single look. */
export const compareProportions = (old: Counts, fresh: Counts, options: ProportionsOptions & Levels): ProportionsVerdict =>
  judgeProportions(updateProportions(startProportions(options), { old, new: fresh }), options);
