// One metric: the right comparison for its kind, or the reason why there is none. Pure.
import type { Doubt, Pair } from './doubts.ts';
import { notConcurrent, obstacle, reservation } from './doubts.ts';
import type { Finding, Ruling, Side } from './answer.ts';
import { risesOf, withExposure } from './counts.ts';
import { judgeCounts } from './judge-counts.ts';
import { judgeGroups } from './judge-groups.ts';
import { judgeKnown, type Known } from './judge-known.ts';
import { ruleOnGrowth, ruleOnNever } from './judge-rules.ts';
import { judgeShares } from './judge-shares.ts';
import { judgeValues } from './judge-values.ts';
import { askedOf, type Policy } from './policy.ts';
import { worseByDefault, type Row } from './row.ts';
import { stratify, type Stratum } from './strata.ts';
import { afterWarmUp } from './warm-up.ts';

export type Judged = { metric: string; n: [number, number]; doubt: Doubt | null; finding: Finding | null; ruling?: Ruling; notes: string[] };

const SIDES: readonly Side[] = ['baseline', 'canary'];
const samplesOf = (rows: readonly Row[]): number => Math.round(rows.reduce((sum, r) => sum + r.n, 0));

export function judgeMetric(metric: string, pair: Pair, unusable: Record<Side, number>, policy: Policy): Judged {
  const n: [number, number] = [samplesOf(pair.baseline), samplesOf(pair.canary)];
  const without = (doubt: Doubt): Judged => ({ metric, n, doubt, finding: null, notes: [] });
  const { growth, never, known } = policy.metrics[metric] ?? {};
  if (growth !== undefined) return { metric, n, doubt: null, finding: null, ruling: ruleOnGrowth(pair, growth), notes: [] };
  if (never === true) return { metric, n, doubt: null, finding: null, ruling: ruleOnNever(pair), notes: [] };
  if (known !== undefined && pair.baseline.length === 0) return judgeAlone(metric, pair, unusable, policy, known);
  const blocked = obstacle(pair);
  if (blocked !== null) return without(blocked);
  const kind = pair.canary[0]?.kind ?? 'gauge';
  const worse = policy.metrics[metric]?.worse ?? [...pair.canary, ...pair.baseline].find((r) => r.worse !== undefined)?.worse ?? worseByDefault(kind);
  const { notes, by, ...rows } = prepared(pair);
  const strata = stratify(rows.baseline, rows.canary);
  const apart = notConcurrent({ ...pair, ...rows }, strata);
  if (apart !== null) return without(apart);
  const points = Math.min(rows.baseline.length, rows.canary.length);
  if (points < policy.minPoints || strata.strata.length < Math.min(2, policy.minPoints))
    return without({
      reason: 'too-few-points',
      text: `${rows.baseline.length} rows of the baseline and ${rows.canary.length} of the canary; ${policy.minPoints} of each are asked for`,
    });
  const asked = askedOf(policy, metric, worse);
  const { passSince } = policy;
  const proof = passSince === undefined ? strata.strata : strata.strata.filter((s) => s.t >= passSince);
  const asShares = kind === 'rate' && areCounts([...rows.baseline, ...rows.canary]);
  const asEvents = kind === 'counter' || kind === 'count';
  const judgedAs = (all: readonly Stratum[], shown: readonly Stratum[]): Finding =>
    asEvents
      ? judgeCounts(all, shown, asked, by)
      : asShares
        ? judgeShares(all, shown, asked, known && { n: known.n, bad: known.n * known.low })
        : judgeValues(all, shown, asked);
  const judged = (all: readonly Stratum[], shown: readonly Stratum[]): Finding => judgeGroups(all, shown, policy.minPoints, judgedAs);
  const whole = judged(strata.strata, proof);
  const since = passSince === undefined ? afterWarmUp(whole, strata.strata, policy, asShares || asEvents, (rest) => judged(rest, rest)) : null;
  const finding = since?.finding ?? whole;
  const samples = by === 'second' ? [rows.baseline.length, rows.canary.length] : n;
  const few = Math.min(...samples) < policy.minSamples;
  const doubt: Doubt | null = few
    ? { reason: 'too-few-samples', text: `${samples[0]} samples of the baseline and ${samples[1]} of the canary; ${policy.minSamples} of each are asked for` }
    : (reservation(pair, SIDES, unusable, policy) ?? (since !== null && (asShares || asEvents) ? since.doubt : null));
  if (since !== null) notes.push(since.doubt.text);
  if (kind === 'rate' && !asShares) notes.push('not shares of n: judged as values');
  if (strata.unmatched.baseline + strata.unmatched.canary > 0)
    notes.push(`${strata.unmatched.baseline} + ${strata.unmatched.canary} rows without one of the other side at their time left out`);
  return { metric, n, doubt, finding, notes };
}

/** No baseline beside it: what is known of it takes its place. */
function judgeAlone(metric: string, pair: Pair, unusable: Record<Side, number>, policy: Policy, known: Known): Judged {
  const { canary } = pair;
  const n: [number, number] = [0, samplesOf(canary)];
  const without = (doubt: Doubt): Judged => ({ metric, n, doubt, finding: null, notes: [] });
  const other = canary.find((r) => r.kind !== 'rate');
  if (other !== undefined) return without({ reason: 'mixed-kinds', text: `what is known is a share, and rows are of kind ${other.kind}` });
  if (!areCounts(canary)) return without({ reason: 'mixed-units', text: 'what is known is a share, and rows are no shares of n' });
  if (canary.length < policy.minPoints)
    return without({ reason: 'too-few-points', text: `${canary.length} rows of the canary; ${policy.minPoints} are asked for` });
  const { passSince } = policy;
  const proof = passSince === undefined ? canary : canary.filter((r) => r.t >= passSince);
  const few: Doubt = { reason: 'too-few-samples', text: `${n[1]} samples of the canary; ${policy.minSamples} are asked for` };
  const doubt = n[1] < policy.minSamples ? few : reservation(pair, ['canary'], unusable, policy);
  return { metric, n, doubt, finding: judgeKnown(canary, proof, known, askedOf(policy, metric, 'higher')), notes: ['no baseline beside it'] };
}

/** Counters become what they rose by, counts get their exposure. */
function prepared({ baseline, canary }: Pair): { baseline: readonly Row[]; canary: readonly Row[]; by: 'n' | 'interval' | 'second'; notes: string[] } {
  const kind = canary[0]?.kind;
  if (kind === 'count') return { ...withExposure(baseline, canary), notes: [] };
  if (kind !== 'counter') return { baseline, canary, by: 'n', notes: [] };
  const [b, c] = [risesOf(baseline), risesOf(canary)];
  const notes = b.resets + c.resets > 0 ? [`the counter started again ${b.resets} times on the baseline, ${c.resets} on the canary`] : [];
  return { baseline: b.rows, canary: c.rows, by: 'second', notes };
}

/** Whether rates are shares of a number of requests; a rate of its own, such as a load, is not. */
function areCounts(rows: readonly Row[]): boolean {
  if (rows.some((r) => r.value > 1)) return false;
  const whole = rows.filter((r) => Math.abs(r.value * r.n - Math.round(r.value * r.n)) < 1e-6 + 6e-4 * r.n).length;
  return whole >= 0.9 * rows.length || rows.every((r) => r.n >= 20);
}
