// What one small mistake in a text is, and how it is made. Pure.

/**
 * Kinds of mistakes, after A. J. Offutt et al., "An experimental determination of sufficient mutant operators" (1996), with statements, results and
 * strings besides, and for files of data `value-changed` and `name-changed`.
 */
export type Operator =
  | 'condition-negated'
  | 'condition-removed'
  | 'default-removed'
  | 'logical-replaced'
  | 'comparison-replaced'
  | 'boundary-moved'
  | 'arithmetic-replaced'
  | 'branch-removed'
  | 'branch-replaced'
  | 'arguments-swapped'
  | 'argument-removed'
  | 'number-changed'
  | 'boolean-flipped'
  | 'string-changed'
  | 'statement-removed'
  | 'result-removed'
  | 'value-changed'
  | 'name-changed';

/** Replaces the characters [start, end) by `text`; `line` is that of `start`, `within` where the innermost function that holds it begins. */
export type Edit = { operator: Operator; start: number; end: number; text: string; line: number; within: number | null };
/** What the mutators of a language find; lines and functions are added for all of them alike. */
export type Found = { operator: Operator; start: number; end: number; text: string };
export type Span = { start: number; end: number };
/** First and last line, from 1, both included. */
export type LineRange = readonly [first: number, last: number];

export const OPPOSITE: Readonly<Record<string, { operator: Operator; by: string }>> = {
  '===': { operator: 'comparison-replaced', by: '!==' },
  '!==': { operator: 'comparison-replaced', by: '===' },
  '==': { operator: 'comparison-replaced', by: '!=' },
  '!=': { operator: 'comparison-replaced', by: '==' },
  '<': { operator: 'boundary-moved', by: '<=' },
  '<=': { operator: 'boundary-moved', by: '<' },
  '>': { operator: 'boundary-moved', by: '>=' },
  '>=': { operator: 'boundary-moved', by: '>' },
  '+': { operator: 'arithmetic-replaced', by: '-' },
  '-': { operator: 'arithmetic-replaced', by: '+' },
  '*': { operator: 'arithmetic-replaced', by: '/' },
  '/': { operator: 'arithmetic-replaced', by: '*' },
};

/** Every edit with its line and function, in the order of the text, none twice and none that changes nothing. */
export function placed(source: string, found: readonly Found[], functions: readonly Span[]): Edit[] {
  const starts = [...source.matchAll(/\n/g)].map(({ index }) => index);
  const lineOf = (offset: number): number => {
    let [low, high] = [0, starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  };
  const byStart = functions.toSorted((a, b) => a.start - b.start);
  const once = new Map<string, Edit>();
  for (const edit of found) {
    if (source.slice(edit.start, edit.end) === edit.text) continue;
    const within = byStart.findLast((one) => one.start <= edit.start && edit.end <= one.end)?.start ?? null;
    once.set(`${edit.start}:${edit.end}:${edit.text}`, { ...edit, line: lineOf(edit.start), within });
  }
  return [...once.values()].toSorted((a, b) => a.start - b.start || a.end - b.end || (a.text < b.text ? -1 : 1));
}

/** Edits that lie within others are left to these. */
export function applyEdits(source: string, edits: readonly Edit[]): string {
  let [text, limit] = [source, Number.POSITIVE_INFINITY];
  for (const edit of edits.toSorted((a, b) => b.start - a.start)) {
    if (edit.end > limit) continue;
    text = text.slice(0, edit.start) + edit.text + text.slice(edit.end);
    limit = edit.start;
  }
  return text;
}
