// Counts: events per exposure on both sides, as Poisson with a level of its own in each stretch of time. Pure.
import type { Finding } from './answer.ts';
import { capped, inertiaOfCounts, overdispersion } from './dispersion.ts';
import { peakEvidence, wholeEvidence } from './evidence.ts';
import { bounds, finite, ratioInterval } from './intervals.ts';
import { LOG_ODDS } from './odds-grid.ts';
import type { Asked } from './policy.ts';
import { detectable, needed } from './power.ts';
import type { Row } from './row.ts';
import type { Stratum } from './strata.ts';

type Look = { old: number; new: number; part: number };

const sum = (rows: readonly Row[], of: 'value' | 'n'): number => rows.reduce((total, r) => total + r[of], 0);

/**
 * Log likelihood ratio of two rate ratios, given the sum of events: the canary's part is binomial (J. Przyborowski, H. Wilenski 1940), whatever the
 * common level. For e-values of this form see R. Turner, A. Ly, P. Gruenwald 2024.
 */
const logRatio = ({ old, new: fresh, part }: Look, ratio: number, against: number): number => {
  const all = (r: number): number => Math.log(1 + part * (r - 1));
  return fresh * Math.log(ratio / against) - (old + fresh) * (all(ratio) - all(against));
};

const exposedOf = (strata: readonly Stratum[]): Stratum[] => strata.filter((s) => sum(s.canary, 'n') > 0 && sum(s.baseline, 'n') > 0);

function lookOf(s: Stratum): Look {
  const [b, c] = [sum(s.baseline, 'n'), sum(s.canary, 'n')];
  return { old: sum(s.baseline, 'value'), new: sum(s.canary, 'value'), part: c / (b + c) };
}

/** @param proof the stretches by which the absence of harm must be shown. */
export function judgeCounts(strata: readonly Stratum[], proof: readonly Stratum[], asked: Asked, by: 'n' | 'interval' | 'second'): Finding {
  const { worse, tolerance, alpha, burst } = asked;
  const exposed = exposedOf(strata);
  const shown = exposedOf(proof);
  const looks = exposed.map(lookOf);
  const ratios = LOG_ODDS.filter((x) => (worse === 'both' ? x !== 0 : worse === 'lower' ? x < 0 : x > 0)).map((x) => Math.exp(x));
  const differences = looks.flatMap(({ old, new: fresh, part }) => {
    const variance = (old + fresh) * part * (1 - part);
    return variance > 0 ? [(fresh - (old + fresh) * part) / Math.sqrt(variance)] : [];
  });
  const deflate = Math.max(1, overdispersion(differences) * inertiaOfCounts(differences));
  const steps = looks.map((look) => ratios.map((r) => capped(logRatio(look, r, 1), burst)));
  const { peak, last } = peakEvidence(
    steps,
    ratios.map(() => 1 / ratios.length),
    deflate,
  );
  const total = { old: 0, new: 0, exposureOld: 0, exposureNew: 0 };
  for (const s of exposed) {
    total.old += sum(s.baseline, 'value');
    total.new += sum(s.canary, 'value');
    total.exposureOld += sum(s.baseline, 'n');
    total.exposureNew += sum(s.canary, 'n');
  }
  const [rb, rc] = [total.old / total.exposureOld, total.new / total.exposureNew];
  const up = logWithin(shown.map(lookOf), 1 + tolerance.rate, [1, 1 + tolerance.rate / 4, 1 - tolerance.rate / 2], deflate);
  const down = logWithin(shown.map(lookOf), 1 / (1 + tolerance.rate), [1, 1 / (1 + tolerance.rate / 4), 1 + tolerance.rate / 2], deflate);
  const onSide = (side: 'baseline' | 'canary', of: 'value' | 'n'): number => shown.reduce((all, s) => all + sum(s[side], of), 0);
  const few = logFew(onSide('canary', 'value'), onSide('canary', 'n'), tolerance.events);
  const fewBefore = logFew(onSide('baseline', 'value'), onSide('baseline', 'n'), tolerance.events);
  const ratio = ratioInterval(total.new, total.old + total.new, total.exposureNew / (total.exposureOld + total.exposureNew), alpha);
  const told = `${rounded(rc)} events per ${by === 'n' ? 'sample' : by} against ${rounded(rb)}`;
  const events = total.old === 0 || total.new === 0 ? Math.max(total.old, total.new) : 2 / (1 / total.old + 1 / total.new);
  return {
    logE: peak,
    logNow: last,
    harm: 'worse',
    harmText: told,
    negligible: false,
    // Few in absolute terms is enough only where more is worse.
    logNoWorse: worse === 'lower' ? down : worse === 'both' ? Math.max(Math.min(up, down), Math.min(few, fewBefore) - Math.LN2) : Math.max(up, few - Math.LN2),
    passText: `${told}; a change by a factor of ${1 + tolerance.rate}, or beyond ${tolerance.events} events, is excluded`,
    effect: total.old === 0 ? (total.new === 0 ? 0 : null) : finite(rc / rb - 1),
    interval: total.old + total.new === 0 ? [null, null] : bounds(ratio.low - 1, ratio.high - 1),
    method: `sequential Poisson (conditional binomial, restarts), exposure by ${by}${deflate > 1 ? `, deflated by ${deflate.toPrecision(2)} for bursts` : ''}`,
    power: {
      smallestEffect: events > 0 ? finite(detectable(events / deflate, alpha)) : null,
      samplesNeeded: rb > 0 ? Math.ceil((needed(tolerance.rate, alpha) * deflate) / rb) : Math.ceil(Math.log(2 / alpha) / tolerance.events),
    },
  };
}

/** Log e-value that the ratio lies on the good side of `limit`. */
const logWithin = (looks: readonly Look[], limit: number, alternatives: readonly number[], deflate: number): number =>
  looks.length === 0
    ? 0
    : wholeEvidence(
        looks.map((look) => alternatives.map((r) => logRatio(look, r, limit))),
        // Most on the first, that nothing differs: it is what a pass says.
        alternatives.map((_, i) => (i === 0 ? 0.6 : 0.4 / (alternatives.length - 1))),
        deflate,
      );

/** Log e-value that the canary alone has fewer events than `limit` per exposure: for when there are hardly any on either side. */
const logFew = (events: number, exposure: number, limit: number): number => {
  const guess = limit / 20;
  return (limit - guess) * exposure + events * Math.log(guess / limit);
};

const rounded = (x: number): number => Number(x.toPrecision(3));
