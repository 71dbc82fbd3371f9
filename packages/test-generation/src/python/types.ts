// Python annotations as types; classes of fields (dataclass, TypedDict, NamedTuple, pydantic) followed by name. Pure.
import { childAt, children } from '../tree.ts';
import type { Node } from '../tree.ts';
import type { Type } from '../type.ts';
import { constant, union } from '../type.ts';
import { NULL } from '../value.ts';
import { literalOfPython } from './literals.ts';

/** Classes and aliases that the module can name. */
export type PythonScope = { declared(name: string): Node | null; schema(name: string): Type | null };

const MAX_DEPTH = 8;
const PLAIN: Readonly<Record<string, Type>> = {
  int: { k: 'num', int: true },
  float: { k: 'num', int: false },
  str: { k: 'str' },
  bool: { k: 'bool' },
  None: constant(NULL),
  list: { k: 'list', of: { k: 'any' } },
  dict: { k: 'record', of: { k: 'any' } },
  set: { k: 'list', of: { k: 'any' }, as: 'set' },
  bytes: { k: 'union', of: ['b""', 'b"a"', 'b"hello"'].map((v) => constant({ t: 'raw', v })) },
  object: { k: 'any' },
  Any: { k: 'any' },
};
const DECIMALS = ['Decimal("0")', 'Decimal("1")', 'Decimal("19.99")', 'Decimal("-1")', 'Decimal("0.005")', 'Decimal("100")'];
const KNOWN: Readonly<Record<string, Type>> = {
  Decimal: union(DECIMALS.map((v) => constant({ t: 'raw', v }))),
  datetime: union(['datetime(2026, 1, 15, 10, 30)', 'datetime(2024, 2, 29, 23, 59, 59)', 'datetime(1999, 12, 31)'].map((v) => constant({ t: 'raw', v }))),
  date: union(['date(2026, 1, 15)', 'date(2024, 2, 29)', 'date(1999, 12, 31)', 'date(2025, 3, 31)'].map((v) => constant({ t: 'raw', v }))),
  timedelta: union(['timedelta(0)', 'timedelta(days=1)', 'timedelta(hours=36)', 'timedelta(seconds=-1)'].map((v) => constant({ t: 'raw', v }))),
};

export function typeOfPython(node: Node | null, scope: PythonScope, depth = 0): Type {
  if (!node || depth > MAX_DEPTH) return { k: 'any' };
  const inner = (one: Node | null | undefined): Type => typeOfPython(one ?? null, scope, depth + 1);
  switch (node.type) {
    case 'type':
    case 'parenthesized_expression':
      return inner(node.namedChild(0));
    case 'none':
      return constant(NULL);
    case 'string': {
      const text = literalOfPython(node);
      return text?.t === 'str' ? named(text.v, scope, depth) : { k: 'any' };
    }
    case 'identifier':
      return named(node.text, scope, depth);
    case 'attribute':
      return named(childAt(node, 'attribute')?.text ?? '', scope, depth);
    case 'binary_operator':
    case 'union_type':
      return union(children(node).map(inner));
    case 'generic_type': {
      const [name, parameters] = children(node);
      return generic(name?.text ?? '', children(parameters ?? null), inner);
    }
    case 'subscript':
      return generic(
        (childAt(node, 'value')?.text ?? '').replace(/^.*\./, ''),
        node.childrenForFieldName('subscript').filter((one): one is Node => one !== null),
        inner,
      );
    default:
      return { k: 'any' };
  }
}

function generic(name: string, args: readonly Node[], inner: (node: Node | null | undefined) => Type): Type {
  const first = inner(args[0]);
  if (name === 'Optional') return union([first, constant(NULL)]);
  if (name === 'Union') return union(args.map(inner));
  if (name === 'Literal') return union(args.flatMap((arg) => literalOfPython(arg.type === 'type' ? arg.namedChild(0) : arg) ?? []).map(constant));
  if (/^(list|List|Sequence|Iterable|Collection|MutableSequence)$/.test(name)) return { k: 'list', of: first };
  if (/^(set|Set|FrozenSet|frozenset)$/.test(name)) return { k: 'list', of: first, as: 'set' };
  if (/^(tuple|Tuple)$/.test(name)) return args[1]?.text === '...' ? { k: 'list', of: first } : { k: 'tuple', of: args.map(inner), as: 'tuple' };
  if (/^(dict|Dict|Mapping|MutableMapping)$/.test(name))
    return first.k === 'str' || first.k === 'any' ? { k: 'record', of: inner(args[1]) } : { k: 'map', key: first, of: inner(args[1]) };
  if (/^(Callable|Awaitable|Coroutine)$/.test(name)) return { k: 'unsupported', why: 'a function' };
  return /^(Annotated|Final|ClassVar|Required|NotRequired)$/.test(name) ? first : { k: 'any' };
}

function named(name: string, scope: PythonScope, depth: number): Type {
  const node = scope.declared(name);
  if (node?.type === 'class_definition') return classType(node, scope, depth + 1);
  if (node) return typeOfPython(childAt(node, 'right'), scope, depth + 1);
  return (
    PLAIN[name] ??
    KNOWN[name] ??
    scope.schema(name) ??
    (/^[A-Z]/.test(name) ? { k: 'unsupported', why: `a ${name}, which is not declared in this repository` } : { k: 'any' })
  );
}

/** How an object of a class is made: by its fields, or by its constructor. */
export function classType(node: Node, scope: PythonScope, depth = 0): Type {
  const name = childAt(node, 'name')?.text ?? '';
  const above = children(childAt(node, 'superclasses')).map((one) => one.text.replace(/^.*\./, ''));
  const body = children(childAt(node, 'body'));
  const assignments = body.flatMap((one) =>
    one.type === 'expression_statement' && one.namedChild(0)?.type === 'assignment' ? [one.namedChild(0) as Node] : [],
  );
  if (above.some((one) => one.endsWith('Enum')))
    return union(assignments.slice(0, 12).map((one) => constant({ t: 'raw', v: `${name}.${childAt(one, 'left')?.text}` })));
  const decorated = node.parent?.type === 'decorated_definition' ? node.parent.text.slice(0, node.startIndex - node.parent.startIndex) : '';
  if (/dataclass|attrs|define/.test(decorated) || above.some((one) => /^(TypedDict|NamedTuple|BaseModel)$/.test(one))) {
    const fields = assignments
      .filter((one) => childAt(one, 'type') !== null && !/ClassVar|init=False/.test(one.text))
      .map((one) => ({
        name: childAt(one, 'left')?.text ?? '',
        type: typeOfPython(childAt(one, 'type'), scope, depth + 1),
        optional: childAt(one, 'right') !== null || /NotRequired/.test(one.text),
      }));
    return { k: 'obj', fields, ...(above.includes('TypedDict') ? {} : { as: name }) };
  }
  const maker = body
    .map((one) => (one.type === 'decorated_definition' ? childAt(one, 'definition') : one))
    .find((one) => childAt(one ?? null, 'name')?.text === '__init__');
  if (!maker && above.some((one) => !/^(object|ABC|Generic.*)$/.test(one)))
    return { k: 'unsupported', why: `an object of class ${name}, which is made by another class` };
  const parameters = children(childAt(maker ?? null, 'parameters')).slice(1);
  const needed = parameters.filter((one) => one.type === 'identifier' || one.type === 'typed_parameter');
  return {
    k: 'new',
    as: name,
    of: needed.map((one) =>
      one.type === 'typed_parameter' && !one.text.startsWith('*') ? typeOfPython(childAt(one, 'type'), scope, depth + 1) : { k: 'any' },
    ),
  };
}
