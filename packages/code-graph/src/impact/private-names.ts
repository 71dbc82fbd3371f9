// Whether two versions of a module differ in nothing but names that nobody outside can see. Pure.
import { LOCATIONS, parsed, type Plain } from './shape-js.ts';

/**
 * Every name that the module binds and does not export is replaced by its place of first use: two versions are the same if the rest is.
 * Names of classes stay, since frameworks read them at run time.
 */
export function sameButForPrivateNames(before: string, after: string, ending: string): boolean {
  const then = canonical(before, ending);
  return then !== null && then === canonical(after, ending);
}

function canonical(source: string, ending: string): string | null {
  // Names that code can reach by text are not private.
  if (/\beval\s*\(|\bwith\s*\(|\.name\b|\btoString\s*\(/.test(source)) return null;
  const result = parsed(source, ending);
  if (!result) return null;
  const bound = new Set<string>();
  const fixed = new Set<string>();
  for (const one of result.module.staticExports) for (const { localName } of one.entries) if (localName.name !== null) fixed.add(localName.name);
  collect(result.program.body, bound, fixed);
  const order = new Map<string, number>();
  const renamed = (name: string): string => {
    if (!bound.has(name) || fixed.has(name)) return name;
    const at = order.get(name) ?? order.size;
    order.set(name, at);
    return `#${at}`;
  };
  return JSON.stringify(plain(result.program.body, renamed));
}

const isObject = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Names of variables, parameters, functions and imports; those of classes and types are kept as they are. */
function collect(root: unknown, bound: Set<string>, fixed: Set<string>): void {
  const open: unknown[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (Array.isArray(node)) for (const one of node) open.push(one ?? null);
    if (!isObject(node)) continue;
    const { type } = node;
    if (type === 'VariableDeclarator' || type === 'CatchClause') bindings(node[type === 'CatchClause' ? 'param' : 'id'], bound);
    if (type === 'FunctionDeclaration' || type === 'FunctionExpression') bindings(node['id'], bound);
    if (type === 'FunctionDeclaration' || type === 'FunctionExpression' || type === 'ArrowFunctionExpression') bindings(node['params'], bound);
    if (type === 'ImportSpecifier' || type === 'ImportDefaultSpecifier' || type === 'ImportNamespaceSpecifier') bindings(node['local'], bound);
    if (type?.startsWith('Class') || type?.startsWith('TS')) bindings(node['id'], fixed);
    for (const [key, value] of Object.entries(node)) if (!LOCATIONS.has(key) && typeof value === 'object' && value !== null) open.push(value);
  }
}

/** The names that a pattern binds. */
function bindings(pattern: unknown, into: Set<string>): void {
  if (Array.isArray(pattern)) for (const one of pattern) bindings(one, into);
  if (!isObject(pattern)) return;
  if (pattern.type === 'Identifier' && typeof pattern['name'] === 'string') into.add(pattern['name']);
  for (const key of ['left', 'argument', 'value', 'elements', 'properties', 'items'])
    if (pattern.type !== 'Identifier' && pattern[key] !== undefined) bindings(pattern[key], into);
}

function plain(node: unknown, renamed: (name: string) => string, literalKey = false): unknown {
  if (Array.isArray(node)) return node.map((one) => plain(one, renamed));
  if (typeof node === 'bigint') return `${node}n`;
  if (!isObject(node) || node instanceof RegExp) return isObject(node) ? null : node;
  const { type } = node;
  const out: Plain = {};
  for (const [key, value] of Object.entries(node)) {
    if (LOCATIONS.has(key)) continue;
    // `{ a }` and `{ a: b }` are the same once b is renamed: how it is written does not count, the key does.
    if (key === 'shorthand') continue;
    const isKey = node['computed'] === false && ((key === 'property' && type === 'MemberExpression') || (key === 'key' && value !== null));
    const outward = key === 'imported' || key === 'exported' || key === 'label' || (key === 'name' && type === 'JSXAttribute');
    if (key === 'name' && typeof value === 'string' && (type === 'Identifier' || type === 'JSXIdentifier')) out[key] = literalKey ? value : renamed(value);
    else out[key] = plain(value, renamed, isKey || outward);
  }
  return out;
}
