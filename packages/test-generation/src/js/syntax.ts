// Parsed JavaScript and TypeScript as plain nodes, and what is read from them everywhere. Pure.
import { parseSync } from 'oxc-parser';
import type { ParseResult } from 'oxc-parser';
import { list, NULL } from '../value.ts';
import type { Value } from '../value.ts';

export type Node = { type: string; start: number; end: number; [key: string]: unknown };

const MAX_CHARACTERS = 1_000_000;
/** oxc recurses natively: deeper nesting than any person writes would end the process. */
const MAX_DEPTH = 300;

/** Null where it cannot be read. */
export function parseJs(source: string, path: string): ParseResult | null {
  if (source.length > MAX_CHARACTERS || tooDeep(source)) return null;
  const ending = /\.([mc]?tsx?)$/.exec(path)?.[1];
  const langs = ending === 'tsx' ? (['tsx'] as const) : ending === undefined ? (['jsx'] as const) : (['ts'] as const);
  for (const lang of langs)
    for (const sourceType of ['module', 'commonjs'] as const) {
      const result = parseSync(path, source, { lang, preserveParens: false, sourceType });
      if (result.errors.every((error) => error.severity !== 'Error')) return result;
    }
  return null;
}

function tooDeep(source: string): boolean {
  let depth = 0;
  let run = 0;
  for (const char of source) {
    if ('([{'.includes(char)) depth += 1;
    else if (')]}'.includes(char)) depth -= 1;
    run = '!~+-'.includes(char) ? run + 1 : 0;
    if (depth > MAX_DEPTH || run > MAX_DEPTH) return true;
  }
  return false;
}

export const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && typeof Reflect.get(value, 'type') === 'string';
export const nodeAt = (node: Node, key: string): Node | null => (isNode(node[key]) ? node[key] : null);
export const nodesAt = (node: Node, key: string): Node[] => (Array.isArray(node[key]) ? node[key].filter(isNode) : []);
export const textAt = (node: Node | null, key: string): string => (node && typeof node[key] === 'string' ? node[key] : '');

/** Every node below and with this one, outer before inner. `into` may refuse to go on below a node. */
export function* walk(root: Node, into: (node: Node) => boolean = () => true): Generator<Node> {
  const open: Node[] = [root];
  for (let node = open.pop(); node; node = open.pop()) {
    yield node;
    if (node !== root && !into(node)) continue;
    const below: Node[] = [];
    for (const [key, value] of Object.entries(node))
      if (key !== 'parent') for (const one of Array.isArray(value) ? value : [value]) if (isNode(one)) below.push(one);
    open.push(...below.toReversed());
  }
}

const LOCATIONS = new Set(['start', 'end', 'range', 'loc', 'raw', 'parent']);

/** Equal for two that differ in comments, quotes and format only. */
export const printOf = (node: unknown): string =>
  JSON.stringify(node, (key, value: unknown) => (LOCATIONS.has(key) || value instanceof RegExp ? undefined : typeof value === 'bigint' ? `${value}n` : value));

export function identifiersIn(root: Node): Set<string> {
  const found = new Set<string>();
  for (const node of walk(root)) if (node.type === 'Identifier' || node.type === 'JSXIdentifier') found.add(textAt(node, 'name'));
  return found;
}

/** The name a property is written with, where it is written. */
export function keyName(node: Node): string | null {
  const key = nodeAt(node, 'key') ?? nodeAt(node, 'property');
  if (!key) return null;
  if (key.type === 'Identifier' && node['computed'] !== true) return textAt(key, 'name');
  return key.type === 'Literal' && typeof key['value'] === 'string' ? key['value'] : null;
}

/** What an expression of literals stands for; null where it is more than that. `known` gives constants of the module. */
export function literalOf(node: Node | null, known: (name: string) => Node | null = () => null, depth = 0): Value | null {
  if (!node || depth > 20) return null;
  const inner = (one: Node | null): Value | null => literalOf(one, known, depth + 1);
  switch (node.type) {
    case 'Literal': {
      const value = node['value'];
      if (value === null && node['regex'] === undefined && node['bigint'] === undefined) return NULL;
      if (typeof node['bigint'] === 'string') return { t: 'big', v: node['bigint'] };
      return typeof value === 'string'
        ? { t: 'str', v: value }
        : typeof value === 'number'
          ? { t: 'num', v: value }
          : typeof value === 'boolean'
            ? { t: 'bool', v: value }
            : null;
    }
    case 'TemplateLiteral': {
      const [only, ...more] = nodesAt(node, 'quasis');
      const cooked = only && more.length === 0 ? (only['value'] as { cooked?: unknown }).cooked : null;
      return typeof cooked === 'string' ? { t: 'str', v: cooked } : null;
    }
    case 'UnaryExpression': {
      const value = inner(nodeAt(node, 'argument'));
      return node['operator'] === '-' && value?.t === 'num' && typeof value.v === 'number' ? { t: 'num', v: -value.v } : null;
    }
    case 'ArrayExpression': {
      const values = nodesAt(node, 'elements').map(inner);
      return values.every((one) => one !== null) ? list(values) : null;
    }
    case 'ObjectExpression': {
      const fields: [string, Value][] = [];
      for (const property of nodesAt(node, 'properties')) {
        const name = keyName(property);
        const value = property.type === 'Property' ? inner(nodeAt(property, 'value')) : null;
        if (name === null || value === null) return null;
        fields.push([name, value]);
      }
      return { t: 'obj', v: fields };
    }
    case 'NewExpression': {
      const [first] = nodesAt(node, 'arguments');
      const text = first?.type === 'Literal' && typeof first['value'] === 'string' ? Date.parse(first['value']) : Number.NaN;
      return textAt(nodeAt(node, 'callee'), 'name') === 'Date' && !Number.isNaN(text) ? { t: 'date', v: new Date(text).toISOString() } : null;
    }
    case 'Identifier':
      return textAt(node, 'name') === 'undefined' ? { t: 'undefined' } : inner(known(textAt(node, 'name')));
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
      return inner(nodeAt(node, 'expression'));
    default:
      return null;
  }
}
