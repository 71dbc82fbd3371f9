// Rates of a canary that has no baseline beside it: against what is known of the baseline's share. Pure.
import type { Finding } from './answer.ts';
import { capped } from './dispersion.ts';
import { peakEvidence } from './evidence.ts';
import { bounds, finite, shareInterval } from './intervals.ts';
import { alternativesOf } from './judge-shares.ts';
import { startMargin, updateMarginAgainst } from './margin-test.ts';
import { referenceLogLikelihoods } from './odds-grid.ts';
import type { Asked } from './policy.ts';
import { nowDetected } from './power.ts';
import type { Row } from './row.ts';

/** The baseline's share lies between these; `n` samples say so. */
export type Known = { low: number; high: number; n: number };

const countsOf = (row: Row): { n: number; bad: number } => ({ n: Math.round(row.n), bad: Math.min(Math.round(row.n), Math.round(row.n * row.value)) });
const percent = (share: number): string => `${Number((100 * share).toPrecision(3))} %`;

/**
 * A mixture of likelihood ratios of each row against `known.high` (H. Robbins 1970), valid at any stopping time as that of `judgeShares`; but the
 * level of the time is not taken out: what makes everything worse at once counts against the canary.
 */
export function judgeKnown(rows: readonly Row[], proof: readonly Row[], known: Known, asked: Asked): Finding {
  const { tolerance, alpha, burst } = asked;
  const alternatives = alternativesOf({ ...asked, worse: 'higher' });
  const steps = rows.map((row) => {
    const likelihoods = referenceLogLikelihoods(countsOf(row), known.high);
    return alternatives.map((a) => capped((likelihoods[a.at] ?? 0) - (likelihoods[a.against] ?? 0), burst));
  });
  const { peak, last } = peakEvidence(
    steps,
    alternatives.map(() => 1 / alternatives.length),
  );
  let margin = startMargin(tolerance.share, { n: known.n, bad: known.n * known.low });
  for (const row of proof) margin = updateMarginAgainst(margin, known.low, countsOf(row));
  const total = rows.map(countsOf).reduce((sum, c) => ({ n: sum.n + c.n, bad: sum.bad + c.bad }), { n: 0, bad: 0 });
  const share = total.bad / Math.max(1, total.n);
  const interval = shareInterval(total.bad, total.n, alpha);
  const told = `${percent(share)} of ${total.n} against ${percent(known.low)} to ${percent(known.high)} before`;
  return {
    logE: peak,
    logNow: last,
    harm: 'worse',
    harmText: told,
    negligible: share <= tolerance.budget,
    logNoWorse: margin.logE,
    passText: `${told}; a rise of ${percent(tolerance.share)} or more is excluded`,
    effect: finite(share - known.high),
    interval: bounds(interval.low - known.high, interval.high - known.low),
    method: 'sequential likelihood ratio against a known share, margin e-test',
    power: { smallestEffect: finite(nowDetected(alpha) / Math.max(1, total.n)), samplesNeeded: Math.ceil(3 / tolerance.share) },
  };
}
