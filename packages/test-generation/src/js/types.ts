// TypeScript annotations, JSDoc and zod schemas as types, names followed through the files that they are imported from.
import type { Type } from '../type.ts';
import { constant, union } from '../type.ts';
import { NULL, num, str } from '../value.ts';
import { isNode, keyName, literalOf, nodeAt, nodesAt, parseJs, textAt } from './syntax.ts';
import type { Node } from './syntax.ts';
import { isZodSchema, typeOfZod } from './zod.ts';

/** A module's names, and how another module is found. `schema` knows names of JSON Schemas and OpenAPI. */
export type Scope = {
  declared(name: string): Node | null;
  imported(name: string): { scope: Scope; name: string } | null;
  schema(name: string): Type | null;
};
export type Files = { read(from: string, spec: string): { path: string; source: string } | null };

const MAX_DEPTH = 6;
const UNDEFINED = constant({ t: 'undefined' });

export function scopeOf(program: Node, path: string, files: Files, schema: Scope['schema'], opened = new Map<string, Scope>()): Scope {
  const declared = new Map<string, Node>();
  const imported = new Map<string, { spec: string; name: string }>();
  for (const statement of nodesAt(program, 'body')) {
    const inner = statement.type.startsWith('Export') ? (nodeAt(statement, 'declaration') ?? statement) : statement;
    if (inner.type === 'ImportDeclaration')
      for (const one of nodesAt(inner, 'specifiers'))
        imported.set(textAt(nodeAt(one, 'local'), 'name'), {
          spec: String(nodeAt(inner, 'source')?.['value'] ?? ''),
          name: one.type === 'ImportSpecifier' ? textAt(nodeAt(one, 'imported'), 'name') : 'default',
        });
    else if (inner.type === 'VariableDeclaration') for (const one of nodesAt(inner, 'declarations')) declared.set(textAt(nodeAt(one, 'id'), 'name'), one);
    else if (nodeAt(inner, 'id')) declared.set(textAt(nodeAt(inner, 'id'), 'name'), inner);
  }
  const scope: Scope = {
    declared: (name) => declared.get(name) ?? null,
    imported(name) {
      const from = imported.get(name);
      const file = from && files.read(path, from.spec);
      if (!from || !file) return null;
      const known = opened.get(file.path);
      if (known) return { scope: known, name: from.name };
      const parsed = parseJs(file.source, file.path);
      return parsed ? { scope: scopeOf(parsed.program as unknown as Node, file.path, files, schema, opened), name: from.name } : null;
    },
    schema,
  };
  opened.set(path, scope);
  return scope;
}

/** The type that a name stands for; null where it is not known. */
function namedType(name: string, scope: Scope, depth = 0): Type | null {
  if (depth > MAX_DEPTH) return { k: 'unsupported', why: `${name} holds itself` };
  const node = scope.declared(name);
  if (node) {
    if (node.type === 'TSTypeAliasDeclaration') return typeOf(nodeAt(node, 'typeAnnotation'), scope, depth + 1);
    if (node.type === 'TSInterfaceDeclaration') {
      const own = members(nodesAt(nodeAt(node, 'body') ?? node, 'body'), scope, depth);
      const above = nodesAt(node, 'extends').map((one) => namedType(textAt(nodeAt(one, 'expression'), 'name'), scope, depth + 1));
      return merge([...above, own]);
    }
    if (node.type === 'TSEnumDeclaration') return enumType(node);
    if (node.type === 'ClassDeclaration') return { k: 'unsupported', why: `an object of class ${name}` };
    const init = nodeAt(node, 'init');
    if (init && isZodSchema(init)) return typeOfZod(init, (other) => zodNamed(other, scope, depth));
  }
  const there = scope.imported(name);
  return (there && namedType(there.name, there.scope, depth + 1)) ?? scope.schema(name);
}

function zodNamed(name: string, scope: Scope, depth: number): Type {
  return (depth > MAX_DEPTH ? null : namedType(name, scope, depth + 1)) ?? { k: 'any' };
}

const BUILT_IN: Readonly<Record<string, Type>> = {
  Date: { k: 'date' },
  Number: { k: 'num' },
  String: { k: 'str' },
  Boolean: { k: 'bool' },
  Object: { k: 'record', of: { k: 'any' } },
  object: { k: 'record', of: { k: 'any' } },
  number: { k: 'num' },
  string: { k: 'str' },
  boolean: { k: 'bool' },
};
const LISTS = /^(Array|ReadonlyArray|Iterable|ArrayLike)$/;

