// Drills as a table for people. Pure.
import type { Played } from './play.ts';

const seconds = (ms: number | null): string => (ms === null ? 'no' : `${(ms / 1000).toFixed(1)} s`);
const cell = (text: string): string => text.replaceAll('|', '\\|');

export const isGood = (p: Played): boolean => p.causeRight && p.repairRight && p.restoredMs !== null;

export function tableOf(all: readonly Played[]): string {
  const rows = all.map(
    (p) =>
      `| ${p.drill} | ${seconds(p.detectedMs)} | ${cell(p.cause)}${p.causeRight ? '' : ' (wrong)'} | ${p.repairs.join(', ') || 'none'}${p.repairRight ? '' : ' (wrong)'} | ${seconds(p.restoredMs)} | ${p.undone} | ${p.failed} of ${p.visits} | ${p.slow} |`,
  );
  return [
    '| drill | noticed after | first cause | repairs kept | customers well after | taken back | failed requests | slow requests |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

export function summaryOf(all: readonly Played[]): string {
  const count = (is: (p: Played) => boolean): number => all.filter(is).length;
  return `${all.length} drills: ${count((p) => p.detectedMs !== null)} noticed, ${count((p) => p.causeRight)} with the right first cause, ${count((p) => p.repairRight && p.restoredMs !== null)} ended well with a right repair or none needed, ${all.reduce((sum, p) => sum + p.undone, 0)} repairs taken back.`;
}
