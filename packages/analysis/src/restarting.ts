// Evidence over a release of several steps: one test of the whole and a fresh one per step, at one level together. Pure.
import { logSumExp, type Counts, type Look } from './odds-grid.ts';
import { logEvidence, startWorse, updateWorse, updateWorseAgainst, type WorseOptions, type WorseState } from './worse-test.ts';

/**
 * A fault that shows at a later step only would have to make up for all the good requests before it. So half of the stake is on one test of
 * the whole release, and half on tests that start with a step: 1/(j(j+1)) of that half on step j, the rest is kept back. A weighted mean of
 * e-processes is an e-process: however many steps come, the chance of a false alarm stays at alpha (restarts as in J. Shin, A. Ramdas,
 * A. Rinaldo 2024, "E-detectors").
 */
export type RestartingState = { step: number; banked: number; whole: WorseState; segment: WorseState; peak: number };

/** Share of the second half of the stake that is on step j. */
const stakeOfStep = (step: number): number => 1 / (step * (step + 1));

export function startRestarting(options: WorseOptions = {}): RestartingState {
  return { step: 1, banked: 0, whole: startWorse(options), segment: startWorse(options), peak: 0 };
}

/** What one step leaves to the next: JSON of a few hundred bytes, since it stays in the log. */
export type Handover = { step: number; banked: number; peak: number; logLr: number[] };

const rounded = (x: number, digits: number): number => Number(x.toFixed(digits));

export const handOver = (state: RestartingState): Handover => ({
  step: state.step,
  banked: rounded(state.banked + stakeOfStep(state.step) * Math.exp(Math.min(50, logEvidence(state.segment))), 6),
  peak: state.peak,
  logLr: state.whole.logLr.map((x) => rounded(x, 2)),
});

/** A new step begins: what its predecessor's own test has won or lost stays as it is. `options` as at the start. */
export function takeOver(handover: Handover, options: WorseOptions = {}): RestartingState {
  const whole = { ...startWorse(options), logLr: handover.logLr };
  return { step: handover.step + 1, banked: handover.banked, peak: handover.peak, whole, segment: startWorse(options) };
}

const settle = (state: RestartingState): RestartingState => ({ ...state, peak: Math.max(state.peak, Math.round(logRestarting(state) * 1e4) / 1e4) });

export const updateRestarting = (state: RestartingState, look: Look): RestartingState =>
  settle({ ...state, whole: updateWorse(state.whole, look), segment: updateWorse(state.segment, look) });

export const updateRestartingAgainst = (state: RestartingState, reference: number, counts: Counts): RestartingState =>
  settle({ ...state, whole: updateWorseAgainst(state.whole, reference, counts), segment: updateWorseAgainst(state.segment, reference, counts) });

/** Log e-value of everything so far. */
export function logRestarting(state: RestartingState): number {
  const kept = 1 / (state.step + 1);
  return logSumExp([
    Math.log(0.5) + logEvidence(state.whole),
    Math.log(0.5 * stakeOfStep(state.step)) + logEvidence(state.segment),
    Math.log(0.5 * (kept + state.banked)),
  ]);
}
