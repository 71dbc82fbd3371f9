// Lines of a metrics file to rows. What cannot be used is named by line, reason and value; nothing is guessed.
import { TerminalError } from '@awo/contracts';
import { z } from 'zod';
import type { LeftOut, Side } from './answer.ts';
import { KINDS, Row } from './row.ts';

/** Rows in the order of time, and what was left out. `unusable`: rows of each metric that were left out ('' where it is not known). */
export type Rows = { rows: Row[]; leftOut: LeftOut[]; unusable: Map<string, number>; unknownKinds: Map<string, string> };

const LINES_NAMED = 5;
const Loose = z.looseObject({ metric: z.string().catch(''), kind: z.unknown(), value: z.unknown(), n: z.unknown(), t: z.unknown(), worse: z.unknown() });
type Loose = z.infer<typeof Loose>;

/** `NaN` and `Infinity` are no JSON, yet common writers print them: as a bare word after a colon. */
const withoutBareWords = (line: string): string => line.replace(/:\s*[-+]?(NaN|Infinity|inf|nan)\s*(?=[,}])/g, ':"$1"');

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    try {
      return JSON.parse(withoutBareWords(line));
    } catch {
      return undefined;
    }
  }
}

const shown = (value: unknown): string => (typeof value === 'string' ? JSON.stringify(value) : (JSON.stringify(value) ?? 'nothing')).slice(0, 80);

/** Why a row cannot be used: reason and the value that is to blame. */
function complaint(row: Loose): { reason: string; value: string } | null {
  if (row.metric === '') return { reason: 'no metric name', value: shown(row['metric']) };
  if (typeof row.t !== 'number' || !Number.isFinite(row.t)) return { reason: 'bad time: t is not a number of seconds', value: shown(row.t) };
  if (!(KINDS as readonly unknown[]).includes(row.kind)) return { reason: `unknown kind, known: ${KINDS.join(', ')}`, value: shown(row.kind) };
  if (typeof row.value !== 'number' || !Number.isFinite(row.value)) return { reason: 'NaN: value is not a finite number', value: shown(row.value) };
  if (row.n !== undefined && (typeof row.n !== 'number' || !(row.n >= 0))) return { reason: 'bad n: samples are a number from 0', value: shown(row.n) };
  if (row.n === 0) return { reason: 'no samples: n is 0', value: '0' };
  if (row.value < 0 && row.kind !== 'gauge') return { reason: `negative ${String(row.kind)}`, value: shown(row.value) };
  return null;
}

export async function readRows(lines: AsyncIterable<string> | Iterable<string>, file: string, side: Side): Promise<Rows> {
  const result: Rows = { rows: [], leftOut: [], unusable: new Map(), unknownKinds: new Map() };
  const byReason = new Map<string, LeftOut>();
  const leaveOut = (reason: string, line: number, example: string) => {
    const entry = byReason.get(reason) ?? { file: side, reason, rows: 0, lines: [], example: `${file}:${line}: ${example}` };
    byReason.set(reason, entry);
    entry.rows += 1;
    if (entry.lines.length < LINES_NAMED) entry.lines.push(line);
  };
  let number = 0;
  let broken: { line: number; text: string } | null = null;
  for await (const text of lines) {
    number += 1;
    const line = text.replace(/^\uFEFF/, '').trim();
    if (line === '') continue;
    if (broken !== null) leaveOut('not a JSON object', broken.line, broken.text);
    broken = null;
    const loose = Loose.safeParse(parseJson(line));
    if (!loose.success) {
      broken = { line: number, text: line.slice(0, 80) };
      bump(result.unusable, '');
      continue;
    }
    const bad = complaint(loose.data) ?? refusal(loose.data);
    if (bad === null) {
      result.rows.push(Row.parse(loose.data));
      continue;
    }
    leaveOut(bad.reason, number, bad.value);
    bump(result.unusable, loose.data.metric);
    if (bad.reason.startsWith('unknown kind')) result.unknownKinds.set(loose.data.metric, bad.value);
  }
  if (broken !== null) leaveOut('truncated: the last line is not a whole JSON object', broken.line, broken.text);
  sortByTime(result.rows, leaveOut);
  result.leftOut = [...byReason.values()];
  const nothing = result.leftOut[0];
  if (result.rows.length === 0 && nothing !== undefined && result.unusable.get('') === nothing.rows)
    throw new TerminalError('bad-message', `${nothing.example}: ${nothing.reason}. No line of ${file} is a row.`, ROW_FORM);
  return result;
}

/** Rows that were not read from a file: all of them can be used. In the order of time. */
export const usableRows = (rows: readonly Row[]): Rows => ({
  rows: rows.toSorted((a, b) => a.t - b.t),
  leftOut: [],
  unusable: new Map(),
  unknownKinds: new Map(),
});

const ROW_FORM = 'A row: {"t":12,"metric":"errors","kind":"rate","value":0.01,"n":200,"worse":"higher"}, one per line.';

const bump = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);

function refusal(row: Loose): { reason: string; value: string } | null {
  const parsed = Row.safeParse(row);
  if (parsed.success) return null;
  const issue = parsed.error.issues[0];
  const field = String(issue?.path[0] ?? 'row');
  return { reason: `bad ${field}: ${issue?.message}`, value: shown(row[field]) };
}

/** Rows out of order are put in order, not left out; that is named all the same, since a clock may be wrong. */
function sortByTime(rows: Row[], name: (reason: string, line: number, example: string) => void): void {
  let latest = Number.NEGATIVE_INFINITY;
  // Rows of several metrics may be grouped by metric: only going back within a metric is out of order.
  const seen = new Map<string, number>();
  for (const [i, row] of rows.entries()) {
    latest = seen.get(row.metric) ?? Number.NEGATIVE_INFINITY;
    if (row.t < latest && sameLabels(rows, i)) name('times out of order: sorted, not left out', i + 1, `t ${row.t} after ${latest}`);
    seen.set(row.metric, Math.max(latest, row.t));
  }
  rows.sort((a, b) => a.t - b.t);
}

/** Series of several labels may follow one another in a file. */
const sameLabels = (rows: Row[], i: number): boolean => JSON.stringify(rows[i]?.labels) === JSON.stringify(rows[i - 1]?.labels);
