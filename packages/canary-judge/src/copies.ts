// Files whose every row stands more than once: written by two readers, or put together twice. Pure.
import { seriesKey } from './many-rows.ts';
import type { Row } from './row.ts';

/** So many different values that each come again at their own time are no chance; single requests, 0 or 1 each, never show as many. */
const NO_CHANCE = 5;

/**
 * Each row once, where every one has its copies: as evidence they would count again. Where only some have, they may be readings of their own that
 * agree (two processes without a label, both without an error), and to leave those out would favour one side.
 */
export function withoutCopies(rows: readonly Row[]): readonly Row[] {
  const found = new Map<string, { row: Row; copies: number }>();
  const times = new Set<string>();
  for (const row of rows) {
    const time = `${row.t} ${seriesKey(row)}`;
    const key = `${row.value} ${row.n} ${time}`;
    const same = found.get(key);
    if (same === undefined && times.has(time)) return rows;
    times.add(time);
    if (same === undefined) found.set(key, { row, copies: 0 });
    else same.copies += 1;
  }
  const all = [...found.values()];
  const values = new Set(all.map(({ row }) => `${row.value} ${row.n}`));
  return all.every(({ copies }) => copies > 0) && values.size >= NO_CHANCE ? all.map(({ row }) => row) : rows;
}
