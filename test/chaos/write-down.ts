// The summary of a run as Markdown, and its place in docs/chaos.md: one section per promise, replaced when it has run again. Pure.
import type { Size, Summary } from './experiment.ts';

export type Finished = Summary & { promise: number; name: string; size: Size; seed: number; wallS: number; day: string; machine: string };

const BEGIN = '<!-- runs -->';
const END = '<!-- /runs -->';

function inMarkdown({ promise, name, size, seed, wallS, day, machine, counts, violations, recovery }: Finished): string {
  return [
    `### ${promise}. ${name}`,
    '',
    '| what | count |',
    '|---|---|',
    `| **violations** | **${violations.length}** |`,
    `| size: goals, faults | ${size.goals}, ${size.faults} |`,
    `| to recover, ms: p50, p99, worst | ${recovery.p50Ms}, ${recovery.p99Ms}, ${recovery.worstMs} (${recovery.count}) |`,
    `| seconds, seed | ${wallS}, ${seed} |`,
    ...Object.entries(counts).map(([what, count]) => `| ${what} | ${count} |`),
    '',
    `${day}, ${machine}.`,
    ...violations.slice(0, 20).map((v) => `\n- violated: ${v}`),
  ].join('\n');
}

/** Puts the section of a promise between the marks, in order. Throws where the document has no marks: the run must not be lost silently. */
export function withRun(document: string, finished: Finished): string {
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`docs/chaos.md has no place for the run: ${BEGIN} and ${END} are expected`);
  const from = begin + BEGIN.length;
  const numberOf = (section: string) => Number(/^### (\d+)\./.exec(section)?.[1] ?? Number.NaN);
  const others = document
    .slice(from, end)
    .split(/^(?=### )/m)
    .map((section) => section.trim())
    .filter((section) => numberOf(section) >= 0 && numberOf(section) !== finished.promise);
  const sections = [...others, inMarkdown(finished)].toSorted((a, b) => numberOf(a) - numberOf(b));
  return `${document.slice(0, from)}\n\n${sections.join('\n\n')}\n\n${document.slice(end)}`;
}
