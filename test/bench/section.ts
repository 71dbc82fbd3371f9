// A section of the benchmark's report: markdown lines under a name; printed, and on request written into docs/benchmarks.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { quantile } from './goals.ts';
import type { Measured } from './stage.ts';

/** Goals of a usual round, and how to say what is going on. */
export type BenchOptions = { goals: number; say: (text: string) => void };
export type Section = { id: string; lines: string[] };

const DOCS = new URL('../../docs/benchmarks.md', import.meta.url);

/** A markdown table; a column whose cells are all numbers stands to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((h, i) => Math.max(h.length, 3, ...rows.map((row) => row[i]?.length ?? 0)));
  const right = head.map((_, i) => i > 0 && rows.every((row) => /^(-|[\d.,]+( \S+)?)$/.test(row[i] ?? '')));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => (right[i] ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0))).join(' | ')} |`;
  return [line(head), `| ${widths.map((w, i) => (right[i] ? `${'-'.repeat(w - 1)}:` : '-'.repeat(w))).join(' | ')} |`, ...rows.map(line)];
}

export const ms = (value: number): string => `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`;
export const perSecond = ({ goals, wallMs }: { goals: number; wallMs: number }): number => goals / (wallMs / 1000);
export const whole = (value: number | null): string => (value === null ? '-' : value < 10 ? value.toFixed(1) : value.toFixed(0));
const kib = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KiB`;

export const LOAD_HEAD = ['in flight', 'goals/s', 'p50', 'p99', 'p99.9', 'CPU per goal: workers', 'server', 'stored per goal'] as const;

export const loadRow = (m: Measured): string[] => [
  whole(perSecond(m)),
  ...[0.5, 0.99, 0.999].map((q) => ms(quantile(m.times, q))),
  m.workerCpuMs === null ? '-' : ms(m.workerCpuMs),
  m.serverCpuMs === null ? '-' : ms(m.serverCpuMs),
  kib(m.bytesPerGoal),
];

/** Replaces what stands between a section's marks in docs/benchmarks.md. Throws when the page has no such marks. */
export function writeSection({ id, lines }: Section): void {
  const page = readFileSync(DOCS, 'utf8');
  const [open, close] = [`<!-- ${id} -->`, `<!-- /${id} -->`];
  const [from, to] = [page.indexOf(open), page.indexOf(close)];
  if (from < 0 || to < from) throw new Error(`docs/benchmarks.md has no ${open} ... ${close}.`);
  writeFileSync(DOCS, `${page.slice(0, from + open.length)}\n\n${lines.join('\n')}\n\n${page.slice(to)}`);
}
