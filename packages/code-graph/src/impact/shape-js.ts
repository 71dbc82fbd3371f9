// The shape of a JavaScript or TypeScript module, by oxc. Pure.
import { parseSync, type ParseResult, type Program } from 'oxc-parser';
import { mayNestTooDeep } from '../parse-js.ts';
import type { Declaration, ModuleShape } from './module-shape.ts';
import { addCommonJs, looksLikeCommonJs, narrowWholeImports } from './shape-commonjs.ts';

type Statement = Program['body'][number];
export type Plain = { type?: string; [key: string]: unknown };

/** Where and how something is written, not what. */
export const LOCATIONS = new Set(['start', 'end', 'range', 'loc', 'raw', 'parent', 'hashbang']);
const TYPESCRIPT = /^[mc]?ts$/;

/** Null where the source cannot be parsed, or is nested too deep to be walked here. */
export function shapeOfJs(source: string, ending: string): ModuleShape | null {
  if (mayNestTooDeep(source)) return null;
  const result = parsed(source, ending);
  if (!result) return null;
  const shape: ModuleShape = { declarations: [], imports: [], exports: new Map(), reexports: [], opaque: false };
  const isModule = result.module.staticImports.length + result.module.staticExports.length > 0 || /\bexport\s*=|\bimport\s+\w+\s*=/.test(source);
  if (!isModule && looksLikeCommonJs(source)) {
    shape.opaque = !addCommonJs(shape, result.program.body, source, declarationsOf) || /\beval\s*\(|^this\.\w+\s*=/m.test(source);
    return shape;
  }
  for (const statement of result.program.body) addStatement(shape, statement);
  for (const one of result.module.staticImports) {
    const spec = one.moduleRequest.value;
    if (one.entries.length === 0) shape.imports.push({ spec, imported: null, local: '' });
    for (const { importName, localName } of one.entries)
      shape.imports.push({
        spec,
        imported: importName.kind === 'NamespaceObject' ? '*' : importName.kind === 'Default' ? 'default' : (importName.name ?? '*'),
        local: localName.value,
      });
  }
  for (const one of result.module.staticExports)
    for (const { moduleRequest, importName, exportName, localName } of one.entries) {
      const exported = exportName.kind === 'Default' ? 'default' : (exportName.name ?? '*');
      if (moduleRequest) shape.reexports.push({ spec: moduleRequest.value, imported: importName.kind === 'Name' ? (importName.name ?? '*') : '*', exported });
      else shape.exports.set(exported, localName.kind === 'Name' ? (localName.name ?? 'default') : 'default');
    }
  if (shape.imports.some(({ imported }) => imported === '*')) {
    const bare = new Set<string>();
    referencesIn(
      result.program.body.filter(({ type }) => type !== 'ImportDeclaration'),
      bare,
    );
    narrowWholeImports(shape, bare);
  }
  shape.opaque = /\bmodule\.exports\b|\bexports\.\w|\bexports\[|\beval\s*\(|\bexport\s*=/.test(source);
  return shape;
}

/** Null where the source cannot be parsed. */
export function parsed(source: string, ending: string): ParseResult | null {
  const lang = ending === 'tsx' ? 'tsx' : TYPESCRIPT.test(ending) ? 'ts' : 'jsx';
  for (const sourceType of ['module', 'commonjs'] as const) {
    const result = parseSync(`file.${ending}`, source, { lang, preserveParens: false, sourceType });
    if (result.errors.every((error) => error.severity !== 'Error')) return result;
  }
  return null;
}

function addStatement(shape: ModuleShape, statement: Statement): void {
  if (statement.type === 'ImportDeclaration' || statement.type === 'ExportAllDeclaration') return;
  if (statement.type === 'EmptyStatement') return;
  if (statement.type === 'ExportNamedDeclaration') {
    if (statement.declaration) shape.declarations.push(...declarationsOf(statement.declaration as unknown as Plain));
    return;
  }
  if (statement.type === 'ExportDefaultDeclaration') {
    const inner = statement.declaration as unknown as Plain;
    const name = nameOf(inner['id']);
    const made = declaration(name === null ? ['default'] : [name, 'default'], inner);
    shape.declarations.push(made);
    return;
  }
  shape.declarations.push(...declarationsOf(statement as unknown as Plain));
}

const NAMED = new Set([
  'FunctionDeclaration',
  'ClassDeclaration',
  'TSInterfaceDeclaration',
  'TSTypeAliasDeclaration',
  'TSEnumDeclaration',
  'TSDeclareFunction',
]);

/** A class with a static block, or a variable without a plain name, runs code: its names still carry the change. */
function declarationsOf(node: Plain): Declaration[] {
  if (NAMED.has(node.type ?? '')) return [declaration(namesIn(node['id']), node)];
  if (node.type === 'VariableDeclaration' && Array.isArray(node['declarations']))
    return (node['declarations'] as Plain[]).map((one) => ({ ...declaration(namesIn(one['id']), one), print: `${String(node['kind'])} ${printOf(one)}` }));
  return [{ ...declaration([], node), effect: true }];
}

const declaration = (names: string[], node: Plain): Declaration => ({ names, print: printOf(node), refs: referencesIn(node), effect: false, ...spanOf(node) });

export const spanOf = ({ start, end }: Plain): Pick<Declaration, 'span'> =>
  typeof start === 'number' && typeof end === 'number' ? { span: [start, end] } : {};

export const printOf = (node: unknown): string =>
  JSON.stringify(node, (key, value: unknown) =>
    LOCATIONS.has(key) ? undefined : typeof value === 'bigint' ? `${value}n` : value instanceof RegExp ? undefined : value,
  );

function nameOf(id: unknown): string | null {
  const name = typeof id === 'object' && id !== null ? Reflect.get(id, 'name') : null;
  return typeof name === 'string' ? name : null;
}

/** Names bound by an identifier or a pattern. Defaults inside a pattern add names that are not bound: too much is safe. */
const namesIn = (id: unknown): string[] => [...referencesIn(id)].filter((name) => !name.includes('.'));

/**
 * Every identifier below a node; of `a.b` both `a` and `a.b`, and of `module.exports.b` `exports.b`.
 * `bare` takes those that stand for all of what they name, not for a member of it.
 */
export function referencesIn(root: unknown, bare: Set<string> = new Set()): Set<string> {
  const found = new Set<string>();
  const open: unknown[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node === null || typeof node !== 'object') continue;
    if (Array.isArray(node)) {
      for (const one of node) open.push(one ?? null);
      continue;
    }
    const { type, name } = node as Plain;
    if ((type === 'Identifier' || type === 'JSXIdentifier') && typeof name === 'string') {
      found.add(name);
      bare.add(name);
    }
    const member = type === 'MemberExpression' && Reflect.get(node, 'computed') === false ? memberOf(node as Plain) : null;
    if (member !== null) {
      const [object = '', property] = member;
      found.add(object);
      if (property === undefined) bare.add(object);
      else found.add(`${object}.${property}`);
      continue;
    }
    for (const [key, value] of Object.entries(node)) {
      if (LOCATIONS.has(key) || typeof value !== 'object' || value === null) continue;
      if (key === 'property' && type === 'MemberExpression' && Reflect.get(node, 'computed') === false) continue;
      if (key === 'key' && type === 'Property' && Reflect.get(node, 'computed') === false && Reflect.get(node, 'shorthand') === false) continue;
      open.push(value);
    }
  }
  return found;
}

/** `a.b` as its two parts, `module.exports` as the one thing that it is. Null where the object is no plain name. */
function memberOf(node: Plain): [object: string, property?: string] | null {
  const [object, property] = [node['object'], nameOf(node['property'])];
  if (typeof object !== 'object' || object === null || property === null) return null;
  const { type } = object as Plain;
  const name = type === 'Identifier' ? nameOf(object) : null;
  if (name !== null) return name === 'module' && property === 'exports' ? ['exports'] : [name, property];
  const inner = type === 'MemberExpression' && Reflect.get(object, 'computed') === false ? memberOf(object as Plain) : null;
  return inner?.length === 1 ? [inner[0], property] : null;
}
