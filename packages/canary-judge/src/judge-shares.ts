// Rates: bad ones of n on both sides. Fisher's conditional likelihood per stretch of time. Pure.
import type { Finding } from './answer.ts';
import { capped, inertiaOfCounts, overdispersion } from './dispersion.ts';
import { peakEvidence } from './evidence.ts';
import { bounds, finite, shareInterval } from './intervals.ts';
import { startMargin, updateMargin } from './margin-test.ts';
import { conditionalLogLikelihoods, gridIndex, LOG_ODDS, standardisedAt, type Counts, type Look } from './odds-grid.ts';
import type { Asked } from './policy.ts';
import { detectable, needed, nowDetected } from './power.ts';
import type { Row } from './row.ts';
import type { Stratum } from './strata.ts';

/** More outcomes than this in one stretch are scaled down: it costs power where there is plenty. */
const MOST_OUTCOMES = 1500;
const MOST_REQUESTS = 1_000_000;

/** Counts of each stretch. What rounding leaves over goes into the next one, so that the sum stays right. */
function looksOfShares(strata: readonly Stratum[], flip: boolean): Look[] {
  const carry = { old: 0, new: 0 };
  const countsOf = (rows: readonly Row[], side: 'old' | 'new') => {
    const n = Math.round(rows.reduce((sum, r) => sum + r.n, 0));
    const exact = rows.reduce((sum, r) => sum + r.n * (flip ? 1 - r.value : r.value), 0) + carry[side];
    const bad = Math.max(0, Math.min(n, Math.round(exact)));
    carry[side] = exact - bad;
    return { n, bad };
  };
  return strata.map((s) => ({ old: countsOf(s.baseline, 'old'), new: countsOf(s.canary, 'new') })).filter((l) => l.old.n > 0 && l.new.n > 0);
}

const scaled = (look: Look): Look => {
  const bad = look.old.bad + look.new.bad;
  const outcomes = Math.min(bad, look.new.n) - Math.max(0, bad - look.old.n);
  const by = Math.max(1, outcomes / MOST_OUTCOMES, Math.max(look.old.n, look.new.n) / MOST_REQUESTS);
  const down = ({ n, bad: k }: { n: number; bad: number }) => ({ n: Math.ceil(n / by), bad: Math.min(Math.ceil(n / by), Math.round(k / by)) });
  return by === 1 ? look : { old: down(look.old), new: down(look.new) };
};

/**
 * Logarithm of the odds ratio over all stretches (N. Mantel, W. Haenszel 1959), half an event on each side so that it is finite. The scatter of the
 * stretches is measured around it: around "no difference" a real one would look like bursts, and take away its own evidence.
 */
function fittedLogOdds(looks: readonly Look[]): number {
  let [worse, better] = [0.5, 0.5];
  for (const { old, new: fresh } of looks) {
    worse += (fresh.bad * (old.n - old.bad)) / (old.n + fresh.n);
    better += (old.bad * (fresh.n - fresh.bad)) / (old.n + fresh.n);
  }
  return Math.log(worse / better);
}

/** What is learnt of each alternative, against the nearest odds that are tolerated. */
type Alternative = { at: number; against: number };

export const alternativesOf = ({ worse, tolerance }: Asked): Alternative[] => {
  const [most, least] = [gridIndex(tolerance.odds), gridIndex(1 / tolerance.odds)];
  const up = LOG_ODDS.flatMap((_, at) => (at > most ? [{ at, against: most }] : []));
  return worse === 'both' ? [...up, ...LOG_ODDS.flatMap((_, at) => (at < least ? [{ at, against: least }] : []))] : up;
};

/**
 * @param proof the stretches by which the absence of harm must be shown.
 * @param past what the baseline did before: only makes the first bets better, never the verdict wrong.
 */
