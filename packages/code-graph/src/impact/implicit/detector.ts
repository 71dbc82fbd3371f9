// What a detector of implicit dependencies is: signals out of one text, and whether another text answers one. Pure.
import type { LinkKind } from '../links.ts';

/** Something that a text says about the world outside of it. `until` is the last line of the block that it heads. */
export type Signal = { name: string; line: number; until: number; text: string };
/** Where and how surely another text depends on a signal. */
export type Answer = { line: number; confidence: number; text: string };
/** `sameUnit`: both files are of one unit. */
export type Candidate = { path: string; source: string; sameUnit: boolean };

export type Detector = {
  kind: LinkKind;
  /** What of a file others may depend on. */
  signals(source: string, path: string): Signal[];
  /** Fixed text that every answer holds; null where the name is too short to be searched for. */
  needle(name: string): string | null;
  /** `gone`: the name is not in the new text any more. */
  answer(name: string, candidate: Candidate, changed: { path: string; gone: boolean }): Answer | null;
  /** A new name breaks nobody who does not know it; true where those who know it already were waiting for it. */
  additionsMatter: boolean;
  /** Whether a signal that stands, but whose block changed, counts. */
  blocks: boolean;
};

/** Bundles and data in one line would be searched for minutes; the line numbers of the rest stay. */
const LONG_LINE = 1500;

export const longLines = (source: string): string[] => source.split('\n').filter((line) => line.length >= LONG_LINE);

/** Line by line: a pattern would count up to the bound again from every character. */
function withoutLongLines(source: string): string {
  let kept = '';
  let from = 0;
  for (let start = 0; start <= source.length;) {
    const end = source.indexOf('\n', start) < 0 ? source.length : source.indexOf('\n', start);
    if (end - start >= LONG_LINE) {
      kept += source.slice(from, start);
      from = end;
    }
    start = end + 1;
  }
  return from === 0 && kept === '' ? source : kept + source.slice(from);
}

/** Lines of matches. `name` picks the name out of a match. */
export function signalsOf(source: string, pattern: RegExp, name: (match: RegExpExecArray) => string | undefined): Signal[] {
  const text = withoutLongLines(source);
  const lines = text.split('\n');
  const found: Signal[] = [];
  let line = 1;
  let at = 0;
  for (const match of text.matchAll(pattern)) {
    const named = name(match);
    if (named === undefined || named === '') continue;
    const start = match.index + (/^\s*/.exec(match[0])?.[0].length ?? 0);
    for (let next = text.indexOf('\n', at); next >= 0 && next < start; next = text.indexOf('\n', at)) {
      at = next + 1;
      line++;
    }
    found.push({ name: named, line, until: blockEnd(lines, line), text: (lines[line - 1] ?? '').trim() });
  }
  return found;
}

/** Decorators, attributes of C#, PHP and Rust. */
const DECORATOR = /^\s*(?:@|#?\[\w.*\]\s*$)/;

/** The bracket of a block on a line of its own; behind a comma it is the next of a list. */
const opensBlock = (text: string, before: string): boolean => /^\s*\{\s*$/.test(text) && /[\w)>\]]\s*$/.test(before);

/** The last line that is indented deeper than the first, with the brackets on lines of their own; a decorator's block is what it decorates. */
function blockEnd(lines: readonly string[], line: number): number {
  const depth = (text: string): number => /^\s*/.exec(text)?.[0].length ?? 0;
  const head = lines[line - 1] ?? '';
  const own = depth(head);
  let end = line;
  let decorated = DECORATOR.test(head);
  for (let i = line; i < lines.length; i++) {
    const text = lines[i] ?? '';
    if (text.trim() === '') continue;
    if (depth(text) > own || (depth(text) === own && opensBlock(text, lines[end - 1] ?? ''))) end = i + 1;
    else if (decorated) {
      decorated = DECORATOR.test(text);
      end = i + 1;
    } else {
      if (/^\s*[\])}]/.test(text)) end = i + 1;
      break;
    }
  }
  return end;
}

/** First line of a text that a pattern finds. */
export function firstLine(source: string, pattern: RegExp): { line: number; text: string } | null {
  const at = source.search(pattern);
  if (at < 0) return null;
  const line = source.slice(0, at).split('\n').length;
  return { line, text: (source.split('\n')[line - 1] ?? '').trim() };
}

export const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/** One text is asked about many names in a row. */
let last = { source: '', text: '' };

/** Text without the comments that stand on lines of their own: what is only spoken of depends on nothing. */
export function withoutComments(source: string): string {
  if (last.source !== source)
    last = { source, text: withoutLongLines(source).replaceAll(/^[ \t]*(?:\/\/(?!go:)|#(?!\[)(?!\s*include)|\*(?!\/)|\/\*|--\s).*$/gm, '') };
  return last.text;
}
