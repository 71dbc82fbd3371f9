// Keys of an object literal of JavaScript, each with the lines of its value. Pure.
import type { Signal } from './detector.ts';

const KEY = /(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*(?:(?:async|get|static)\s+(?=[\w$"'`*]))?\*?\s*(?:(["'`])([^"'`\n]{1,120})\1|([A-Za-z_$][\w$]*))/y;
/** A comment, a text, or one sign that opens, closes or divides. */
const PART = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[\s\S])*`|[{}()[\],]/g;
/** A literal that does not end is read no further than this. */
const MAX_LENGTH = 100_000;
const MAX_OBJECTS = 100;

/** Of the objects that a pattern finds with their brackets. */
export const keysOfObjects = (text: string, pattern: RegExp): Signal[] =>
  [...text.matchAll(pattern)].slice(0, MAX_OBJECTS).flatMap(({ 0: match, index }) => objectKeys(text, index + match.length - 1));

/** `open`: where the bracket of the object stands. Spread and computed keys say no name. */
export function objectKeys(text: string, open: number): Signal[] {
  const found: Signal[] = [];
  const lines = lineCounter(text);
  let key = keyAt(text, open + 1);
  let depth = 1;
  PART.lastIndex = open + 1;
  for (let part = PART.exec(text); part && part.index < open + MAX_LENGTH; part = PART.exec(text)) {
    const [sign] = part;
    if (sign === '{' || sign === '(' || sign === '[') depth++;
    if (sign === '}' || sign === ')' || sign === ']') depth--;
    const ends = depth === 0 || (depth === 1 && sign === ',');
    if (!ends) continue;
    if (key) {
      const line = lines(key.at);
      found.push({ name: key.name, line, until: lines(endOf(text, part.index)), text: lineText(text, key.at) });
    }
    if (depth === 0) return found;
    key = keyAt(text, part.index + 1);
  }
  return found;
}

function keyAt(text: string, from: number): { name: string; at: number } | null {
  KEY.lastIndex = from;
  const match = KEY.exec(text);
  const name = match?.[2] ?? match?.[3];
  return match && name !== undefined ? { name, at: KEY.lastIndex - 1 } : null;
}

/** A value ends with its last sign, not with the line of the bracket below it. */
const endOf = (text: string, at: number): number => text.slice(0, at).trimEnd().length;

function lineText(text: string, at: number): string {
  const end = text.indexOf('\n', at);
  return text.slice(text.lastIndexOf('\n', at) + 1, end < 0 ? text.length : end).trim();
}

/** Offsets mostly come in order: counted on from the one before. */
function lineCounter(text: string): (offset: number) => number {
  let [at, line] = [0, 1];
  return (offset) => {
    if (offset < at) [at, line] = [0, 1];
    for (let next = text.indexOf('\n', at); next >= 0 && next < offset; next = text.indexOf('\n', at)) {
      at = next + 1;
      line++;
    }
    return line;
  };
}
