// Evidence that adds up over time and may be looked at after every step of it, for harm that begins at any time. Pure.

/** One step: what it adds to the log e-value of each alternative. */
export type Increments = readonly number[];

const FIRST_OCTAVE = 8;
const PER_OCTAVE = 8;
/** More looks than this show nothing more; what lies between two looks is added up. */
const MOST_LOOKS = 2000;
const CEILING = 600;
/** Most harm that a release does is there from its first request. */
const FROM_THE_START = 0.75;

/** Weight of a test that begins with step `at`: most on the very beginning, the rest spread over 8 beginnings per doubling of the time. Zero: none begins there. */
function weightOfStart(at: number): number {
  if (at === 0) return FROM_THE_START;
  if (at < FIRST_OCTAVE) return 0;
  const octave = Math.floor(Math.log2(at / FIRST_OCTAVE));
  const width = (FIRST_OCTAVE * 2 ** octave) / PER_OCTAVE;
  return at % width === 0 ? (1 - FROM_THE_START) / ((octave + 1) * (octave + 2) * PER_OCTAVE) : 0;
}

/** Puts neighbouring steps together until there are few enough to look at each. */
function looksOf(steps: readonly Increments[]): number[][] {
  const per = Math.ceil(steps.length / MOST_LOOKS);
  const looks: number[][] = [];
  for (let from = 0; from < steps.length; from += per) {
    const sum = (steps[from] ?? []).map(() => 0);
    for (const step of steps.slice(from, from + per)) for (const [m, x] of step.entries()) sum[m] = (sum[m] ?? 0) + x;
    looks.push(sum);
  }
  return looks;
}

/**
 * Highest log e-value over all looks: `weights` mix the alternatives (H. Robbins 1970), `weightOfStart` the times at which harm may begin (J. Shin,
 * A. Ramdas, A. Rinaldo 2024, "E-detectors"). A mean of e-processes is one, so 1/e is a p-value at any stopping time (J. Ville 1939).
 *
 * @param deflate by how much single steps overstate what they show (see dispersion.ts), at least 1.
 */
export function peakEvidence(steps: readonly Increments[], weights: readonly number[], deflate = 1): { peak: number; last: number } {
  const looks = looksOf(steps);
  const sum = new Float64Array(weights.length);
  const starts: { weight: number; from: Float64Array }[] = [];
  let [peak, last, staked] = [0, 0, 0];
  for (const [t, look] of looks.entries()) {
    const weight = weightOfStart(t);
    if (weight > 0) {
      starts.push({ weight, from: sum.slice() });
      staked += weight;
    }
    for (const [m, x] of look.entries()) sum[m] = (sum[m] ?? 0) + x;
    let e = 1 - staked;
    for (const start of starts) {
      let mixed = 0;
      for (let m = 0; m < weights.length; m++) mixed += (weights[m] ?? 0) * Math.exp(Math.min(CEILING, ((sum[m] ?? 0) - (start.from[m] ?? 0)) / deflate));
      e += start.weight * mixed;
    }
    last = Math.log(e);
    peak = Math.max(peak, last);
  }
  return { peak, last };
}

/** Log e-value of the whole, without later beginnings: for evidence that must hold over all of the time. */
export function wholeEvidence(steps: readonly Increments[], weights: readonly number[], deflate = 1): number {
  const totals = weights.map((_, m) => steps.reduce((sum, step) => sum + (step[m] ?? 0), 0) / deflate);
  const top = Math.max(...totals);
  return top + Math.log(totals.reduce((sum, x, m) => sum + (weights[m] ?? 0) * Math.exp(x - top), 0));
}
