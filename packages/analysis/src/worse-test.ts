// "Is the new one worse?": evidence that may be looked at as often as one likes. Pure.
import { conditionalLogLikelihoods, GRID_STEP, gridIndex, LOG_ODDS, logMeanExp, referenceLogLikelihoods, type Counts, type Look } from './odds-grid.ts';

/** Evidence so far, JSON. Made by `startWorse`, carried on by `updateWorse`. */
export type WorseState = {
  /** Place of the tolerated odds ratio on the grid. */
  nullAt: number;
  /** Log likelihood ratio of each odds ratio of the grid against the tolerated one. */
  logLr: number[];
  /** Requests seen since the last closed stratum, while one revision had none. */
  pending: Look;
  /** Highest log e-value so far. */
  peak: number;
  /** The most that one look may add, in nats; null: no limit. */
  capNats: number | null;
};

export type WorseOptions = {
  /** Odds ratio new : old up to which the new one does not count as worse. */
  toleratedOdds?: number;
  /**
   * Limits what a single look can prove. Needed where bad requests come in bursts of one process (a pause of its garbage collector), which
   * breaks the assumption that they fall on requests one by one. Cutting a likelihood ratio down keeps the false alarm rate.
   */
  capNats?: number;
};

const none = (): Counts => ({ n: 0, bad: 0 });
const add = (a: Counts, b: Counts): Counts => ({ n: a.n + b.n, bad: a.bad + b.bad });
const round = (x: number): number => Math.round(x * 1e4) / 1e4;

export function startWorse(options: WorseOptions = {}): WorseState {
  return {
    nullAt: gridIndex(options.toleratedOdds ?? 1),
    logLr: LOG_ODDS.map(() => 0),
    pending: { old: none(), new: none() },
    peak: 0,
    capNats: options.capNats ?? null,
  };
}

/**
 * Adds what one look saw of both revisions.
 *
 * A mixture of likelihood ratios over odds ratios above the tolerated one (H. Robbins 1970, "Statistical methods related to the law of the
 * iterated logarithm"), multiplied over looks. Each look is a stratum of its own (N. Mantel, W. Haenszel 1959), so the weight may change
 * between looks (not within one). The product is a test supermartingale when the new one is no worse, hence P(it ever reaches 1/alpha) <= alpha (J. Ville 1939),
 * whenever and however often one looks: S. Howard, A. Ramdas, J. McAuliffe, J. Sekhon 2021, "Time-uniform, nonparametric, nonasymptotic
 * confidence sequences"; R. Turner, A. Ly, P. Grünwald 2024, "Generic E-variables for exact sequential k-sample tests"; for experiments on
 * live traffic R. Johari, P. Koomen, L. Pekelis, D. Walsh 2022, "Always valid inference", and M. Lindon, A. Malek 2022, "Anytime-valid
 * inference for multinomial count data".
 */
export function updateWorse(state: WorseState, look: Look): WorseState {
  const pending = { old: add(state.pending.old, look.old), new: add(state.pending.new, look.new) };
  // A stratum closes by request counts alone, never by outcomes: otherwise the product would no longer be fair.
  if (pending.old.n === 0 || pending.new.n === 0) return { ...state, pending };
  const next = { ...state, pending: { old: none(), new: none() } };
  const likelihoods = conditionalLogLikelihoods(pending);
  return likelihoods === null ? next : collect(next, likelihoods);
}

/** Adds the new one's counts against a known share of bad requests, for when all traffic is on the new one. */
export function updateWorseAgainst(state: WorseState, reference: number, counts: Counts): WorseState {
  if (counts.n === 0) return state;
  return collect(state, referenceLogLikelihoods(counts, reference));
}

function collect(state: WorseState, likelihoods: number[]): WorseState {
  const atNull = likelihoods[state.nullAt] ?? 0;
  const cap = state.capNats ?? Number.POSITIVE_INFINITY;
  const logLr = state.logLr.map((sum, i) => round(sum + Math.min(cap, (likelihoods[i] ?? atNull) - atNull)));
  const next = { ...state, logLr };
  return { ...next, peak: round(Math.max(state.peak, logEvidence(next))) };
}

/** Log e-value that the odds ratio is above the tolerated one. */
export const logEvidence = (state: WorseState): number => logMeanExp(state.logLr.slice(state.nullAt + 1));

/** Confidence sequence for the odds ratio new : old, a grid step wider on each side than what was kept; null where single looks were cut down. Ends of the grid mean "no bound". */
export function oddsInterval(state: WorseState, alpha: number): { low: number; high: number } | null {
  if (state.capNats !== null) return null;
  const all = logMeanExp(state.logLr);
  const kept = LOG_ODDS.filter((_, i) => all - (state.logLr[i] ?? 0) < Math.log(1 / alpha));
  const [first, last] = [kept[0], kept.at(-1)];
  if (first === undefined || last === undefined) return null;
  return {
    low: first === LOG_ODDS[0] ? 0 : Math.exp(first - GRID_STEP),
    high: last === LOG_ODDS.at(-1) ? Number.MAX_VALUE : Math.exp(last + GRID_STEP),
  };
}
