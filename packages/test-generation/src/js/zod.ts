// A zod schema, as it is written, as a type. Pure.
import type { Type } from '../type.ts';
import { constant, union } from '../type.ts';
import { NULL } from '../value.ts';
import { keyName, literalOf, nodeAt, nodesAt, textAt } from './syntax.ts';
import type { Node } from './syntax.ts';

/** `z.object({...})`, with whatever is called on it. */
export function isZodSchema(node: Node): boolean {
  let at: Node | null = node;
  while (at?.type === 'CallExpression' || at?.type === 'MemberExpression') at = nodeAt(at, at.type === 'CallExpression' ? 'callee' : 'object');
  return node.type === 'CallExpression' && at?.type === 'Identifier' && textAt(at, 'name') === 'z';
}

export function typeOfZod(node: Node | null, named: (name: string) => Type): Type {
  if (node?.type === 'Identifier') return named(textAt(node, 'name'));
  const callee = node?.type === 'CallExpression' ? nodeAt(node, 'callee') : null;
  if (!node || callee?.type !== 'MemberExpression') return { k: 'any' };
  const [object, method] = [nodeAt(callee, 'object'), keyName(callee) ?? ''];
  const args = nodesAt(node, 'arguments');
  const root = object?.type === 'Identifier' ? textAt(object, 'name') : '';
  if (root === 'z' || (object?.type === 'MemberExpression' && textAt(nodeAt(object, 'object'), 'name') === 'z'))
    return base(root === 'z' ? method : 'number', args, named);
  return refine(typeOfZod(object, named), method, args, named);
}

const FORMATS: Readonly<Record<string, string>> = { email: 'email', uuid: 'uuid', url: 'uri', datetime: 'date-time', date: 'date' };

function base(method: string, args: readonly Node[], named: (name: string) => Type): Type {
  const of = (at: number): Type => typeOfZod(args[at] ?? null, named);
  const values = (node: Node | undefined): Type => union(nodesAt(node ?? { type: '', start: 0, end: 0 }, 'elements').map((one) => typeOfLiteral(one)));
  switch (method) {
    case 'string':
      return { k: 'str' };
    case 'number':
      return { k: 'num' };
    case 'int':
      return { k: 'num', int: true };
    case 'boolean':
      return { k: 'bool' };
    case 'bigint':
      return { k: 'big' };
    case 'date':
      return { k: 'date' };
    case 'null':
      return constant(NULL);
    case 'literal':
      return typeOfLiteral(args[0]);
    case 'enum':
      return values(args[0]);
    case 'array':
      return { k: 'list', of: of(0) };
    case 'set':
      return { k: 'list', of: of(0), as: 'Set' };
    case 'record':
      return { k: 'record', of: of(args.length - 1) };
    case 'map':
      return { k: 'map', key: of(0), of: of(1) };
    case 'optional':
    case 'nullable':
    case 'nullish':
      return refine(of(0), method, [], named);
    case 'tuple':
      return { k: 'tuple', of: nodesAt(args[0] ?? { type: '', start: 0, end: 0 }, 'elements').map((one) => typeOfZod(one, named)), as: 'tuple' };
    case 'union':
    case 'discriminatedUnion':
      return union(nodesAt(args.at(-1) ?? { type: '', start: 0, end: 0 }, 'elements').map((one) => typeOfZod(one, named)));
    case 'object':
    case 'strictObject':
    case 'looseObject':
      return { k: 'obj', fields: fieldsOf(args[0], named) };
    default:
      return FORMATS[method] ? { k: 'str', format: FORMATS[method] } : { k: 'any' };
  }
}

const typeOfLiteral = (node: Node | undefined): Type => {
  const value = literalOf(node ?? null);
  return value ? constant(value) : { k: 'any' };
};

function fieldsOf(node: Node | undefined, named: (name: string) => Type) {
  return (node ? nodesAt(node, 'properties') : []).flatMap((property) => {
    const name = keyName(property);
    const value = nodeAt(property, 'value');
    if (name === null) return [];
    const type = typeOfZod(value, named);
    const optional = type.k === 'union' && type.of.some((one) => one.k === 'const' && one.v.t === 'undefined');
    return [{ name, type, optional }];
  });
}

function refine(type: Type, method: string, args: readonly Node[], named: (name: string) => Type): Type {
  const value = literalOf(args[0] ?? null);
  const limit = value?.t === 'num' && typeof value.v === 'number' ? value.v : undefined;
  if (method === 'optional') return union([type, constant({ t: 'undefined' })]);
  if (method === 'nullable') return union([type, constant(NULL)]);
  if (method === 'nullish') return union([type, constant(NULL), constant({ t: 'undefined' })]);
  if (method === 'array') return { k: 'list', of: type };
  if (method === 'extend' && type.k === 'obj') return { k: 'obj', fields: [...type.fields, ...fieldsOf(args[0], named)] };
  if (method === 'partial' && type.k === 'obj') return { k: 'obj', fields: type.fields.map((field) => ({ ...field, optional: true })) };
  if (type.k === 'str' && FORMATS[method]) return { ...type, format: FORMATS[method] };
  if (type.k !== 'num') return type;
  if (method === 'int') return { ...type, int: true };
  if (method === 'nonnegative') return { ...type, min: 0 };
  if (method === 'positive') return { ...type, min: type.int ? 1 : 0.01 };
  if ((method === 'min' || method === 'gte') && limit !== undefined) return { ...type, min: limit };
  if ((method === 'max' || method === 'lte') && limit !== undefined) return { ...type, max: limit };
  return type;
}
