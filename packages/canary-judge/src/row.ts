// One row of a metrics file: its shape, and what is wrong with one that has another.
import { z } from 'zod';

/** `rate`: a share of n; `latency`, `gauge`: a value; `counter`: a total that only rises until a restart; `count`: events of an interval. */
export const KINDS = ['rate', 'latency', 'gauge', 'counter', 'count'] as const;
export type Kind = (typeof KINDS)[number];

/** In which direction a change does harm. */
export const Worse = z.enum(['higher', 'lower', 'both']);
export type Worse = z.infer<typeof Worse>;

export type Row = {
  /** Seconds, of any epoch that both files share. */
  t: number;
  metric: string;
  kind: Kind;
  value: number;
  /** Samples behind the value. */
  n: number;
  worse?: Worse;
  labels?: Record<string, string | number | boolean>;
};

/** Why a row cannot be used, and the value that is to blame. */
export type Complaint = { reason: string; value: string };

const MOST_LETTERS = 200;
const shown = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 80);
const isAmong = <T extends string>(list: readonly T[], value: unknown): value is T => (list as readonly unknown[]).includes(value);
const isFinite = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

/** By hand and not by a schema: a file may have ten million of them, and each complaint has its own words. */
export function asRow({ t, metric, kind, value, n = 1, worse, labels }: Record<string, unknown>): Row | Complaint {
  if (typeof metric !== 'string' || metric === '') return { reason: 'no metric name', value: shown(metric) };
  if (metric.length > MOST_LETTERS) return { reason: `bad metric: a name of more than ${MOST_LETTERS} letters`, value: shown(metric) };
  if (!isFinite(t)) return { reason: 'bad time: t is not a number of seconds', value: shown(t) };
  if (!isAmong(KINDS, kind)) return { reason: `unknown kind, known: ${KINDS.join(', ')}`, value: shown(kind) };
  if (!isFinite(value)) return { reason: 'NaN: value is not a finite number', value: shown(value) };
  if (!isFinite(n) || n < 0) return { reason: 'bad n: samples are a number from 0', value: shown(n) };
  if (n === 0) return { reason: 'no samples: n is 0', value: '0' };
  if (value < 0 && kind !== 'gauge') return { reason: `negative ${kind}`, value: shown(value) };
  if (worse !== undefined && worse !== null && !isAmong(Worse.options, worse))
    return { reason: `bad worse: known are ${Worse.options.join(', ')}`, value: shown(worse) };
  const row: Row = { t, metric, kind, value, n };
  if (worse !== undefined && worse !== null) row.worse = worse;
  if (labels === undefined || labels === null) return row;
  if (!areLabels(labels)) return { reason: 'bad labels: names with texts, numbers or truth values', value: shown(labels) };
  row.labels = labels;
  return row;
}

const areLabels = (labels: unknown): labels is NonNullable<Row['labels']> =>
  typeof labels === 'object' &&
  !Array.isArray(labels) &&
  labels !== null &&
  Object.values(labels).every((v) => ['string', 'number', 'boolean'].includes(typeof v));

/** What is meant where a row does not say it. */
export const worseByDefault = (kind: Kind): Worse => (kind === 'gauge' ? 'both' : 'higher');
