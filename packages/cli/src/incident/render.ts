// The report after an incident as text for a terminal, as Markdown and as a page of its own. Pure.
import type { Prose } from '../proposals/prose.ts';
import type { IncidentReport } from './report.ts';

type Section = { title: string; lines: string[]; empty: string };

const MOVES_NOTHING = 'Causes and repair are those of the measurements; this moved nothing in them.';

function sectionsOf(report: IncidentReport, prose: Prose | undefined): Section[] {
  return [
    ...(prose === undefined ? [] : [{ title: 'In words', lines: wordsOf(prose), empty: '' }]),
    {
      title: 'Causes',
      lines: report.causes.map((c) => `${c.cause}, ${Math.round(c.confidence * 100)} %${c.says.length > 0 ? `: ${c.says.join(' ')}` : ''}`),
      empty: 'None was found.',
    },
    ...(report.model.length === 0 ? [] : [{ title: 'What a model read', lines: [...report.model, MOVES_NOTHING], empty: '' }]),
    { title: 'What was tried', lines: report.tried.map((t) => `${t.repair}: ${t.because}. ${t.result}`), empty: 'Nothing.' },
    { title: 'What to change', lines: report.change, empty: 'Nothing that follows from the log.' },
    { title: 'Timeline', lines: report.timeline.map(({ at, says }) => `${at.slice(11, 19)} ${says}`), empty: '' },
    { title: 'Evidence', lines: report.evidence, empty: 'None was kept.' },
  ];
}

/** What a model wrote of it and how that was checked, or why it did not. */
const wordsOf = (prose: Prose): string[] =>
  prose.used
    ? [prose.sentences.map((s) => s.text).join(' '), `Written by the model ${prose.model}; each sentence was held against lines of this report.`]
    : [`The model ${prose.model} was of no help: ${prose.because}`];

const endOf = ({ outcome, took, because }: IncidentReport): string => `${outcome}, after ${took}. ${because}`;
const goalOf = ({ goal, from }: IncidentReport): string => `Goal ${goal}, from ${from}.`;

export function* textOf(report: IncidentReport, prose?: Prose): Generator<string> {
  yield report.title;
  yield endOf(report);
  yield goalOf(report);
  for (const { title, lines, empty } of sectionsOf(report, prose)) {
    yield '';
    yield title;
    for (const line of lines.length > 0 ? lines : [empty]) yield `  ${line.replaceAll(/[\r\n]+/g, ' ')}`;
  }
}

const marked = (text: string): string => text.replace(/[\r\n]+/g, ' ').replace(/[\\`*_[\]<>|#]/g, (mark) => `\\${mark}`);

export function markdownOf(report: IncidentReport, prose?: Prose): string {
  const sections = sectionsOf(report, prose).flatMap(({ title, lines, empty }) => [
    `## ${title}`,
    lines.length === 0 ? empty : lines.map((line) => `- ${marked(line)}`).join('\n'),
  ]);
  return [`# ${marked(report.title)}`, marked(endOf(report)), marked(goalOf(report)), ...sections, ''].join('\n\n');
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

/** One file, no scripts, nothing from elsewhere. */
export function htmlOf(report: IncidentReport, prose?: Prose): string {
  const list = (lines: readonly string[]): string => `<ul>${lines.map((line) => `<li>${escaped(line)}</li>`).join('')}</ul>`;
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escaped(report.title)}</title>
<style>body{font:16px/1.5 system-ui;max-width:60em;margin:2em auto;padding:0 1em}li{margin:.2em 0}</style>
<h1>${escaped(report.title)}</h1><p>${escaped(endOf(report))}</p><p>${escaped(goalOf(report))}</p>
${sectionsOf(report, prose)
  .map(({ title, lines, empty }) => `<h2>${title}</h2>${lines.length === 0 ? `<p>${escaped(empty)}</p>` : list(lines)}`)
  .join('\n')}</html>
`;
}
