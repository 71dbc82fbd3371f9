// The functions of JavaScript and TypeScript source that hold given lines, and which of those lines only comment. Pure.
import { parseSync, Visitor } from 'oxc-parser';
import type { ChangedFunction, LineRange } from '@awo/test-order';
import type { Side } from './hunks.ts';
import { anchorsIn } from './js-anchors.ts';

export type Inside = {
  /** The innermost function of every changed line that says something. */
  functions: ChangedFunction[];
  /** A line that says something lies in no function. */
  outside: boolean;
  /** No changed line says anything. */
  quiet: boolean;
  /** Lines that run when a changed place is reached, as coverage tools count: where statements start. */
  anchors: LineRange[];
  /** A changed place has none. */
  blind: boolean;
};

type Range = { name: string; from: number; to: number; line: number; endLine: number };

const MAX_CHARACTERS = 2_000_000;
/** oxc recurses natively: deeper nesting than any person writes would end the process. */
const MAX_DEPTH = 500;

/** Null where the source cannot be read. */
export function functionsAt(source: string, path: string, { lines, between }: Side): Inside | null {
  if (source.length > MAX_CHARACTERS || tooDeep(source)) return null;
  const parsed = parse(source, path);
  if (!parsed) return null;
  const starts = lineStarts(source);
  const lineOf = (offset: number): number => {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };
  const ranges = functionRanges(parsed).map((range) => ({ ...range, line: lineOf(range.from), endLine: lineOf(range.to) }));
  const silent = blank(source, parsed.comments);
  const silentLines = silent.split('\n').map((line) => line.trim() === '');
  const found = new Map<string, ChangedFunction>();
  const anchors = new Set<number>();
  const anchorsAt = anchorsIn(parsed.program);
  const mark = (holding: typeof ranges): boolean => {
    // Several may start on one line; the shortest is the innermost.
    const inner = holding.sort((a, b) => a.to - a.from - (b.to - b.from))[0];
    if (inner) found.set(`${inner.name}@${inner.line}`, { name: inner.name, line: inner.line });
    return inner !== undefined;
  };
  let outside = false;
  let quiet = true;
  let blind = false;
  const anchor = (offset: number, isBetween: boolean): void => {
    const shown = anchorsAt(offset, isBetween);
    for (const start of shown) anchors.add(lineOf(start));
    if (shown.length === 0) blind = true;
  };
  for (const [from, to] of lines)
    for (let line = from; line <= to && line <= starts.length; line += 1) {
      if (silentLines[line - 1] ?? true) continue;
      quiet = false;
      if (!mark(ranges.filter((range) => range.line <= line && line <= range.endLine))) outside = true;
      const start = starts[line - 1] ?? 0;
      const said = start + silent.slice(start).search(/\S/);
      anchor(said, false);
    }
  // Whether what stands on the other side runs when the file is loaded is seen there.
  for (const line of between) {
    const at = starts[line - 1] ?? source.length;
    if (mark(ranges.filter((range) => range.from < at && at <= range.to))) anchor(at, true);
  }
  const at = [...anchors].sort((a, b) => a - b).map((line): LineRange => [line, line]);
  return { functions: [...found.values()], outside, quiet, anchors: at, blind };
}

function parse(source: string, path: string) {
  const ending = /\.(tsx?|mts|cts)$/.exec(path)?.[1];
  const attempts = ending === 'tsx' ? (['tsx'] as const) : ending !== undefined ? (['ts'] as const) : (['jsx', 'tsx'] as const);
  for (const lang of attempts)
    for (const sourceType of ['module', 'commonjs'] as const) {
      const result = parseSync('file', source, { lang, sourceType });
      if (result.errors.every((error) => error.severity !== 'Error')) return result;
    }
  return null;
}

type Tree = NonNullable<ReturnType<typeof parse>>;

function functionRanges({ program }: Tree): Omit<Range, 'line' | 'endLine'>[] {
  const ranges: Omit<Range, 'line' | 'endLine'>[] = [];
  const names = new Map<number, string>();
  const called = (at: { start: number; type: string } | null | undefined, name: string): void => {
    if (at?.type === 'FunctionExpression' || at?.type === 'ArrowFunctionExpression') names.set(at.start, name);
  };
  const add = (node: { start: number; end: number; id?: { name: string } | null }): void => {
    ranges.push({ name: node.id?.name ?? names.get(node.start) ?? '', from: node.start, to: Math.max(node.start, node.end - 1) });
  };
  const keyName = (key: { type: string; name?: unknown; value?: unknown }): string => String(key.name ?? key.value ?? '');
  new Visitor({
    VariableDeclarator: (node) => called(node.init, node.id.type === 'Identifier' ? node.id.name : ''),
    AssignmentExpression: (node) => {
      const { left } = node;
      called(
        node.right,
        left.type === 'MemberExpression' && left.property.type === 'Identifier' ? left.property.name : left.type === 'Identifier' ? left.name : '',
      );
    },
    Property: (node) => called(node.value, keyName(node.key)),
    PropertyDefinition: (node) => called(node.value, keyName(node.key)),
    MethodDefinition: (node) => called(node.value, keyName(node.key)),
    FunctionDeclaration: add,
    FunctionExpression: add,
    ArrowFunctionExpression: (node) => add({ start: node.start, end: node.end }),
  }).visit(program);
  return ranges;
}

/** The source with its comments blanked out. */
function blank(source: string, comments: Tree['comments']): string {
  let text = '';
  let at = 0;
  for (const { start, end } of comments) {
    text += source.slice(at, start) + source.slice(start, end).replace(/[^\n]/g, ' ');
    at = end;
  }
  return text + source.slice(at);
}

function lineStarts(source: string): number[] {
  const starts = [0];
  for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function tooDeep(source: string): boolean {
  let depth = 0;
  let deepest = 0;
  for (const [mark] of source.matchAll(/[([{}\])]/g)) {
    depth = '([{'.includes(mark) ? depth + 1 : Math.max(0, depth - 1);
    deepest = Math.max(deepest, depth);
  }
  return deepest > MAX_DEPTH || /[!~+-]{500}|(?:=>[^\n]*){200}|(?:\?[^\n]*:){200}/.test(source);
}
