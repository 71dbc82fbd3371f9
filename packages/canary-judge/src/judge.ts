// Baseline and canary rows to a verdict. Pure.
import type { Answer, LeftOut, Reason } from './answer.ts';
import { combine } from './combine.ts';
import { spanOf, type Span } from './doubts.ts';
import { judgeMetric, type Judged } from './judge-metric.ts';
import type { Policy } from './policy.ts';
import type { Rows } from './read-rows.ts';
import type { Row } from './row.ts';

const noRows: readonly Row[] = [];

/**
 * May be called as often as one likes on ever more rows: each p-value is the smallest of all looks so far and still valid.
 */
export function judgeCanary(baseline: Rows, canary: Rows, policy: Policy): Answer {
  const { baselineRows, canaryRows, leftOut } = withoutWarmUp(baseline.rows, canary.rows, policy.warmupSeconds);
  const all = [...baseline.leftOut, ...canary.leftOut, ...leftOut];
  const [b, c] = [byMetric(baselineRows), byMetric(canaryRows)];
  const names = new Set([...b.keys(), ...c.keys(), ...baseline.unknownKinds.keys(), ...canary.unknownKinds.keys(), ...Object.keys(policy.metrics)]);
  const span = spanOfBoth(baselineRows, canaryRows);
  const judged = [...names].map((metric): Judged => {
    const pair = { baseline: b.get(metric) ?? noRows, canary: c.get(metric) ?? noRows, span };
    const unusable = { baseline: baseline.unusable.get(metric) ?? 0, canary: canary.unusable.get(metric) ?? 0 };
    const kind = canary.unknownKinds.get(metric) ?? baseline.unknownKinds.get(metric);
    if (pair.baseline.length + pair.canary.length === 0) return nothingOf(metric, kind, unusable);
    const found = judgeMetric(metric, pair, unusable, policy);
    if (kind === undefined || found.ruling !== undefined || (found.doubt !== null && found.finding !== null)) return found;
    return { ...found, doubt: { reason: 'unknown-kind', text: `some of its rows are of kind ${kind}` } };
  });
  return combine(judged, policy, all, emptySide(baseline, canary, baselineRows.length, canaryRows.length, policy));
}

function nothingOf(metric: string, kind: string | undefined, unusable: { baseline: number; canary: number }): Judged {
  const rows = unusable.baseline + unusable.canary;
  const doubt =
    kind !== undefined
      ? { reason: 'unknown-kind' as const, text: `kind ${kind} is not known` }
      : rows > 0
        ? { reason: 'unusable-rows' as const, text: `none of its ${rows} rows can be used` }
        : { reason: 'missing-metric' as const, text: 'the policy names it, neither file has it' };
  return { metric, n: [0, 0], doubt, finding: null, notes: [] };
}

function emptySide(baseline: Rows, canary: Rows, b: number, c: number, policy: Policy): { reason: Reason; text: string } | null {
  const unusable = (rows: Rows): number => [...rows.unusable.values()].reduce((sum, n) => sum + n, 0);
  const told = (rows: Rows, n: number): string => (n > 0 ? `${n} rows` : unusable(rows) > 0 ? `none of ${unusable(rows)} rows is usable` : 'no rows');
  // What is known of a baseline stands in for its rows.
  const alone = Object.values(policy.metrics).some((m) => m.known !== undefined);
  if ((b === 0 && !alone) || c === 0) return { reason: 'no-data', text: `baseline: ${told(baseline, b)}; canary: ${told(canary, c)}` };
  for (const [side, rows, n] of [
    ['baseline', baseline, b],
    ['canary', canary, c],
  ] as const) {
    const unknown = rows.unusable.get('') ?? 0;
    if (unknown > 0 && unknown / (unknown + n) > policy.unusableShare)
      return { reason: 'unusable-rows', text: `${unknown} of ${unknown + n} lines of the ${side} are not rows` };
  }
  return null;
}

function byMetric(rows: readonly Row[]): Map<string, Row[]> {
  const metrics = new Map<string, Row[]>();
  for (const row of rows) {
    const list = metrics.get(row.metric);
    if (list === undefined) metrics.set(row.metric, [row]);
    else list.push(row);
  }
  return metrics;
}

function spanOfBoth(baseline: readonly Row[], canary: readonly Row[]): Span {
  const [b, c] = [spanOf(baseline), spanOf(canary)];
  if (baseline.length === 0) return c;
  return { from: Math.max(b.from, c.from), to: Math.max(b.to, c.to) };
}

/** What a process does before it is warm says nothing of the release; the baseline of the same time goes as well. */
function withoutWarmUp(baseline: readonly Row[], canary: readonly Row[], seconds: number): { baselineRows: Row[]; canaryRows: Row[]; leftOut: LeftOut[] } {
  const from = (canary[0]?.t ?? 0) + seconds;
  if (seconds === 0) return { baselineRows: [...baseline], canaryRows: [...canary], leftOut: [] };
  const [baselineRows, canaryRows] = [baseline, canary].map((rows) => rows.filter((r) => r.t >= from)) as [Row[], Row[]];
  const cut = (file: LeftOut['file'], before: number, after: number): LeftOut[] =>
    before === after ? [] : [{ file, reason: `warm-up: before t ${from}`, rows: before - after, lines: [], example: `${seconds} s by policy` }];
  return {
    baselineRows,
    canaryRows,
    leftOut: [...cut('baseline', baseline.length, baselineRows.length), ...cut('canary', canary.length, canaryRows.length)],
  };
}