export function typeOf(node: Node | null, scope: Scope, depth = 0): Type {
  if (!node || depth > MAX_DEPTH * 2) return { k: 'any' };
  const inner = (one: Node | null | undefined): Type => typeOf(one ?? null, scope, depth + 1);
  switch (node.type) {
    case 'TSTypeAnnotation':
    case 'TSParenthesizedType':
      return inner(nodeAt(node, 'typeAnnotation'));
    case 'TSNumberKeyword':
      return { k: 'num' };
    case 'TSStringKeyword':
      return { k: 'str' };
    case 'TSBooleanKeyword':
      return { k: 'bool' };
    case 'TSBigIntKeyword':
      return { k: 'big' };
    case 'TSNullKeyword':
      return constant(NULL);
    case 'TSUndefinedKeyword':
    case 'TSVoidKeyword':
      return UNDEFINED;
    case 'TSObjectKeyword':
      return { k: 'record', of: { k: 'any' } };
    case 'TSArrayType':
      return { k: 'list', of: inner(nodeAt(node, 'elementType')) };
    case 'TSTupleType':
      return {
        k: 'tuple',
        of: nodesAt(node, 'elementTypes').map((one) => inner(one.type === 'TSNamedTupleMember' ? nodeAt(one, 'elementType') : one)),
        as: 'tuple',
      };
    case 'TSTypeOperator':
      return inner(nodeAt(node, 'typeAnnotation'));
    case 'TSUnionType':
      return union(nodesAt(node, 'types').map(inner));
    case 'TSIntersectionType':
      return merge(nodesAt(node, 'types').map(inner));
    case 'TSLiteralType': {
      const value = literalOf(nodeAt(node, 'literal'));
      return value ? constant(value) : { k: 'str' };
    }
    case 'TSTypeLiteral':
      return members(nodesAt(node, 'members'), scope, depth);
    case 'TSFunctionType':
      return { k: 'unsupported', why: 'a function' };
    case 'TSTypeReference':
      return reference(node, scope, depth);
    default:
      return { k: 'any' };
  }
}

function reference(node: Node, scope: Scope, depth: number): Type {
  const name = textAt(nodeAt(node, 'typeName'), 'name');
  const args = nodesAt(nodeAt(node, 'typeArguments') ?? node, 'params');
  const of = (at: number): Type => typeOf(args[at] ?? null, scope, depth + 1);
  if (LISTS.test(name)) return { k: 'list', of: of(0) };
  if (/^(Set|ReadonlySet)$/.test(name)) return { k: 'list', of: of(0), as: 'Set' };
  if (/^(Map|ReadonlyMap)$/.test(name)) return { k: 'map', key: of(0), of: of(1) };
  if (name === 'Record') return { k: 'record', of: of(1) };
  if (/^(Readonly|Required|NonNullable|Promise|Awaited)$/.test(name)) return of(0);
  if (name === 'Partial') {
    const whole = of(0);
    return whole.k === 'obj' ? { ...whole, fields: whole.fields.map((field) => ({ ...field, optional: true })) } : whole;
  }
  if (name === 'Pick' || name === 'Omit') {
    const [whole, keys] = [of(0), of(1)];
    const names = new Set((keys.k === 'union' ? keys.of : [keys]).flatMap((one) => (one.k === 'const' && one.v.t === 'str' ? [one.v.v] : [])));
    return whole.k === 'obj' ? { ...whole, fields: whole.fields.filter((field) => names.has(field.name) === (name === 'Pick')) } : whole;
  }
  // `z.infer<typeof Cart>`
  const query = args[0]?.type === 'TSTypeQuery' ? textAt(nodeAt(args[0], 'exprName'), 'name') : '';
  if (query !== '') return namedType(query, scope, depth + 1) ?? { k: 'any' };
  return (
    BUILT_IN[name] ??
    namedType(name, scope, depth + 1) ??
    (name === '' ? { k: 'any' } : { k: 'unsupported', why: `a ${name}, which is not declared in this repository` })
  );
}

function members(nodes: readonly Node[], scope: Scope, depth: number): Type {
  const fields = nodes.flatMap((member) => {
    const name = keyName(member);
    if (name === null || (member.type !== 'TSPropertySignature' && member.type !== 'TSMethodSignature')) return [];
    const type: Type =
      member.type === 'TSMethodSignature' ? { k: 'unsupported', why: 'a function' } : typeOf(nodeAt(member, 'typeAnnotation'), scope, depth + 1);
    return [{ name, type, optional: member['optional'] === true }];
  });
  const index = nodes.find((one) => one.type === 'TSIndexSignature');
  return index && fields.length === 0 ? { k: 'record', of: typeOf(nodeAt(index, 'typeAnnotation'), scope, depth + 1) } : { k: 'obj', fields };
}

const merge = (types: readonly (Type | null)[]): Type => {
  const fields = types.flatMap((type) => (type?.k === 'obj' ? type.fields : []));
  return { k: 'obj', fields: [...new Map(fields.map((field) => [field.name, field])).values()] };
};

function enumType(node: Node): Type {
  let next = 0;
  const values = nodesAt(nodeAt(node, 'body') ?? node, 'members').map((member) => {
    const value = literalOf(nodeAt(member, 'initializer'));
    if (value?.t === 'str') return str(value.v);
    next = value?.t === 'num' && typeof value.v === 'number' ? value.v + 1 : next + 1;
    return num(next - 1);
  });
  return union(values.map(constant));
}

/** `@param {number[]} prices` and `@param {string} [name]` in the comment before a function. */
export function jsDocTypes(comment: string, scope: Scope): Map<string, { type: Type; optional: boolean }> {
  const found = new Map<string, { type: Type; optional: boolean }>();
  for (const [, text = '', open, name = ''] of comment.matchAll(/@param\s+\{([^}]*(?:\{[^}]*\}[^}]*)?)\}\s+(\[?)([\w$]+)/g)) {
    const plain = text
      .replace(/=$/, '')
      .replace(/^\?(.+)$/, '$1|null')
      .replaceAll(/\bArray\.</g, 'Array<')
      .replaceAll(/\bObject\.</g, 'Record<');
    const parsed = parseJs(`type T = ${plain};`, 'doc.ts');
    const [alias] = parsed ? nodesAt(parsed.program as unknown as Node, 'body') : [];
    if (isNode(alias)) found.set(name, { type: typeOf(nodeAt(alias, 'typeAnnotation'), scope), optional: open === '[' || text.endsWith('=') });
  }
  return found;
}
