// Entries of the timeline as lines: aligned columns, wrapped reasons. The same on a terminal and in a file. Pure.
import type { Decision, PlanChange } from '@awo/contracts';
import { cut, padEnd, padStart, wrap } from '../output/columns.ts';
import { clock, duration } from '../output/quantities.ts';
import { mark } from '../output/style.ts';
import type { Mark, Style } from '../output/style.ts';
import { numbersLines, numbersOf } from '../story/comparison.ts';
import { outcomeWords } from '../story/words.ts';
import type { Entry } from './entries.ts';

export type Layout = { style: Style; columns: number };

const ROLE_WIDTH = 9;
const TITLE_WIDTH = 24;
const TOOK_WIDTH = 9;
/** Where the text column begins: clock, mark, role, title, time taken. */
const TEXT_AT = 8 + 2 + 1 + 1 + ROLE_WIDTH + 2 + TITLE_WIDTH + 2 + TOOK_WIDTH + 2;
/** Where the entries of a plan's diff begin. */
const PLAN_AT = 12;
/** On narrower terminals the text goes on a line of its own. */
const NARROW = TEXT_AT + 56;

/** The first columns of a line; a running step shows no clock. */
export function head({ style }: Layout, at: string | undefined, kind: Mark, role: string, title: string, took: string): string {
  const time = style('dim', at ? clock(at) : ' '.repeat(8));
  return `${time}  ${mark(style, kind)} ${style('dim', padEnd(cut(role, ROLE_WIDTH), ROLE_WIDTH))}  ${padEnd(cut(title, TITLE_WIDTH), TITLE_WIDTH)}  ${style('dim', padStart(took, TOOK_WIDTH))}`;
}

/** Puts paragraphs beside a head, wrapped, or below it where the terminal is narrow. */
export function beside(layout: Layout, first: string, paragraphs: readonly Paragraph[]): string[] {
  const narrow = layout.columns < NARROW;
  const indent = narrow ? 13 : TEXT_AT;
  const paint = (text: string, dim?: boolean) => (dim ? layout.style('dim', text) : text);
  const lines = paragraphs.flatMap(({ text, dim }) => {
    const hang = dim ? 2 : 0;
    return wrap(text, layout.columns - indent - hang).map((line, i) => ' '.repeat(i === 0 ? 0 : hang) + paint(line, dim));
  });
  if (narrow || lines.length === 0) return [first.trimEnd(), ...lines.map((line) => ' '.repeat(indent) + line)];
  return lines.map((line, i) => (i === 0 ? `${first}  ${line}` : ' '.repeat(indent) + line));
}

type Paragraph = { text: string; dim?: boolean };

/** A decision: what was chosen, on which numbers, why, and what was rejected. */
function decisionParagraphs(decision: Decision): Paragraph[] {
  return [...choiceParagraphs(decision), ...decision.alternatives.map((a) => ({ text: `not ${a.kind}: ${a.rejectedBecause}`, dim: true }))];
}

function choiceParagraphs({ choice, because, by, figures }: Decision): Paragraph[] {
  const numbers = numbersOf(figures);
  return [
    { text: `${choice} [${because}${by === 'rules' ? '' : `, by ${by}`}]` },
    ...(numbers ? numbersLines(numbers).map((text) => ({ text, dim: true })) : []),
  ];
}

/** What stopped a step. Of a step that passed they would read like a fault; `awo explain` has them all. */
const failedChecks = ({ checks }: Decision): Paragraph[] =>
  checks.filter((c) => !c.passed).map((c) => ({ text: `check "${c.name}" failed: ${c.detail}`, dim: true }));

const CHANGE_MARKS: Record<PlanChange['change'], string> = { added: '+', removed: '-', changed: '~', kept: ' ' };

/** The diff of two plans; what was kept is not repeated. */
function planLines(changes: readonly PlanChange[], { style, columns }: Layout): string[] {
  const colour = { added: 'green', removed: 'red', changed: 'yellow', kept: 'dim' } as const;
  const shown = changes.filter((c) => c.change !== 'kept');
  const width = Math.min(28, Math.max(0, ...shown.map((c) => c.step.length)));
  return shown.flatMap((c) =>
    wrap(c.because, columns - PLAN_AT - width - 4).map((line, i) => {
      const what = i === 0 ? style(colour[c.change], `${CHANGE_MARKS[c.change]} ${padEnd(c.step, width)}`) : ' '.repeat(width + 2);
      return `${' '.repeat(PLAN_AT)}${what}  ${style('dim', line)}`;
    }),
  );
}

export function linesOf(entry: Entry, layout: Layout): string[] {
  const { style } = layout;
  switch (entry.kind) {
    case 'accepted':
      return [
        `${style('dim', clock(entry.at))}  ${style('bold', entry.title)}`,
        style('dim', `          ${entry.goal}${entry.repo ? `, from ${entry.repo}` : ''}`),
      ];
    case 'settled': {
      const first = head(layout, entry.at, entry.status, entry.role, entry.title, duration(entry.durationMs));
      const said = entry.decisions.flatMap((d) => [...decisionParagraphs(d), ...(entry.status === 'failed' ? failedChecks(d) : [])]);
      return beside(layout, first, entry.message && !said.some((p) => p.text.includes(entry.message ?? '')) ? [...said, { text: entry.message }] : said);
    }
    case 'held':
      return beside(layout, head(layout, entry.at, 'held', entry.role, entry.title, `look ${entry.looks}`), choiceParagraphs(entry.decision));
    case 'decided':
      return beside(layout, head(layout, entry.at, 'note', entry.role, entry.title, ''), decisionParagraphs(entry.decision));
    case 'left-out':
      return beside(layout, head(layout, entry.at, entry.status, '', entry.status === 'skipped' ? 'not needed any more' : 'cancelled', ''), [
        { text: entry.steps.join(', '), dim: true },
      ]);
    case 'replanned':
      return [
        head(layout, entry.at, 'note', 'planner', entry.from === 0 ? `plan v${entry.to}` : `plan v${entry.from} → v${entry.to}`, '').trimEnd(),
        ...planLines(entry.changes, layout),
      ];
    case 'acted':
      return [`${style('dim', clock(entry.at))}  ${mark(style, 'note')} ${style('yellow', `${entry.who} asked to ${entry.action}: ${entry.because}`)}`];
    case 'ended': {
      const good = entry.outcome === 'done';
      const words = style(['bold', good ? 'green' : 'red'], `${outcomeWords(entry.outcome)} after ${duration(entry.durationMs)}`);
      return [
        `${style('dim', clock(entry.at))}  ${mark(style, good ? 'passed' : 'failed')} ${words}`,
        ...wrap(entry.because, layout.columns - 12).map((line) => ' '.repeat(12) + line),
      ];
    }
  }
}
