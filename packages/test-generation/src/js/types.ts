// TypeScript annotations, JSDoc and zod schemas as types, names followed through the files that they are imported from. Pure.
import type { Type } from '../type.ts';
import { constant, union } from '../type.ts';
import { NULL, num, str } from '../value.ts';
import type { Scope } from './scope.ts';
import { isNode, keyName, literalOf, nodeAt, nodesAt, parseJs, textAt } from './syntax.ts';
import type { Node } from './syntax.ts';
import { isZodSchema, typeOfZod } from './zod.ts';

/** Names that are open at once: an order has lines, a line a product, a product a price. */
const MAX_NAMES = 8;
/** A type that holds itself is followed into itself once. */
const MAX_SAME = 2;
/** Types that all hold each other would be followed in every order. */
const MAX_RESOLVED = 300;
const MAX_DEPTH = 60;
const UNDEFINED = constant({ t: 'undefined' });

/** How a type was come to: what is open above it, and how much may still be followed. */
type Way = { names: readonly string[]; depth: number; room: { left: number } };
const start = (): Way => ({ names: [], depth: 0, room: { left: MAX_RESOLVED } });
const deeper = (way: Way): Way => ({ ...way, depth: way.depth + 1 });

/** The type that a name stands for; null where it is not known. */
function namedType(name: string, scope: Scope, above: Way): Type | null {
  const same = above.names.filter((one) => one === name).length;
  if (same >= MAX_SAME || above.names.length >= MAX_NAMES) return { k: 'unsupported', why: `${name} holds itself` };
  if (above.room.left-- <= 0) return { k: 'unsupported', why: `${above.names[0] ?? name} holds too much` };
  const way: Way = { ...above, names: [...above.names, name] };
  const node = scope.declared(name);
  if (node) {
    if (node.type === 'TSTypeAliasDeclaration') return typeOf(nodeAt(node, 'typeAnnotation'), scope, way);
    if (node.type === 'TSInterfaceDeclaration') {
      const own = members(nodesAt(nodeAt(node, 'body') ?? node, 'body'), scope, way);
      const parents = nodesAt(node, 'extends').map((one) => namedType(textAt(nodeAt(one, 'expression'), 'name'), scope, way));
      return merge([...parents, own]);
    }
    if (node.type === 'TSEnumDeclaration') return enumType(node);
    if (node.type === 'ClassDeclaration') return { k: 'unsupported', why: `an object of class ${name}` };
    const init = nodeAt(node, 'init');
    if (init && isZodSchema(init)) return typeOfZod(init, (other) => namedType(other, scope, way) ?? { k: 'any' });
  }
  const there = scope.imported(name);
  // The name it was imported by is the same type: it counts once.
  return (there && namedType(there.name, there.scope, above)) ?? scope.schema(name);
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

export function typeOf(node: Node | null, scope: Scope, way: Way = start()): Type {
  if (!node || way.depth > MAX_DEPTH) return { k: 'any' };
  const inner = (one: Node | null | undefined): Type => typeOf(one ?? null, scope, deeper(way));
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
      return members(nodesAt(node, 'members'), scope, way);
    case 'TSFunctionType':
      return { k: 'unsupported', why: 'a function' };
    case 'TSTypeReference':
      return reference(node, scope, way);
    default:
      return { k: 'any' };
  }
}

function reference(node: Node, scope: Scope, way: Way): Type {
  const name = textAt(nodeAt(node, 'typeName'), 'name');
  const args = nodesAt(nodeAt(node, 'typeArguments') ?? node, 'params');
  const of = (at: number): Type => typeOf(args[at] ?? null, scope, deeper(way));
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
  if (query !== '') return namedType(query, scope, way) ?? { k: 'any' };
  return (
    BUILT_IN[name] ??
    namedType(name, scope, way) ??
    (name === '' ? { k: 'any' } : { k: 'unsupported', why: `a ${name}, which is not declared in this repository` })
  );
}

function members(nodes: readonly Node[], scope: Scope, way: Way): Type {
  const fields = nodes.flatMap((member) => {
    const name = keyName(member);
    if (name === null || (member.type !== 'TSPropertySignature' && member.type !== 'TSMethodSignature')) return [];
    const type: Type =
      member.type === 'TSMethodSignature' ? { k: 'unsupported', why: 'a function' } : typeOf(nodeAt(member, 'typeAnnotation'), scope, deeper(way));
    return [{ name, type, optional: member['optional'] === true }];
  });
  const index = nodes.find((one) => one.type === 'TSIndexSignature');
  return index && fields.length === 0 ? { k: 'record', of: typeOf(nodeAt(index, 'typeAnnotation'), scope, deeper(way)) } : { k: 'obj', fields };
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
