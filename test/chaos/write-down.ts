// The summary of a run as Markdown, and its place in docs/chaos.md. Pure.
import type { Size, Summary } from './experiment.ts';

export type Finished = Summary & { promise: number; name: string; size: Size; seed: number; wallS: number };

const BEGIN = '<!-- full run: begin -->';
const END = '<!-- full run: end -->';

export function inMarkdown(finished: readonly Finished[]): string {
  const rows = finished.map(({ promise, name, size, seed, wallS, violations, recovery }) =>
    [promise, name, size.goals, size.faults, violations.length, `${recovery.p50Ms} / ${recovery.p99Ms} / ${recovery.worstMs}`, wallS, seed].join(' | '),
  );
  const details = finished.map(({ promise, name, counts, violations }) =>
    [
      `### ${promise}. ${name}`,
      '',
      '| what | count |',
      '|---|---|',
      ...Object.entries(counts).map(([what, count]) => `| ${what} | ${count} |`),
      ...violations.map((v) => `\n- violated: ${v}`),
    ].join('\n'),
  );
  return [
    '| # | promise | goals | faults | violations | recovery p50 / p99 / worst, ms | seconds | seed |',
    '|---|---|---|---|---|---|---|---|',
    ...rows.map((row) => `| ${row} |`),
    '',
    details.join('\n\n'),
  ].join('\n');
}

/** Puts `text` between the marks. Throws where the document has none: the run must not be lost silently. */
export function replaceFullRun(document: string, text: string): string {
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`docs/chaos.md has no place for the run: ${BEGIN} and ${END} are expected`);
  return `${document.slice(0, begin + BEGIN.length)}\n\n${text}\n\n${document.slice(end)}`;
}
