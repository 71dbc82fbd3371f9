// The odds ratios that evidence is collected for, and the likelihood of one look at each of them. Pure.

/** How many requests there were, and how many of them were bad. */
export type Counts = { n: number; bad: number };
/** What one look saw of each revision since the look before it. */
export type Look = { old: Counts; new: Counts };

const LOWEST = -3.5;
const GRID_STEP = 0.25;
/** Natural logarithms of the odds ratios new : old, from 1/33 to 245. Zero stands for "no difference". */
export const LOG_ODDS: readonly number[] = Array.from({ length: 37 }, (_, i) => LOWEST + i * GRID_STEP);

/** Place on the grid that is nearest to an odds ratio. */
export const gridIndex = (oddsRatio: number): number => Math.max(0, Math.min(LOG_ODDS.length - 1, Math.round((Math.log(oddsRatio) - LOWEST) / GRID_STEP)));

function logSumExp(values: readonly number[]): number {
  const top = Math.max(...values);
  if (!Number.isFinite(top)) return top;
  let sum = 0;
  for (const v of values) sum += Math.exp(v - top);
  return top + Math.log(sum);
}

const logFactorials: number[] = [0, 0];
function logFactorial(n: number): number {
  for (let i = logFactorials.length; i <= n; i++) logFactorials.push((logFactorials[i - 1] ?? 0) + Math.log(i));
  return logFactorials[n] ?? 0;
}
const logChoose = (n: number, k: number): number => logFactorial(n) - logFactorial(k) - logFactorial(n - k);

/**
 * Log likelihood of one look at every odds ratio of the grid, given both revisions' requests and the sum of bad ones: Fisher's noncentral
 * hypergeometric distribution (R. A. Fisher 1935, "The logic of inductive inference"). Conditioning on the sum removes the unknown common
 * level, so that it may be another one at each look: a bad minute of the whole machine is no evidence against either.
 */
export function conditionalLogLikelihoods(look: Look): number[] | null {
  const possible = outcomesOf(look);
  if (possible === null) return null;
  const { least, terms } = possible;
  return LOG_ODDS.map((logOdds) => {
    const at = (x: number) => (terms[x - least] ?? Number.NEGATIVE_INFINITY) + x * logOdds;
    return at(look.new.bad) - logSumExp(terms.map((_, i) => at(least + i)));
  });
}

/** Bad ones that the new one could have had, given the sum, with the logarithms of their numbers of ways; null where only one outcome was possible. */
function outcomesOf(look: Look): { least: number; terms: number[] } | null {
  const bad = look.old.bad + look.new.bad;
  const least = Math.max(0, bad - look.old.n);
  const most = Math.min(bad, look.new.n);
  if (most <= least) return null;
  const terms: number[] = [];
  for (let x = least; x <= most; x++) terms.push(logChoose(look.new.n, x) + logChoose(look.old.n, bad - x));
  return { least, terms };
}

/** The new one's bad ones less what is expected at these odds, in standard deviations; and the fourth moment that this has then, 3 for normal ones. */
export type Standardised = { z: number; fourth: number };

/** Null where nothing could vary. */
export function standardisedAt(look: Look, logOdds: number): Standardised | null {
  const possible = outcomesOf(look);
  if (possible === null) return null;
  const { least, terms } = possible;
  const weights = terms.map((term, i) => term + (least + i) * logOdds);
  const all = logSumExp(weights);
  const shares = weights.map((w) => Math.exp(w - all));
  const moment = (power: number, around: number): number => shares.reduce((sum, p, i) => sum + p * (least + i - around) ** power, 0);
  const mean = moment(1, 0);
  const variance = moment(2, mean);
  return variance <= 1e-12 ? null : { z: (look.new.bad - mean) / Math.sqrt(variance), fourth: moment(4, mean) / variance ** 2 };
}

/** Log likelihood of the new one's counts at every odds ratio to a fixed share `reference`: for when there is no old one beside it. */
export function referenceLogLikelihoods(counts: Counts, reference: number): number[] {
  const level = Math.min(0.999, Math.max(1e-6, reference));
  const base = Math.log(level / (1 - level));
  return LOG_ODDS.map((logOdds) => {
    const odds = base + logOdds;
    const logShare = -Math.log1p(Math.exp(-odds));
    const logRest = -Math.log1p(Math.exp(odds));
    return counts.bad * logShare + (counts.n - counts.bad) * logRest;
  });
}
