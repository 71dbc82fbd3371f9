// What a run of the cluster suite prints: one line per fault, with how long the goals in flight took to go on.
import type { Recovery } from '../chaos/experiment.ts';

const lines: string[] = [];

export function note(what: string, { count, p50Ms, p99Ms, worstMs }: Recovery, more = ''): void {
  const line = `${what.padEnd(46)} ${String(count).padStart(3)} goals in flight go on after p50 ${p50Ms} ms, p99 ${p99Ms} ms, worst ${worstMs} ms${more ? `; ${more}` : ''}`;
  lines.push(line);
  console.log(line);
}

export function printReport(title: string, counts: Record<string, number | string>): void {
  console.log([title, ...lines.map((line) => `  ${line}`), ...Object.entries(counts).map(([what, n]) => `  ${String(n).padStart(8)}  ${what}`)].join('\n'));
}
