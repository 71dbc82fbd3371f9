// What was changed against what was not, in the same surroundings: the one comparison that tells a cause from a coincidence. Pure.
import type { ComparisonRow } from '@awo/contracts';
import type { Statement } from '../suspect.ts';
import { number } from './anomaly.ts';
import { metricKind, type MetricKind } from './metric-kind.ts';

export type Compared = {
  /** Log odds that the change made it worse; below 0: the unchanged one is as bad. */
  points: number;
  control: string;
  /** Whether the strongest of it was measured side by side. */
  concurrent: boolean;
  /** The unchanged one had the same surroundings at the same time, and did better: what both depend on does not make the difference. */
  acquits: string | null;
  /** Log odds that the unchanged one became worse as well: something that both depend on is the cause. */
  shared: number;
  for: Statement[];
  against: Statement[];
};

export const MOST = 4;
const LEAST = -3;
/** Odds of a cause that a test at one per cent allows at most, 1 / (-e p ln p): Sellke, Bayarri and Berger, "Calibration of p values", 2001. */
const JUDGED = Math.log(1 / (-Math.E * 0.01 * Math.log(0.01)));
/** A moment ago is not now: something else may have changed with the switch. */
const EARLIER = 0.5;
/** Standard error of the logarithm of a 95th percentile, times the root of the requests, for log-normal times of a spread of one. */
const TAIL = 2.1;

/** By the entity that was changed. */
export function comparisonsOf(rows: readonly ComparisonRow[]): Map<string, Compared> {
  return new Map([...Map.groupBy(rows, (row) => row.entity)].map(([entity, own]) => [entity, comparedOf(own)]));
}

function comparedOf(rows: readonly ComparisonRow[]): Compared {
  const weighed = rows.map((row) => ({ row, odds: oddsOf(row) })).toSorted((a, b) => b.odds - a.odds);
  const [best, last] = [weighed[0], weighed.at(-1)];
  const control = best?.row.control ?? '';
  // Metrics of one comparison are not independent: the strongest counts, the others do not add up.
  const points = (best?.odds ?? 0) > 0 ? (best?.odds ?? 0) : (last?.odds ?? 0);
  const shared = Math.max(0, ...rows.map(sharedOf));
  const compared: Compared = {
    points,
    control,
    concurrent: best?.row.concurrent ?? true,
    acquits: best !== undefined && best.odds > 1 && best.row.concurrent ? sayOf(best.row) : null,
    shared,
    for: weighed.filter(({ odds }) => odds > 0).map(({ row }) => statement(row, sayOf(row))),
    against: weighed.filter(({ odds }) => odds < 0).map(({ row }) => statement(row, `The unchanged one is about as bad: ${sayOf(row)}`)),
  };
  if (points > 0 && best?.row.concurrent === false)
    compared.against.push(statement(best.row, 'Nothing unchanged ran at the same time: something else may have changed in that moment.'));
  const worse = rows.find((row) => sharedOf(row) > 0);
  if (worse?.before)
    compared.against.push(
      statement(worse, `${control} became worse as well: ${worse.metric} ${number(worse.old.value)}, before ${number(worse.before.value)}.`),
    );
  return compared;
}

function oddsOf(row: ComparisonRow): number {
  const told = differenceOf(metricKind(row.metric), row.fresh, row.old);
  const odds = row.worse === true ? Math.max(JUDGED, told) : told;
  return Math.max(LEAST, Math.min(MOST, odds)) * (row.concurrent ? 1 : EARLIER);
}

const sharedOf = ({ metric, concurrent, old, before }: ComparisonRow): number =>
  concurrent && before ? Math.min(MOST, Math.max(0, differenceOf(metricKind(metric), old, before))) : 0;

type Measured = ComparisonRow['fresh'];

/** Log odds of a difference against none: half of (twice the log likelihood ratio - ln n), the Bayes factor of Schwarz (Kass and Raftery, "Bayes Factors", 1995). */
export function differenceOf(kind: MetricKind, a: Measured, b: Measured): number {
  if (a.n === 0 || b.n === 0) return 0;
  const odds = (likelihood: number): number => (likelihood - Math.log(a.n + b.n)) / 2;
  if (kind === 'errors') {
    const found = odds(a.value > b.value ? deviance(a, b) : 0);
    // That neither fails speaks neither for nor against; that the unchanged one fails alike does.
    return found > 0 || b.value > 0 ? found : 0;
  }
  if (kind !== 'latency' || a.value <= 0 || b.value <= 0) return 0;
  const z = Math.log(a.value / b.value) / (TAIL * Math.sqrt(1 / a.n + 1 / b.n));
  return z <= 0 ? 0 : Math.max(0, odds(z * z));
}

/** Twice the log likelihood ratio of two shares against one. */
function deviance(a: Measured, b: Measured): number {
  const pooled = (a.value * a.n + b.value * b.n) / (a.n + b.n);
  const part = (x: number, expected: number): number => (x <= 0 ? 0 : x * Math.log(x / expected));
  return 2 * [a, b].reduce((sum, { value, n }) => sum + n * (part(value, pooled) + part(1 - value, 1 - pooled)), 0);
}

const statement = ({ entity, metric }: ComparisonRow, says: string): Statement => ({ evidence: `comparisons.jsonl: ${entity} ${metric}`, says });

function sayOf({ metric, fresh, old, control, concurrent, says }: ComparisonRow): string {
  if (says) return says;
  const when = concurrent ? 'at the same time' : 'before';
  if (metricKind(metric) !== 'errors') return `${metric} is ${number(fresh.value)}, of ${control} ${number(old.value)} ${when}.`;
  const count = ({ value, n }: Measured): string => `${Math.round(value * n)} of ${n}`;
  return `${count(fresh)} requests failed, of ${control} ${count(old)} ${when}.`;
}
