// Names that are put together when a program runs: `cart:${name}` of one file is the `cart:daily_limit` of another. Pure.
import { type Answer, type Candidate, type Detector, escaped, firstLine, type Signal, signalsOf, withoutComments } from './detector.ts';
import { CODE, FILE_LIKE } from './shared-name.ts';

/** At least four characters with the separator. */
const START = '[A-Za-z][\\w-]*(?:[:/.][\\w-]+)*[:/.]';
const COMPUTED = '\\$\\{|\\{(?!\\s)|#\\{|%[sdvq]\\b';
const JOINED = `["'\`]\\s*(?:\\+|\\.\\.?|\\|\\||<>)\\s*[\\w$(@]`;
const TEMPLATE = new RegExp(`["'\`](${START})(?:(?:${COMPUTED})|${JOINED})`, 'gm');
const WHOLE = /["'`]([A-Za-z][\w-]*(?:[:/.][\w-]+)+)["'`]/gm;
const WORD = /["'`]([A-Za-z][\w-]{2,40})["'`]|(?<=[{,]\s*)([A-Za-z]\w{2,40})(?=\s*:)/gm;
const IMPORTED = /\b(?:import|require|from|export)\b/;
const SCHEME = /^(?:https?|file|node|data|urn|mailto|blob|npm|redis|nats|amqp|postgres\w*|mysql):$/;
/** Of more pairs than this only the start is asked for. */
const MOST_PAIRS = 60;

const startOf = (name: string): string => /^.*[:/.]/.exec(name)?.[0] ?? '';
const usable = (start: string): boolean => start.length >= 4 && !SCHEME.test(start);

const startsIn = (text: string): Signal[] => [
  ...new Map(signalsOf(text, TEMPLATE, (match) => (usable(match[1] ?? '') ? match[1] : undefined)).map((start) => [start.name, start])).values(),
];
const wordsIn = (text: string): Signal[] => [...new Map(signalsOf(text, WORD, (match) => match[1] ?? match[2]).map((word) => [word.name, word])).values()];
const puts = (start: string): RegExp => new RegExp(`["'\`]${escaped(start)}(?:(?:${COMPUTED})|${JOINED})`);

/** By the text without comments: a name in a unit is mostly imported there. */
function said(pattern: RegExp, { source, sameUnit }: Candidate, confidence: number, text: string): Answer | null {
  const found = firstLine(withoutComments(source), pattern);
  return found && !IMPORTED.test(found.text) ? { line: found.line, confidence: sameUnit ? confidence - 0.1 : confidence, text } : null;
}

/** Starts, and whole names that others may put together. A name that ends with its separator is a start. */
export const nameStart: Detector = {
  kind: 'shared-name',
  signals(source, path): Signal[] {
    if (!CODE.test(path)) return [];
    const text = withoutComments(source);
    const wholes = signalsOf(text, WHOLE, (match) => (FILE_LIKE.test(match[1] ?? '') || !usable(startOf(match[1] ?? '')) ? undefined : match[1]));
    const starts = startsIn(text);
    const words = starts.length === 0 ? [] : wordsIn(text);
    // Too many to be asked for one by one: whatever changed among them.
    const all =
      starts.length * words.length > MOST_PAIRS
        ? words
            .map(({ name }) => name)
            .toSorted()
            .join()
        : '';
    return [...wholes.filter((one) => !IMPORTED.test(one.text)), ...starts.map((start) => ({ ...start, text: all }))];
  },
  needle: startOf,
  answer(name, candidate, { gone }) {
    if (!CODE.test(candidate.path)) return null;
    const start = startOf(name);
    if (start !== name) return gone ? said(puts(start), candidate, 0.4, `puts names together from "${start}", as "${name}" was`) : null;
    const literal = said(new RegExp(`["'\`]${escaped(start)}[\\w-]+["'\`]`), candidate, 0.4, `says a name that begins with "${start}"`);
    return (gone ? said(puts(start), candidate, 0.5, `puts names together from "${start}", which is gone`) : null) ?? literal;
  },
  additionsMatter: false,
  blocks: false,
};

/** Starts with the words of their file that may follow them. */
export const putTogether: Detector = {
  kind: 'shared-name',
  signals(source, path): Signal[] {
    if (!CODE.test(path)) return [];
    const text = withoutComments(source);
    const starts = startsIn(text);
    const words = starts.length === 0 ? [] : wordsIn(text);
    if (starts.length * words.length > MOST_PAIRS) return [];
    return starts.flatMap(({ name }) => words.map((word) => ({ ...word, name: name + word.name, text: '' })));
  },
  needle: startOf,
  answer(name, candidate, { gone }) {
    if (!gone || !CODE.test(candidate.path)) return null;
    const start = startOf(name);
    const whole = said(new RegExp(`["'\`]${escaped(name)}["'\`]`), candidate, 0.5, `still says "${name}", which is gone`);
    const both = new RegExp(`["'\`]${escaped(name.slice(start.length))}["'\`]`).test(candidate.source);
    return whole ?? (both ? said(puts(start), candidate, 0.4, `still puts "${name}" together, which is gone`) : null);
  },
  additionsMatter: false,
  blocks: false,
};
