// Latencies and gauges: values of unknown distribution, by their ranks in matched sets. Pure.
import type { Finding } from './answer.ts';
import { inertia } from './dispersion.ts';
import { peakEvidence, wholeEvidence } from './evidence.ts';
import { logNoRise } from './judge-shares.ts';
import type { Asked, Tolerance } from './policy.ts';
import { detectable, needed } from './power.ts';
import type { Row } from './row.ts';
import { scoreSets, type Score, type Scored, type ValueSet } from './scores.ts';
import { matchedSets, type Stratum } from './strata.ts';
import { differenceOf, around, FAMILIES, FAMILY_WEIGHTS, stepsOf, tailLook, TAILS, type Family } from './value-tests.ts';
import { describeShape, spreadOf, type Shape } from './value-shape.ts';

type Scale = { of: (x: number) => number; relative: boolean };

/** Positive latencies are compared by their ratio, everything else by its difference. */
const scaleOf = (rows: readonly Row[]): Scale =>
  rows.every((r) => r.kind === 'latency' && r.value > 0) ? { of: Math.log, relative: true } : { of: (x) => x, relative: false };

type Tested = { peak: number; last: number; leading: Family; scored: Scored[]; sets: ValueSet[] };

const setsOf = (strata: readonly Stratum[], scale: Scale, comparable: boolean): ValueSet[] =>
  matchedSets(comparable ? strata : strata.map(averaged)).map(({ single, others, singleIs }) => ({
    single: scale.of(single.value),
    others: others.map((r) => scale.of(r.value)),
    singleIs,
  }));

/** The lesser of that of differences and that of ratios: harm that follows a common level up and down, in either way, has none of its own. */
function inertiaOfValues(sets: readonly ValueSet[]): number {
  const measured = (of: (x: number) => number): number =>
    inertia(
      sets.map(({ single, others, singleIs }) => {
        const rest = others.reduce((sum, x) => sum + of(x), 0) / Math.max(1, others.length);
        return (singleIs === 'canary' ? 1 : -1) * (of(single) - rest);
      }),
      false,
    );
  const plain = measured((x) => x);
  const arePositive = sets.every(({ single, others }) => single > 0 && others.every((x) => x > 0));
  return plain > 1 && arePositive ? Math.min(plain, measured(Math.log)) : plain;
}

/** @param proof the stretches by which the absence of harm must be shown. */
export function judgeValues(strata: readonly Stratum[], proof: readonly Stratum[], { worse, tolerance, alpha }: Asked): Finding {
  const baseline = strata.flatMap((s) => s.baseline);
  const canary = strata.flatMap((s) => s.canary);
  const scale = scaleOf([...baseline, ...canary]);
  const comparable = sizesAlike(baseline, canary);
  const sets = setsOf(strata, scale, comparable);
  const families: Family[] = comparable ? ['worse', 'tail-worse', 'spread-worse'] : ['worse'];
  const directions = worse === 'both' ? [1, -1] : [worse === 'lower' ? -1 : 1];
  const scoredOnce = scoreSets(sets);
  const placed = scoredOnce.map((s, i) => differenceOf(s, sets[i]?.singleIs ?? 'canary'));
  // Places stand still at their ends where the sides lie apart, whatever the values do: these have the inertia then.
  const deflate = Math.max(inertia(placed, true), inertiaOfValues(sets));
  const tests = directions.map((sign) => testHarm(turned(sets, sign), families, deflate));
  const worst = tests.reduce((a, b) => (b.peak > a.peak ? b : a));
  const shape = describeShape(baseline, canary, worst.leading, directions[tests.indexOf(worst)] ?? 1, alpha);
  const shift = toleratedShift(baseline, tolerance, scale, shape);
  const logE = logMix(tests.map((t) => t.peak));
  const proofSets = proof === strata ? sets : setsOf(proof, scale, comparable);
  const sd = spreadOf(baseline.map((r) => scale.of(r.value)));
  const noShift = Math.min(...directions.map((sign) => logNoShift(turned(proofSets, sign), shift, sd, deflate)));
  const noTail = comparable ? Math.min(...directions.map((sign) => logNoTail(turned(proofSets, sign), shift, tolerance))) / deflate : Infinity;
  const unit = scale.relative ? 1 : Math.abs(shape.medians[0]) || 1;
  return {
    logE,
    logNow: logMix(tests.map((t) => t.last)),
    harm: worst.leading,
    harmText: shape.told,
    negligible: shape.negligible(tolerance, worse),
    logNoWorse: Math.min(noShift, noTail),
    passText: `${shape.toldMedians}; a shift by ${Number((100 * tolerance.relative).toPrecision(3))} % is excluded${comparable ? ', and a longer tail' : ''}`,
    effect: shape.effect,
    interval: shape.interval,
    method: `sequential rank e-test in pairs of the same time (${families.map((f) => WORDS[f]).join(', ')}; restarts)${deflate > 1 ? `, deflated by ${deflate.toPrecision(2)} for inertia` : ''}${comparable ? '' : '; rows of unlike size: spread and tail not compared'}`,
    power: {
      smallestEffect: Number(((detectable(sets.length / deflate, alpha) * sd) / unit).toPrecision(3)),
      samplesNeeded: Math.ceil(Math.max(needed(shift / Math.max(sd, 1e-12), alpha), 3 / tolerance.tail) * deflate),
    },
  };
}

