// Go types as types; those of the package by name, of the standard library where values of them can be written. Pure.
import { childAt, children, walkTree } from '../tree.ts';
import type { Node } from '../tree.ts';
import type { Type } from '../type.ts';
import { constant, union } from '../type.ts';
import { NULL } from '../value.ts';

/** `constants` are the named constants of a type: the members of what other languages call an enumeration. */
export type GoScope = { types: ReadonlyMap<string, Node>; makers: ReadonlyMap<string, Node>; constants: ReadonlyMap<string, string[]> };

const MAX_DEPTH = 6;
const raw = (...expressions: string[]): Type => union(expressions.map((v) => constant({ t: 'raw', v })));
const STANDARD: Readonly<Record<string, Type>> = {
  'time.Time': raw('time.Date(2026, 1, 15, 10, 30, 0, 0, time.UTC)', 'time.Date(2024, 2, 29, 23, 59, 59, 0, time.UTC)', 'time.Time{}'),
  'time.Duration': raw('time.Duration(0)', 'time.Duration(1)', 'time.Second', '90*time.Minute', '48*time.Hour'),
  'context.Context': raw('context.Background()'),
  error: raw('nil', 'errors.New("boom")'),
  'io.Reader': raw('strings.NewReader("")', 'strings.NewReader("a b\\nc")'),
};
const BOUNDS: Readonly<Record<string, [number, number]>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  byte: [0, 255],
  int16: [-32768, 32767],
  uint16: [0, 65535],
  uint: [0, 1e9],
  uint32: [0, 1e9],
  uint64: [0, 1e9],
};

export function typeOfGo(node: Node | null, scope: GoScope, depth = 0): Type {
  if (!node) return { k: 'unsupported', why: 'a type that cannot be read' };
  const inner = (one: Node | null): Type => typeOfGo(one, scope, depth + 1);
  switch (node.type) {
    case 'parenthesized_type':
      return inner(node.namedChild(0));
    case 'type_identifier':
      return named(node.text, scope, depth);
    case 'qualified_type':
      return STANDARD[node.text] ?? { k: 'unsupported', why: `a ${node.text}` };
    case 'slice_type':
      return { k: 'list', of: depth > MAX_DEPTH ? { k: 'unsupported', why: 'it holds itself' } : inner(childAt(node, 'element')), as: node.text };
    case 'map_type':
      return { k: 'map', key: inner(childAt(node, 'key')), of: inner(childAt(node, 'value')), as: node.text };
    case 'array_type': {
      const length = Number(childAt(node, 'length')?.text);
      if (!Number.isInteger(length) || length > 8) return { k: 'unsupported', why: `a ${node.text}` };
      return { k: 'tuple', of: Array.from({ length }, () => inner(childAt(node, 'element'))), as: node.text };
    }
    case 'pointer_type': {
      const target = node.namedChild(0);
      const type = depth > MAX_DEPTH ? null : inner(target);
      // A receiver that is nil is nobody's wish; elsewhere nil is what people pass for nothing.
      if (type?.k === 'obj') return depth === 0 ? { ...type, as: `&${type.as}` } : union([{ ...type, as: `&${type.as}` }, constant(NULL)]);
      return depth === 0 ? { k: 'unsupported', why: `a ${node.text}` } : constant(NULL);
    }
    case 'interface_type':
      return children(node).length === 0 ? raw('1', '"a"', 'nil', '2.5', 'true') : { k: 'unsupported', why: 'an interface' };
    case 'struct_type':
      return { k: 'unsupported', why: 'a struct without a name' };
    default:
      return { k: 'unsupported', why: node.type === 'function_type' ? 'a function' : `a ${node.text}` };
  }
}

function named(name: string, scope: GoScope, depth: number): Type {
  const own = scope.types.get(name);
  if (own && depth <= MAX_DEPTH) {
    if (own.type === 'struct_type') return { k: 'obj', fields: fieldsOf(own, scope, depth), as: name };
    const members = scope.constants.get(name) ?? [];
    const base = typeOfGo(own, scope, depth + 1);
    const plain: Type = base.k === 'num' || base.k === 'str' || base.k === 'bool' || base.k === 'list' || base.k === 'map' ? { ...base, as: name } : base;
    return members.length > 0 ? union([...members.map((v) => constant({ t: 'raw', v })), plain]) : plain;
  }
  if (own) return { k: 'unsupported', why: `${name} holds itself` };
  if (/^(u?int(8|16|32|64)?|byte|rune)$/.test(name)) {
    const [min, max] = BOUNDS[name] ?? [];
    return { k: 'num', int: true, as: name, ...(min === undefined ? {} : { min, max }) };
  }
  if (/^float(32|64)$/.test(name)) return { k: 'num', as: name };
  if (name === 'string') return { k: 'str', as: name };
  if (name === 'bool') return { k: 'bool', as: name };
  if (name === 'any') return raw('1', '"a"', 'nil', '2.5', 'true');
  return STANDARD[name] ?? { k: 'unsupported', why: `a ${name}, which is not declared in this package` };
}

/** A field whose values cannot be written is left at its zero value, as people leave it. */
function fieldsOf(struct: Node, scope: GoScope, depth: number) {
  return children(struct.namedChild(0)).flatMap((field) => {
    const type = typeOfGo(childAt(field, 'type'), scope, depth + 1);
    return field.childrenForFieldName('name').flatMap((name) => (name ? [{ name: name.text, type, optional: type.k === 'unsupported' }] : []));
  });
}

/** `const ( Open Status = "open"; ... )` by the type; in a group with iota the type stands at the first only. */
export function constantsByType(roots: readonly Node[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const root of roots)
    for (const group of children(root)) {
      if (group.type !== 'const_declaration') continue;
      let type = '';
      for (const spec of walkTree(group)) {
        if (spec.type !== 'const_spec') continue;
        type = childAt(spec, 'type')?.text ?? (childAt(spec, 'value') ? '' : type);
        const name = childAt(spec, 'name')?.text ?? '_';
        if (type !== '' && name !== '_') found.set(type, [...(found.get(type) ?? []), name].slice(0, 12));
      }
    }
  return found;
}
