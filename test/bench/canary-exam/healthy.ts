// Healthy rows, and rows that are changed from them: what missing and broken data are made of. Pure.
import { errors, values } from './case.ts';
import type { Case, Line, Random } from './case.ts';

export const healthy = (r: Random, clock = {}): Line[] => errors(r, 0.01, 500, clock);
export const replies = (r: Random, scale = 1, clock = {}): Line[] => values('latency', 'latency', () => scale * r.logNormal(120, 0.2), clock, { n: 20 });
export const field = (rows: Line[], change: (row: Record<string, unknown>, i: number) => Line): Line[] =>
  rows.map((row, i) => (typeof row === 'string' ? row : change(row, i)));
export const every20th = (with_: (row: Record<string, unknown>) => Line) => (row: Record<string, unknown>, i: number) => (i % 20 === 7 ? with_(row) : row);
export const text = (row: Line): string => (typeof row === 'string' ? row : JSON.stringify(row));

/** A healthy pair whose new side is changed. */
export const changed =
  (change: (row: Record<string, unknown>, i: number) => Line) =>
  (r: Random): Case => ({ baseline: healthy(r), canary: field(healthy(r), change) });