/** Below this evidence no kind of harm leads: the medians are told. */
const NAMED = Math.log(5);

const WORDS: Record<Family, string> = { worse: 'shift', 'tail-worse': 'tail', 'spread-worse': 'spread' };

const turned = (sets: readonly ValueSet[], sign: number): ValueSet[] =>
  sign === 1 ? [...sets] : sets.map((s) => ({ ...s, single: -s.single, others: s.others.map((x) => -x) }));

/** The mean of e-processes is one; of two directions each has half the stake. */
const logMix = (peaks: readonly number[]): number => Math.max(0, Math.max(...peaks) - Math.log(peaks.length));

function testHarm(sets: readonly ValueSet[], families: readonly Family[], deflate: number): Tested {
  const scored = scoreSets(sets);
  const stake = families.reduce((sum, f) => sum + FAMILY_WEIGHTS[f], 0);
  const alternatives = families.flatMap((f) => FAMILIES[f].map((a) => ({ ...a, weight: (a.weight * FAMILY_WEIGHTS[f]) / stake, family: f })));
  const steps = stepsOf(scored, sets, alternatives);
  const weights = alternatives.map((a) => a.weight);
  const { peak, last } = peakEvidence(steps, weights, deflate);
  // Which kind of harm leads is only a matter of words, so it may be read from the data.
  const only = (f: Family): number =>
    families.includes(f)
      ? peakEvidence(
          steps,
          alternatives.map((a) => (a.family === f ? a.weight : 0)),
          deflate,
        ).peak
      : -Infinity;
  const ranked = peak < NAMED ? families : families.toSorted((a, b) => only(b) - only(a));
  return { peak, last, leading: ranked[0] ?? 'worse', scored, sets: [...sets] };
}

/** The canary moved back by the tolerance: evidence that it is now below the baseline. */
function logNoShift(sets: readonly ValueSet[], shift: number, sd: number, deflate: number): number {
  const back = turned(moved(sets, shift), -1);
  const alternatives = around(shift / Math.max(sd, 1e-12));
  return wholeEvidence(
    stepsOf(scoreSets(back), back, alternatives),
    alternatives.map((a) => a.weight),
    deflate,
  );
}

/** What may be worse in all may be in the tail as well: beyond nine tenths counts what is still there with the canary moved back by it. Far outside is far outside. */
function logNoTail(sets: readonly ValueSet[], shift: number, tolerance: Tolerance): number {
  const back = moved(sets, shift);
  const looksOf = (of: readonly ValueSet[], inTail: (score: Score) => number) => scoreSets(of).map((s, i) => tailLook(s, of[i]?.singleIs ?? 'canary', inTail));
  const extreme = looksOf(sets, TAILS.outlier);
  const old = extreme.reduce((sum, look) => ({ n: sum.n + look.old.n, bad: sum.bad + look.old.bad }), { n: 0, bad: 0 });
  return Math.min(logNoRise(looksOf(back, TAILS.beyond), tolerance.tail), logNoRise(extreme, Math.max(tolerance.extreme, old.bad / Math.max(1, 2 * old.n))));
}

/** The canary's values less the shift. */
const moved = (sets: readonly ValueSet[], shift: number): ValueSet[] =>
  sets.map((s) => (s.singleIs === 'canary' ? { ...s, single: s.single - shift } : { ...s, others: s.others.map((x) => x - shift) }));

function toleratedShift(baseline: readonly Row[], tolerance: Tolerance, scale: Scale, shape: Shape): number {
  if (scale.relative) return Math.log1p(tolerance.relative);
  const level = Math.abs(shape.medians[0]);
  // Around zero a part of the level means nothing; a part of the spread does.
  const sd = spreadOf(baseline.map((r) => r.value));
  return Math.max(tolerance.relative * level, level < sd ? sd / 4 : 0, 1e-9);
}

const meanSize = (rows: readonly Row[]): number => rows.reduce((sum, r) => sum + r.n, 0) / Math.max(1, rows.length);

/** Rows that stand for many more samples scatter less, and would make the other side look wild. */
function sizesAlike(baseline: readonly Row[], canary: readonly Row[]): boolean {
  const [b, c] = [meanSize(baseline), meanSize(canary)];
  return Math.max(b, c) <= 2 * Math.min(b, c);
}

/** One row per side and stretch: means of the same time, compared by their sign and rank alone. */
function averaged({ baseline, canary, ...rest }: Stratum): Stratum {
  const mean = (rows: readonly Row[]): Row[] => {
    const first = rows[0];
    if (first === undefined) return [];
    const n = rows.reduce((sum, r) => sum + r.n, 0);
    return [{ ...first, n, value: rows.reduce((sum, r) => sum + r.n * r.value, 0) / n }];
  };
  return { ...rest, baseline: mean(baseline), canary: mean(canary) };
}
