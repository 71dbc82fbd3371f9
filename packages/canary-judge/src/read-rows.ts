// Lines of a metrics file to rows. What cannot be used is named by line, reason and value; nothing is guessed.
import { TerminalError } from '@awo/contracts';
import type { File, LeftOut } from './answer.ts';
import { withoutCopies } from './copies.ts';
import { FewRows, MOST_ROWS, seriesKey } from './many-rows.ts';
import { asRow, KINDS, type Row } from './row.ts';

/** Rows in the order of time, and what was left out. `unusable`: rows of each metric that were left out ('' where it is not known). */
export type Rows = { rows: Row[]; leftOut: LeftOut[]; unusable: Map<string, number>; unknownKinds: Map<string, string> };

const LINES_NAMED = 5;

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

function parseObject(line: string): Record<string, unknown> | null {
  const value = parseJson(line);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
}

/** @param batches lines as they come, many at a time: a turn of the event loop for each of ten million would take longer than all the rest. */
export async function readRows(batches: AsyncIterable<readonly string[]> | Iterable<readonly string[]>, file: string, side: File): Promise<Rows> {
  const metrics = new Map<string, FewRows>();
  const [unusable, unknownKinds] = [new Map<string, number>(), new Map<string, string>()];
  const byReason = new Map<string, LeftOut>();
  const leaveOut = (reason: string, line: number, example: string) => {
    const entry = byReason.get(reason) ?? { file: side, reason, rows: 0, lines: [], example: `${file}:${line}: ${example}` };
    byReason.set(reason, entry);
    entry.rows += 1;
    if (entry.lines.length < LINES_NAMED) entry.lines.push(line);
  };
  const latest = new Map<string, number>();
  let number = 0;
  const waiting: { line: number; text: string }[] = [];
  const take = (text: string): void => {
    number += 1;
    const line = text.replace(/^\uFEFF/, '').trim();
    if (line === '') return;
    for (const broken of waiting.splice(0)) leaveOut('not a JSON object', broken.line, broken.text);
    const object = parseObject(line);
    if (object === null) {
      // Whether it is the last one, and cut off, is seen at the next.
      waiting.push({ line: number, text: line.slice(0, 80) });
      bump(unusable, '');
      return;
    }
    const row = asRow(object);
    if ('reason' in row) {
      const metric = typeof object['metric'] === 'string' ? object['metric'] : '';
      leaveOut(row.reason, number, row.value);
      bump(unusable, metric);
      if (row.reason.startsWith('unknown kind')) unknownKinds.set(metric, row.value);
      return;
    }
    // Rows may be grouped by metric or label: only going back within one series is out of order.
    const key = seriesKey(row);
    const before = latest.get(key) ?? Number.NEGATIVE_INFINITY;
    if (row.t < before) leaveOut('times out of order: sorted, not left out', number, `t ${row.t} after ${before}`);
    else latest.set(key, row.t);
    const kept = metrics.get(row.metric) ?? new FewRows();
    metrics.set(row.metric, kept);
    kept.add(row);
  };
  for await (const lines of batches) for (const line of lines) take(line);
  for (const broken of waiting) leaveOut('truncated: the last line is not a whole JSON object', broken.line, broken.text);
  for (const [metric, { per, rows }] of metrics)
    if (per > 1)
      byReason.set(`many ${metric}`, {
        file: side,
        reason: `more than ${2 * MOST_ROWS} rows of ${JSON.stringify(metric)}: shares and counts of ${per} neighbours added up, of other values one in ${per} used`,
        rows: rows.length * (per - 1),
        lines: [],
        example: `${rows.length} are left`,
      });
  const once = [...metrics].flatMap(([metric, kept]) => {
    const [all, left] = [kept.rows, kept.per === 1 ? withoutCopies(kept.rows) : kept.rows];
    const copies = all.length - left.length;
    if (copies > 0)
      byReason.set(`copies ${metric}`, {
        file: side,
        reason: `repeated: every row of ${JSON.stringify(metric)} is there more than once`,
        rows: copies,
        lines: [],
        example: `${left.length} are left`,
      });
    return left;
  });
  const rows = once.sort((a, b) => a.t - b.t);
  const leftOut = [...byReason.values()];
  const nothing = leftOut[0];
  if (rows.length === 0 && nothing !== undefined && unusable.get('') === nothing.rows)
    throw new TerminalError('bad-message', `${nothing.example}: ${nothing.reason}. No line of ${file} is a row.`, ROW_FORM);
  return { rows, leftOut, unusable, unknownKinds };
}

/** Rows that were not read from a file: all of them can be used. In the order of time. */
export const usableRows = (rows: readonly Row[]): Rows => ({
  rows: rows.toSorted((a, b) => a.t - b.t),
  leftOut: [],
  unusable: new Map(),
  unknownKinds: new Map(),
});

const ROW_FORM = `A row: {"t":12,"metric":"errors","kind":"rate","value":0.01,"n":200,"worse":"higher"}, one per line; kinds: ${KINDS.join(', ')}.`;

const bump = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);
