// Which of the things that a file serves, publishes or writes use what changed in it. Not sure: all of them. Pure.
import { lineCounter } from '../../parsed.ts';
import { type ChangedNames, type Declaration, type ModuleShape, taint } from '../module-shape.ts';
import { escaped, type Signal } from './detector.ts';

/** What changed inside of a file: names that stand for it there, and lines. */
export type Affected = { names: ReadonlySet<string> | 'all'; lines: ReadonlySet<number> };
type Statement = Declaration & { from: number; to: number };
type Line = { line: number; how: 'changed' | 'uses'; heads: boolean; blocks: readonly Signal[] };

/** `whole`: nothing tells what the signals of the file use, so all of them count. */
export function affectedSignals<T extends Signal>(
  source: string,
  shape: ModuleShape | null,
  affected: Affected,
  signals: readonly T[],
): { signals: T[]; whole: boolean } {
  const told = shape !== null && !shape.opaque;
  if (affected.names === 'all' || (!told && affected.names.size > 0)) return { signals: [...signals], whole: true };
  if (affected.names.size + affected.lines.size === 0) return { signals: [], whole: false };
  const changed = [...affected.lines].map((line) => lineOf(line, 'changed', signals));
  if (!told) return { signals: signals.filter((signal) => isAffected(signal, changed, 1, Infinity)), whole: false };
  const lines = source.split('\n');
  const statements = statementsOf(source, shape.declarations);
  const names = spread(shape.declarations, [...affected.names, ...namesAt(lines, shape, statements, affected.lines)]);
  const all = [...changed, ...statements.flatMap((one) => usesIn(lines, one, names)).map((line) => lineOf(line, 'uses', signals))];
  const taken = wholly(shape, statements, names, signals);
  return {
    signals: signals.filter((signal) => {
      const own = statementAt(statements, signal.line);
      return own === undefined ? all.length > 0 : taken.has(own) || isAffected(signal, all, own.from, own.to);
    }),
    whole: false,
  };
}

/** A line counts for what stands in the innermost block around it, and for every block that it lies in. */
function isAffected(signal: Signal, lines: readonly Line[], from: number, to: number): boolean {
  // What has the rest of the file for its block is served by all of it.
  if (signal.until > to) return lines.length > 0;
  return lines.some(({ line, how, heads, blocks }) => {
    if (line < from || line > to) return false;
    if (signal.line <= line && line <= signal.until) return true;
    // What is served under another name is still the same inside.
    if (how === 'changed' && heads) return false;
    const around = blocks.find(({ until }) => until <= to);
    return around === undefined || (around.line <= signal.line && signal.until <= around.until);
  });
}

/** With the blocks that it lies in, the innermost first. */
function lineOf(line: number, how: Line['how'], signals: readonly Signal[]): Line {
  const blocks = signals.filter((one) => one.line <= line && line <= one.until).toSorted((a, b) => b.line - a.line || a.until - b.until);
  return { line, how, heads: blocks.some((one) => one.line === line), blocks };
}

function statementsOf(source: string, declarations: readonly Declaration[]): Statement[] {
  const lineAt = lineCounter(source);
  return declarations.flatMap((one) => (one.span ? [{ ...one, from: lineAt(one.span[0]), to: lineAt(Math.max(one.span[0], one.span[1] - 1)) }] : []));
}

const statementAt = (statements: readonly Statement[], line: number): Statement | undefined => statements.find(({ from, to }) => from <= line && line <= to);

/** Names that stand on changed lines: of statements, and of imports. */
function namesAt(lines: readonly string[], { imports }: ModuleShape, statements: readonly Statement[], changed: ReadonlySet<number>): string[] {
  return [...changed].flatMap((line) => {
    const own = statementAt(statements, line);
    if (own) return own.names;
    const text = lines[line - 1] ?? '';
    return imports.flatMap(({ local, spec }) => (local !== '' && (text.includes(spec) || hasWord(text, [local.split('.')[0] ?? local])) ? [local] : []));
  });
}

/** Exported names that depend on what stands on these lines; `all` where names do not tell. */
export function exportsOn(source: string, shape: ModuleShape | null, on: ReadonlySet<number>): ChangedNames {
  if (shape === null || shape.opaque) return 'all';
  const lines = source.split('\n');
  const statements = statementsOf(source, shape.declarations);
  const held = [...on].map((line) => statementAt(statements, line));
  if (held.length === 0 || held.some((one) => one === undefined || one.effect)) return 'all';
  // What is received is handed on: `subscribe('a', handle)` concerns `handle`.
  const declared = new Set(shape.declarations.flatMap(({ names }) => names));
  const handed = held.flatMap((one) => [...(one?.refs ?? [])].filter((ref) => declared.has(ref)));
  const tainted = taint(shape, new Set([...namesAt(lines, shape, statements, on), ...handed]));
  return tainted === 'all' ? 'all' : new Set([...shape.exports].flatMap(([name, local]) => (tainted.has(local) ? [name] : [])));
}

/** All names that depend on these, whatever runs at load. */
function spread(declarations: readonly Declaration[], from: readonly string[]): ReadonlySet<string> {
  const names = new Set(from);
  for (let size = -1; size < names.size;) {
    size = names.size;
    for (const one of declarations) if ([...one.refs].some((ref) => names.has(ref))) for (const name of one.names) names.add(name);
  }
  return names;
}

/** What it calls itself says nothing. */
const usedBy = ({ refs, names: own }: Declaration, names: ReadonlySet<string>): string[] => [...refs].filter((ref) => names.has(ref) && !own.includes(ref));

function usesIn(lines: readonly string[], one: Statement, names: ReadonlySet<string>): number[] {
  const { from, to } = one;
  const used = usedBy(one, names);
  if (used.length === 0) return [];
  const found: number[] = [];
  for (let line = from; line <= to; line++) if (hasWord(lines[line - 1] ?? '', used)) found.push(line);
  // Used in a way that no word shows: by all of it.
  return found.length > 0 ? found : Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

const hasWord = (text: string, words: readonly string[]): boolean => new RegExp(`(?<![\\w$])(?:${words.map(escaped).join('|')})(?![\\w$])`).test(text);

/**
 * Statements of which all that they serve counts: a short one that only gives a name to a path or subject which others use together
 * with what changed, and those that share something with a statement that uses what changed and serves nothing, as `app.use(auth)`.
 */
function wholly(shape: ModuleShape, statements: readonly Statement[], names: ReadonlySet<string>, signals: readonly Signal[]): ReadonlySet<Statement> {
  const uses = statements.filter((one) => usedBy(one, names).length > 0);
  const own = new Set([...shape.declarations.flatMap((one) => one.names), ...shape.imports.map(({ local }) => local)]);
  const shared = new Set(
    uses
      .filter((one) => one.effect && !signals.some(({ line }) => one.from <= line && line <= one.to))
      .flatMap(({ refs }) => [...refs].filter((ref) => own.has(ref) && !names.has(ref))),
  );
  return new Set(
    statements.filter((one) => {
      const short = one.to - one.from < 2 && uses.some((other) => other !== one && one.names.some((name) => other.refs.has(name)));
      return short || [...one.refs, ...one.names].some((name) => shared.has(name));
    }),
  );
}
