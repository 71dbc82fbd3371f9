// Asks the configured model to tell an incident in a few sentences. Each has to point at lines of the report that say it; one that fails, and none is shown.
import type { Check } from '@awo/model';
import { z } from 'zod';
import type { CliContext } from '../context.ts';
import type { IncidentReport } from '../incident/report.ts';
import { modelOf } from './ask-model.ts';

const Cite = z.object({ line: z.number().int(), quote: z.string().min(4).max(200) });
const Sentence = z.object({ text: z.string().min(10).max(240), cites: z.array(Cite).min(1).max(4) });
const Proposed = z.object({ sentences: z.array(Sentence).min(1).max(6) });
type Sentence = z.infer<typeof Sentence>;

export type Prose = { model: string; used: true; sentences: Sentence[] } | { model: string; used: false; because: string };

const INSTRUCTIONS = [
  'You get the report on an incident, line by line. Tell a tired colleague in at most six short sentences what happened: what was wrong, since when, why, what was done, and how it ended.',
  'Say nothing that the lines do not say. Numbers and names are written as they stand there. No advice, no commands, no links, no markup.',
  'For each sentence give in "cites" the numbers of the lines that say it, with words of the line as "quote", copied exactly.',
].join('\n');

const LINES = 60;
const LINE = 240;

/** Undefined where no model is configured. */
export async function proseOf(context: CliContext, report: IncidentReport): Promise<Prose | undefined> {
  const means = await modelOf(context);
  if (!means) return undefined;
  const { model } = means;
  const lines = linesOf(report);
  const proposal = await means.ask({
    purpose: 'report',
    instructions: INSTRUCTIONS,
    evidence: [{ name: 'The report', text: lines.join('\n') }],
    schema: Proposed,
    check: ({ sentences }) => sentences.flatMap((sentence, i) => checksOf(sentence, i + 1, lines)),
  });
  return proposal.kind === 'none'
    ? { model, used: false, because: `${proposal.code}: ${proposal.because}` }
    : { model, used: true, sentences: proposal.value.sentences };
}

/** The report as the model gets it: one statement in a line. */
export function linesOf({ title, outcome, because, from, took, causes, tried, change, timeline }: IncidentReport): string[] {
  const all = [
    title,
    `${outcome}, after ${took}. ${because}`,
    `Noticed by ${from}.`,
    ...causes.map((c) => `Cause: ${c.cause}, ${Math.round(c.confidence * 100)} %. ${c.says.join(' ')}`),
    ...tried.map((t) => `Tried: ${t.repair}. ${t.because}. ${t.result}`),
    ...change.map((line) => `To change: ${line}`),
    ...timeline.map(({ at, says }) => `${at.slice(11, 19)} ${says}`),
  ];
  return all.map((line) => line.replaceAll(/\s+/g, ' ').slice(0, LINE)).slice(0, LINES);
}

const NUMBER = /\d+(?:[.,:]\d+)*/g;
/** What is no word of the language: a path, a revision, a name of several parts. */
const NAME = /\w+(?:[-/.]\w+)+/g;
const MORE_THAN_PROSE = /https?:|[`<>$|*#{}[\]]|&&|;|\bsudo\b/;
const NEGATED = /\b(not|no|never|none|nobody|nothing|without|fail\w*|un(changed|able|healthy)|could ?n.t|did ?n.t|taken back)\b/i;
/** Deeds and ends that a sentence may only tell of where a line does. */
const DEEDS: readonly RegExp[] = [
  /roll\w*[- ]?back|taken back|undone|revert/i,
  /restart/i,
  /switch/i,
  /restor/i,
  /\bshed/i,
  /rais\w* .{0,12}limit|limit .{0,12}rais/i,
  /scal(ed|ing)|drain/i,
  /delet|remov/i,
  /deploy|releas|promot/i,
  /approv|reject/i,
  /\bkept\b/i,
  /lost|leak|breach|corrupt/i,
];

function checksOf({ text, cites }: Sentence, n: number, lines: readonly string[]): Check[] {
  const cited = cites.map(({ line }) => lines[line - 1] ?? '');
  const all = cited.join(' ');
  const lacking = (found: Iterable<string>): string[] => [...found].filter((one) => !all.toLowerCase().includes(one.toLowerCase()));
  const [numbers, names] = [lacking(text.match(NUMBER) ?? []), lacking(text.match(NAME) ?? [])];
  const deed = DEEDS.find((pattern) => pattern.test(text) && !pattern.test(all));
  const check = (name: string, wrong: string | null): Check => ({ name: `sentence ${n}: ${name}`, passed: wrong === null, detail: wrong ?? 'yes' });
  return [
    ...cites.map(({ line, quote }, i) => check(`line ${line}`, cited[i] === '' ? 'does not exist' : cited[i]?.includes(quote) ? null : 'does not say that')),
    check('numbers', numbers.length === 0 ? null : `${numbers.join(', ')}: no cited line has it`),
    check('names', names.length === 0 ? null : `${names.join(', ')}: no cited line has it`),
    check('deeds', deed === undefined ? null : `no cited line tells of "${deed.exec(text)?.[0] ?? ''}"`),
    check('yes and no', !NEGATED.test(text) || NEGATED.test(all) ? null : 'it denies what no cited line denies'),
    check('prose', MORE_THAN_PROSE.test(text) ? 'it is more than prose' : null),
  ];
}
