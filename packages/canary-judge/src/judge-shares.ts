// Rates: bad ones of n on both sides. Fisher's conditional likelihood per stretch of time. Pure.
import { conditionalLogLikelihoods, LOG_ODDS, startMargin, updateMargin, type Counts, type Look } from '@awo/analysis';
import type { Finding } from './answer.ts';
import { capped, inertia, overdispersion } from './dispersion.ts';
import { peakEvidence } from './evidence.ts';
import { bounds, finite, shareInterval } from './intervals.ts';
import type { Tolerance } from './policy.ts';
import { detectable, needed, nowDetected } from './power.ts';
import type { Row, Worse } from './row.ts';
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

/** Difference of the shares in units of its standard deviation; null where both have none or all. */
function standardised({ old, new: fresh }: Look): number | null {
  const p = (old.bad + fresh.bad) / (old.n + fresh.n);
  const variance = p * (1 - p) * (1 / old.n + 1 / fresh.n);
  return variance <= 0 ? null : (fresh.bad / fresh.n - old.bad / old.n) / Math.sqrt(variance);
}

const up = LOG_ODDS.map((x, i) => ({ x, i })).filter(({ x }) => x > 0);
const down = LOG_ODDS.map((x, i) => ({ x, i })).filter(({ x }) => x < 0);

export function judgeShares(strata: readonly Stratum[], worse: Worse, tolerance: Tolerance, alpha: number): Finding {
  // A share that does harm when it is low is judged by what is missing of it.
  const looks = looksOfShares(strata, worse === 'lower');
  const alternatives = worse === 'both' ? [...up, ...down] : up;
  const atNull = LOG_ODDS.indexOf(0);
  const steps = looks.flatMap((look) => {
    const likelihoods = conditionalLogLikelihoods(scaled(look));
    return likelihoods === null ? [] : [alternatives.map(({ i }) => capped((likelihoods[i] ?? 0) - (likelihoods[atNull] ?? 0)))];
  });
  const differences = looks.map(standardised).filter((d) => d !== null);
  const deflate = Math.max(1, overdispersion(differences) * inertia(differences, false));
  const { peak } = peakEvidence(
    steps,
    alternatives.map(() => 1 / alternatives.length),
    deflate,
  );
  const total = totalOf(looks);
  const [pb, pc] = [total.old.bad / total.old.n, total.new.bad / total.new.n];
  const margin = Math.min(0.45, Math.max(tolerance.share, tolerance.ofBaseline * Math.min(pb, 1 - pb)));
  const noRise = logNoRise(looks, margin);
  const noFall = worse === 'both' ? logNoRise(looks.map(flipped), margin) : Infinity;
  const [b, c] = [shareInterval(total.old.bad, total.old.n, alpha / 2), shareInterval(total.new.bad, total.new.n, alpha / 2)];
  const sign = worse === 'lower' ? -1 : 1;
  const difference = bounds(sign === 1 ? c.low - b.high : b.low - c.high, sign === 1 ? c.high - b.low : b.high - c.low);
  const told = `${percent(sign === 1 ? pc : 1 - pc)} of ${total.new.n} against ${percent(sign === 1 ? pb : 1 - pb)} of ${total.old.n}`;
  const variance = Math.max(pb * (1 - pb), 1 / (total.old.n + total.new.n)) * deflate;
  const perSide = 2 / (1 / total.old.n + 1 / total.new.n);
  return {
    logE: peak,
    harm: 'worse',
    harmText: told,
    negligible: false,
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
export function logNoRise(looks: readonly Look[], margin: number): number {
  const { old, new: fresh } = totalOf(looks);
  // The bet is made on small shares. "bad rises by the margin" is the same as "good of the baseline is above good of the canary by it".
  const mostlyBad = 2 * (old.bad + fresh.bad) > old.n + fresh.n;
  let state = startMargin(margin);
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
