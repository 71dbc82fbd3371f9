// Reads awo.yaml: the schema of @awo/contracts, and every problem with its line, column, value and what was expected. Pure.
import { AwoYaml, TerminalError } from '@awo/contracts';
import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import type { z } from 'zod';
import { nearest } from './nearest.ts';

export type ConfigProblem = { file: string; line: number; column: number; value: string; expected: string; message: string };

export type ParsedAwoYaml = {
  /** Null where there are problems. */
  config: AwoYaml | null;
  problems: ConfigProblem[];
  /** A problem at a path of the document, for checks that need more than the text. */
  problemAt(path: readonly PropertyKey[], expected: string): ConfigProblem;
  /** `file:line` of a path of the document. */
  at(path: readonly PropertyKey[]): string;
};

/** Reads the text; an empty file is an empty config. */
export function parseAwoYaml(text: string, file: string): ParsedAwoYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const make = (offset: number, value: string, expected: string): ConfigProblem => {
    const { line, column } = place(offset);
    return { file, line, column, value, expected, message: `${file}:${line}:${column}  ${value}  expected ${expected}` };
  };
  const problemAt = (path: readonly PropertyKey[], expected: string) => make(offsetOf(document, path), shown(valueAt(document, path)), expected);
  const at = (path: readonly PropertyKey[]) => `${file}:${place(offsetOf(document, path)).line}`;

  const syntax = document.errors.map((error) => make(error.pos[0], firstWord(text, error.pos[0]), `YAML (${error.message})`));
  if (syntax.length > 0) return { config: null, problems: syntax, problemAt, at };
  let raw: unknown;
  try {
    raw = document.toJS() ?? {};
  } catch (error) {
    // An alias bomb, or an anchor that is not there.
    return { config: null, problems: [make(0, file, `YAML that can be resolved (${error instanceof Error ? error.message : String(error)})`)], problemAt, at };
  }
  const parsed = AwoYaml.safeParse(raw);
  if (parsed.success) return { config: parsed.data, problems: [], problemAt, at };
  return {
    config: null,
    problems: parsed.error.issues.flatMap((issue) => problemsOf(issue, document, make)).sort((a, b) => a.line - b.line || a.column - b.column),
    problemAt,
    at,
  };
}

/** The error that lists every problem. */
export const badConfig = (problems: readonly ConfigProblem[]): TerminalError =>
  new TerminalError('bad-config', problems.map(({ message }) => message).join('\n'), 'docs/awo.schema.json describes every key; editors check it as you type.');

type Issue = z.core.$ZodIssue;
type Make = (offset: number, value: string, expected: string) => ConfigProblem;

function problemsOf(issue: Issue, document: Document, make: Make): ConfigProblem[] {
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(issue.path);
    return issue.keys.map((key) => {
      const [near] = nearest(key, known, 1);
      return make(offsetOf(document, [...issue.path, key], true), key, near === undefined ? 'no such key' : `one of ${known.join(', ')}; nearest: ${near}`);
    });
  }
  if (issue.code === 'invalid_key') {
    return [make(offsetOf(document, issue.path, true), shown(issue.path.at(-1)), issue.issues.map(({ message }) => message).join(', '))];
  }
  const value = shown(valueAt(document, issue.path));
  return [make(offsetOf(document, issue.path), value, expectation(issue))];
}

function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return article(issue.expected === 'record' ? 'mapping' : issue.expected === 'object' ? 'mapping' : issue.expected === 'array' ? 'list' : issue.expected);
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_union':
      return [...new Set(issue.errors.flat().map(expectation))].join(', or ');
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array'
        ? 'something: it is empty'
        : `${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`;
    case 'too_big':
      return `at most ${issue.maximum}`;
    default:
      return issue.message;
  }
}

const article = (word: string): string => (/^[aeiou]/.test(word) ? `an ${word}` : `a ${word}`);

/** The keys that a mapping may have, from the schema itself. */
function knownKeys(path: readonly PropertyKey[]): string[] {
  let schema: unknown = AwoYaml;
  for (const key of path) schema = child(schema, key);
  const shape = property(unwrapped(schema), 'shape');
  return typeof shape === 'object' && shape !== null ? Object.keys(shape) : [];
}

function child(schema: unknown, key: PropertyKey): unknown {
  const bare = unwrapped(schema);
  const definition = property(bare, 'def');
  return property(property(bare, 'shape'), key) ?? property(definition, 'valueType') ?? property(definition, 'element');
}

function unwrapped(schema: unknown): unknown {
  const inner = property(property(schema, 'def'), 'innerType');
  return inner === undefined ? schema : unwrapped(inner);
}

const property = (value: unknown, key: PropertyKey): unknown => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined);

const valueAt = (document: Document, path: readonly PropertyKey[]): unknown => {
  const node: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
  return isNode(node) ? node.toJS(document) : node;
};

/** Where the value of a path begins, or its key; of what is absent, where its parent begins. */
function offsetOf(document: Document, path: readonly PropertyKey[], key = false): number {
  for (let depth = path.length; depth > 0; depth--) {
    const parent: unknown = depth === 1 ? document.contents : document.getIn(path.slice(0, depth - 1), true);
    const pair = isMap(parent) ? parent.items.find((item) => isScalar(item.key) && String(item.key.value) === String(path[depth - 1])) : undefined;
    if (key && pair && isNode(pair.key)) return startOf(pair.key);
    const node: unknown = document.getIn(path.slice(0, depth), true);
    if (isNode(node)) return startOf(node);
    if (pair && isNode(pair.key)) return startOf(pair.key);
  }
  return document.contents ? startOf(document.contents) : 0;
}

const startOf = (node: Node): number => node.range?.[0] ?? 0;

const shown = (value: unknown): string => {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
};

const firstWord = (text: string, offset: number): string => /\S+/.exec(text.slice(offset))?.[0]?.slice(0, 40) ?? 'end of file';
