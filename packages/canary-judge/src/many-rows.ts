// Keeps the rows of one metric few enough to be judged, whatever the size of the file. Pure.
import type { Row } from './row.ts';

/** Of one metric and side; from twice as many on they are made fewer. More show nothing more. */
export const MOST_ROWS = 10_000;

/** What tells one series of a metric from another. */
export const seriesKey = ({ metric, labels }: Row): string => (labels === undefined ? metric : metric + JSON.stringify(labels));

type Open = { row: Row; rows: number };

/**
 * Rows of one metric. Beyond twice `MOST_ROWS` neighbours of a series are put together, two at first, then four, and so on, of old and new ones alike:
 * what can be added up is; of other values the last one stays. By place and never by value: otherwise the evidence would not be fair.
 */
export class FewRows {
  /** So many neighbours are put together. */
  per = 1;
  #rows: Row[] = [];
  readonly #open = new Map<string, Open>();

  add(row: Row): void {
    if (this.per === 1) this.#rows.push(row);
    else this.#join(row, this.per);
    if (this.#rows.length < 2 * MOST_ROWS) return;
    const rows = this.#rows;
    this.#rows = [];
    const half = new Map(this.#open);
    this.#open.clear();
    for (const one of rows) this.#join(one, 2);
    // Who has no neighbour stays: one row for each series.
    for (const { row: left } of this.#open.values()) this.#rows.push(left);
    this.#open.clear();
    for (const [key, open] of half) this.#open.set(key, open);
    this.per *= 2;
  }

  /** All that is left, in no order. */
  get rows(): Row[] {
    return [...this.#rows, ...[...this.#open.values()].map((open) => open.row)];
  }

  #join(row: Row, most: number): void {
    const key = seriesKey(row);
    const open = this.#open.get(key);
    const joined = open === undefined ? row : together(open.row, row);
    const rows = (open?.rows ?? 0) + 1;
    if (rows < most) return void this.#open.set(key, { row: joined, rows });
    this.#open.delete(key);
    this.#rows.push(joined);
  }
}

function together(a: Row, b: Row): Row {
  if (a.kind !== b.kind || (a.kind !== 'rate' && a.kind !== 'count')) return b;
  const n = a.n + b.n;
  return { ...b, n, value: a.kind === 'rate' ? (a.value * a.n + b.value * b.n) / n : a.value + b.value };
}