export function judgeShares(strata: readonly Stratum[], proof: readonly Stratum[], asked: Asked, past?: Counts): Finding {
  const { worse, tolerance, alpha, burst } = asked;
  // A share that does harm when it is low is judged by what is missing of it.
  const looks = looksOfShares(strata, worse === 'lower');
  const shown = proof === strata ? looks : looksOfShares(proof, worse === 'lower');
  const alternatives = alternativesOf(asked);
  const steps = looks.flatMap((look) => {
    const likelihoods = conditionalLogLikelihoods(scaled(look));
    return likelihoods === null ? [] : [alternatives.map((a) => capped((likelihoods[a.at] ?? 0) - (likelihoods[a.against] ?? 0), burst))];
  });
  const fitted = fittedLogOdds(looks);
  const differences = looks.map((look) => standardisedAt(scaled(look), fitted)).filter((d) => d !== null);
  const zs = differences.map((d) => d.z);
  const fourth = differences.reduce((sum, d) => sum + d.fourth, 0) / Math.max(1, differences.length);
  const deflate = Math.max(1, overdispersion(zs, fourth) * inertiaOfCounts(zs));
  const { peak, last } = peakEvidence(
    steps,
    alternatives.map(() => 1 / alternatives.length),
    deflate,
  );
  const total = totalOf(looks);
  const [pb, pc] = [total.old.bad / total.old.n, total.new.bad / total.new.n];
  const margin = Math.min(0.45, Math.max(tolerance.share, tolerance.ofBaseline * Math.min(pb, 1 - pb)));
  const noRise = logNoRise(shown, margin, worse === 'lower' ? undefined : past);
  const noFall = worse === 'both' ? logNoRise(shown.map(flipped), margin) : Infinity;
  const [b, c] = [shareInterval(total.old.bad, total.old.n, alpha / 2), shareInterval(total.new.bad, total.new.n, alpha / 2)];
  const sign = worse === 'lower' ? -1 : 1;
  const difference = bounds(sign === 1 ? c.low - b.high : b.low - c.high, sign === 1 ? c.high - b.low : b.high - c.low);
  const told = `${percent(sign === 1 ? pc : 1 - pc)} of ${total.new.n} against ${percent(sign === 1 ? pb : 1 - pb)} of ${total.old.n}`;
  const variance = Math.max(pb * (1 - pb), 1 / (total.old.n + total.new.n)) * deflate;
  const perSide = 2 / (1 / total.old.n + 1 / total.new.n);
  return {
    logE: peak,
    logNow: last,
    harm: 'worse',
    harmText: told,
    negligible: worse === 'higher' && pc <= tolerance.budget,
    logNoWorse: Math.min(noRise, noFall) / deflate,
    passText: `${told}; a change of ${percent(margin)} or more is excluded`,
    effect: finite(sign * (pc - pb)),
    interval: difference,
    method: `sequential Fisher (conditional odds, restarts), margin e-test${deflate > 1 ? `, deflated by ${deflate.toPrecision(2)} for bursts` : ''}`,
    power: {
      smallestEffect: finite(Math.max(detectable(perSide, alpha) * Math.sqrt(variance), nowDetected(alpha) / Math.max(1, total.new.n))),
      samplesNeeded: Math.ceil(Math.max(needed(margin / Math.sqrt(variance), alpha), 3 / margin)),
    },
  };
}

const good = ({ n, bad }: Counts): Counts => ({ n, bad: n - bad });
const flipped = (look: Look): Look => ({ old: good(look.old), new: good(look.new) });

/** Log e-value that the canary's share is less than the baseline's plus the margin. */
export function logNoRise(looks: readonly Look[], margin: number, past?: Counts): number {
  const { old, new: fresh } = totalOf(looks);
  // The bet is made on small shares. "bad rises by the margin" is the same as "good of the baseline is above good of the canary by it".
  const mostlyBad = 2 * (old.bad + fresh.bad) > old.n + fresh.n;
  let state = startMargin(margin, mostlyBad ? undefined : past);
  for (const look of looks) state = updateMargin(state, mostlyBad ? { old: good(look.new), new: good(look.old) } : look);
  return state.logE;
}

function totalOf(looks: readonly Look[]): Look {
  const total = { old: { n: 0, bad: 0 }, new: { n: 0, bad: 0 } };
  for (const look of looks)
    for (const side of ['old', 'new'] as const) {
      total[side].n += look[side].n;
      total[side].bad += look[side].bad;
    }
  return total;
}

const percent = (share: number): string => `${Number((100 * share).toPrecision(3))} %`;
