// The shape of a CommonJS module: what it requires and what it exports, by name where the source tells. Pure.
import type { Declaration, ModuleShape } from './module-shape.ts';
import { type Plain, printOf, referencesIn, spanOf } from './shape-js.ts';

/** Stands for all that a module exports: the default of whoever imports it. */
const WHOLE = '=exports';
const WRITES = /\b(?:module\.)?exports(?:\.[\w$]+|\[[^\]\n]*\])*\s*=(?![=>])/g;

export const looksLikeCommonJs = (source: string): boolean => /\bmodule\.exports\b|\bexports[.[]|\brequire\s*\(/.test(source);

/** Fills in `shape`. False where exports are made in a way that names do not tell. */
export function addCommonJs(shape: ModuleShape, body: readonly unknown[], source: string, declarationsOf: (node: Plain) => Declaration[]): boolean {
  let writes = 0;
  let known = true;
  const keys = new Set<string>();
  const own = new Set<string>();
  const bare = new Set<string>();
  const declare = (names: string[], value: unknown): void => {
    const refs = referencesIn(value, bare);
    requiresIn(value, shape, refs);
    const node = plain(value);
    shape.declarations.push({ names, print: printOf(value), refs, effect: false, ...(node ? spanOf(node) : {}) });
  };
  const exportName = (key: string, value: unknown): void => {
    keys.add(key);
    shape.exports.set(key, `exports.${key}`);
    declare([`exports.${key}`], value);
  };
  const exportWhole = (value: unknown): void => {
    const node = plain(value);
    if (node?.type !== 'ObjectExpression' || !Array.isArray(node['properties'])) {
      const spec = specOf(node);
      if (spec !== null) shape.reexports.push({ spec, imported: '*', exported: '*' });
      return declare([WHOLE], value);
    }
    for (const property of node['properties'] as Plain[]) {
      const key = property.type === 'Property' && property['computed'] === false ? keyOf(property['key']) : null;
      const spec = property.type === 'SpreadElement' ? specOf(plain(property['argument'])) : null;
      if (key !== null) exportName(key, property['value']);
      else if (spec !== null) shape.reexports.push({ spec, imported: '*', exported: '*' });
      else known = false;
    }
  };
  /** `exports.a = exports.b = value` and `x = module.exports = value`: every target gets the value. */
  const assign = (node: Plain): boolean => {
    const targets: string[] = [];
    let value: unknown = node;
    for (let one = plain(value); one?.type === 'AssignmentExpression' && one['operator'] === '='; one = plain(value)) {
      const target = memberName(one['left']);
      if (target === null) break;
      targets.push(target);
      value = one['right'];
    }
    const exported = targets.filter((target) => target === 'exports' || target.startsWith('exports.'));
    if (exported.length > 0 && exported.every((target) => target.split('.').length <= 2)) {
      writes += exported.length;
      for (const target of new Set(exported))
        if (target === 'exports') exportWhole(value);
        else exportName(target.slice('exports.'.length), value);
      return true;
    }
    const [object] = targets[0]?.split('.') ?? [];
    // A property of something that the file itself declares is part of it.
    if (targets.length === 1 && object !== undefined && own.has(object) && targets[0] !== object) {
      declare([object], node);
      return true;
    }
    return false;
  };
  for (const statement of body as Plain[]) for (const name of declaredIn(statement)) own.add(name);
  for (const statement of body as Plain[]) {
    const expression = statement.type === 'ExpressionStatement' ? plain(statement['expression']) : null;
    if (expression?.type === 'AssignmentExpression' && assign(expression)) continue;
    if (expression && isEsModuleMark(expression)) continue;
    const spec = expression ? specOf(expression) : null;
    if (spec !== null) shape.imports.push({ spec, imported: null, local: '' });
    else if (statement.type === 'VariableDeclaration' && Array.isArray(statement['declarations']))
      for (const one of statement['declarations'] as Plain[]) {
        const init = plain(one['init']);
        if (addRequire(shape, one['id'], init)) continue;
        const chained = init?.type === 'AssignmentExpression' && assign(init);
        if (chained)
          shape.declarations.push({
            names: declaredIn(statement),
            print: 'exported',
            refs: new Set([...keys].map((key) => `exports.${key}`).concat(WHOLE)),
            effect: false,
          });
        else addAll(declarationsOf({ ...statement, declarations: [one] }), one);
      }
    else addAll(declarationsOf(statement), statement);
  }
  function addAll(made: readonly Declaration[], node: unknown): void {
    for (const one of made) {
      const refs = referencesIn(node, bare);
      requiresIn(node, shape, refs);
      shape.declarations.push({ ...one, refs });
    }
  }
  if (keys.size > 0 || shape.declarations.some(({ names }) => names.includes(WHOLE))) {
    shape.exports.set('default', WHOLE);
    shape.declarations.push({ names: [WHOLE], print: '', refs: new Set([...keys].map((key) => `exports.${key}`)), effect: false });
  }
  narrowWholeImports(shape, bare);
  return known && !bare.has('exports') && writes === (source.match(WRITES)?.length ?? 0);
}

/**
 * Of a module that is taken whole and used by its members alone, only these count.
 * Also for `import * as x`.
 */
export function narrowWholeImports(shape: ModuleShape, bare: ReadonlySet<string>): void {
  const given = new Set(shape.exports.values());
  const members = new Set(shape.declarations.flatMap(({ refs }) => [...refs].filter((ref) => ref.includes('.'))));
  shape.imports = shape.imports.flatMap((one) => {
    if (one.imported !== '*' || one.local.startsWith('=') || bare.has(one.local) || given.has(one.local)) return [one];
    const used = [...members].filter((ref) => ref.startsWith(`${one.local}.`)).toSorted();
    if (used.length === 0) return [{ spec: one.spec, imported: null, local: '' }];
    return used.map((local) => ({ spec: one.spec, imported: local.slice(one.local.length + 1), local }));
  });
}

const plain = (node: unknown): Plain | null => (typeof node === 'object' && node !== null && !Array.isArray(node) ? (node as Plain) : null);

function keyOf(node: unknown): string | null {
  const key = plain(node);
  const name = key?.type === 'Identifier' ? key['name'] : key?.type === 'Literal' ? key['value'] : null;
  return typeof name === 'string' ? name : null;
}

/** `a`, `a.b`, `a.b.c` as text; `module.exports` is `exports`. Null for anything computed. */
function memberName(node: unknown): string | null {
  const one = plain(node);
  if (one?.type === 'Identifier') return typeof one['name'] === 'string' ? one['name'] : null;
  if (one?.type !== 'MemberExpression' || one['computed'] !== false) return null;
  const [object, property] = [memberName(one['object']), keyOf(one['property'])];
  if (object === null || property === null) return null;
  return object === 'module' && property === 'exports' ? 'exports' : `${object}.${property}`;
}

/** The module that `require('x')` names. */
function specOf(node: Plain | null): string | null {
  if (node?.type !== 'CallExpression' || memberName(node['callee']) !== 'require' || !Array.isArray(node['arguments'])) return null;
  const first = plain((node['arguments'] as unknown[])[0]);
  return first?.type === 'Literal' && typeof first['value'] === 'string' ? first['value'] : null;
}

/** `const x = require('a')`, `const { x, y: z } = require('a')`, `const x = require('a').x`. */
function addRequire(shape: ModuleShape, id: unknown, init: Plain | null): boolean {
  const member = init?.type === 'MemberExpression' && init['computed'] === false ? keyOf(init['property']) : null;
  const spec = specOf(member === null ? init : plain(init?.['object']));
  const target = plain(id);
  if (spec === null || target === null) return false;
  const name = memberName(target);
  if (name !== null) {
    shape.imports.push({ spec, imported: member ?? '*', local: name });
    return true;
  }
  if (target.type !== 'ObjectPattern' || !Array.isArray(target['properties'])) return false;
  const found: { imported: string; local: string }[] = [];
  for (const property of target['properties'] as Plain[]) {
    const imported = member ?? (property.type === 'Property' && property['computed'] === false ? keyOf(property['key']) : '*');
    if (imported === null) return false;
    for (const local of referencesIn(property['value'] ?? property['argument'], new Set())) if (!local.includes('.')) found.push({ imported, local });
  }
  for (const one of found) shape.imports.push({ spec, ...one });
  return true;
}

/** A require inside of a function or an expression: what it is in depends on all of that module, or on the one member that is taken. */
function requiresIn(root: unknown, shape: ModuleShape, refs: Set<string>): void {
  const open: { node: unknown; member: string | null }[] = [{ node: root, member: null }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, member } = next;
    if (Array.isArray(node)) open.push(...node.map((one: unknown) => ({ node: one, member: null })));
    const one = plain(node);
    if (!one) continue;
    const spec = specOf(one);
    if (spec !== null) {
      const local = `=require:${spec}${member === null ? '' : `.${member}`}`;
      if (!shape.imports.some((known) => known.local === local)) shape.imports.push({ spec, imported: member ?? '*', local });
      refs.add(local);
      continue;
    }
    const property = one.type === 'MemberExpression' && one['computed'] === false ? keyOf(one['property']) : null;
    for (const [key, value] of Object.entries(one)) if (typeof value === 'object') open.push({ node: value, member: key === 'object' ? property : null });
  }
}

function declaredIn(statement: Plain): string[] {
  if (statement.type === 'VariableDeclaration' && Array.isArray(statement['declarations']))
    return (statement['declarations'] as Plain[]).flatMap((one) => memberName(one['id']) ?? []);
  return /^(Function|Class)Declaration$/.test(statement.type ?? '') ? [memberName(statement['id']) ?? ''] : [];
}

/** `Object.defineProperty(exports, '__esModule', { value: true })`. */
const isEsModuleMark = (node: Plain): boolean =>
  node.type === 'CallExpression' &&
  memberName(node['callee']) === 'Object.defineProperty' &&
  JSON.stringify(node['arguments'] ?? null).includes('"__esModule"');
