// Drills as a table for people. Pure.
import type { Played } from './play.ts';

const seconds = (ms: number | null): string => (ms === null ? 'no' : `${(ms / 1000).toFixed(1)} s`);
export const cell = (text: string): string => text.replaceAll('|', '\\|');

export const isGood = (p: Played): boolean => p.causeRight && p.repairRight && p.restoredMs !== null;

const HEAD = [
  '| drill | noticed after | first cause | repairs kept | customers well after | taken back | failed requests | slow requests |',
  '| --- | --- | --- | --- | --- | --- | --- | --- |',
];

const rowOf = (p: Played): string =>
  `| ${p.drill} | ${seconds(p.detectedMs)} | ${cell(p.cause)}${p.causeRight ? '' : ' (wrong)'} | ${p.repairs.join(', ') || 'none'}${p.repairRight ? '' : ' (wrong)'} | ${seconds(p.restoredMs)} | ${p.undone} | ${p.failed} of ${p.visits} | ${p.slow} |`;
/** Cells of a row; those of its edges are empty. */
export const cellsOf = (row: string): string[] => row.split(/(?<!\\)\|/).map((text) => text.trim());

/** The rows of a table, without its head. */
export const rowsIn = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(2);

/** The table with its summary. `before`: what stood there; rows of drills that were not played now stay, in the order of `names`. */
export function tableOf(all: readonly Played[], names: readonly string[] = [], before = ''): string {
  const rows = new Map<string, string>();
  for (const row of rowsIn(before)) rows.set(cellsOf(row)[1] ?? '', row);
  for (const p of all) rows.set(p.drill, rowOf(p));
  const shown = (names.length === 0 ? all.map((p) => p.drill) : names).flatMap((name) => rows.get(name) ?? []);
  return [...HEAD, ...shown, '', summaryOf(shown)].join('\n');
}

function summaryOf(rows: readonly string[]): string {
  const cells = rows.map((row) => cellsOf(row).slice(1));
  const count = (is: (row: string[]) => boolean): number => cells.filter(is).length;
  const right = (text = ''): boolean => !text.endsWith('(wrong)');
  return `${rows.length} drills: ${count(([, noticed]) => noticed !== 'no')} noticed, ${count((row) => right(row[2]))} with the right first cause, ${count((row) => right(row[3]) && row[4] !== 'no')} ended well with a right repair or none needed, ${cells.reduce((sum, row) => sum + Number(row[5]), 0)} repairs taken back.`;
}

/** One drill in a line. */
export function storyOf(p: Played): string {
  const noticed = p.detectedMs === null ? 'not noticed' : `noticed after ${seconds(p.detectedMs)}`;
  const restored = p.restoredMs === null ? 'customers are still not well' : `customers well after ${seconds(p.restoredMs)}`;
  const repairs = p.repairs.join(', ') || 'nothing kept';
  return `${noticed}; ${p.cause}; ${repairs}, ${p.undone} taken back; ${restored}; ${p.failed} failed and ${p.slow} slow of ${p.visits}; ${p.outcome} (${p.goals.join(', ')})`;
}
