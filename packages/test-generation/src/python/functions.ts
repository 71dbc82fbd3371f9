// The functions of a Python module and what they are made of. Pure but for loading the grammar and reading imported modules.
import type { Callable, Module, Parameter } from '../callable.ts';
import { guessByName, knowsSomething, typeOfHint } from '../inputs/hint.ts';
import { childAt, children, identifiersInTree, printTree, walkTree, withTrees } from '../tree.ts';
import type { Node } from '../tree.ts';
import type { Type } from '../type.ts';
import { union } from '../type.ts';
import type { Value } from '../value.ts';
import { literalOfPython } from './literals.ts';
import { classType, typeOfPython } from './types.ts';
import type { PythonScope } from './types.ts';
import { hintsOfPython } from './usage.ts';

/** The text of a module of the repository, by its dotted name as it stands in an import. */
export type PythonFiles = (spec: string) => string | null;

/** Null where it cannot be read. */
export async function readPythonModule(source: string, files: PythonFiles, schema: PythonScope['schema']): Promise<Module | null> {
  const imported = [...source.matchAll(/^from\s+([.\w]+)\s+import\b/gm)].flatMap(([, spec = '']) => files(spec) ?? []).slice(0, 8);
  return withTrees('python', [source, ...imported], ([root, ...others]) => {
    if (!root) return null;
    const foreign = new Map(others.flatMap((other) => (other ? [...topLevel(other)] : [])));
    return readModule(root, (name) => foreign.get(name) ?? null, schema);
  });
}

type Outer = (name: string) => Node | null;

function topLevel(root: Node): Map<string, Node> {
  const found = new Map<string, Node>();
  for (const node of children(root)) {
    const inner = node.type === 'decorated_definition' ? childAt(node, 'definition') : node.type === 'expression_statement' ? node.namedChild(0) : node;
    const name = inner?.type === 'assignment' ? childAt(inner, 'left')?.text : childAt(inner, 'name')?.text;
    if (inner && name !== undefined && /^(function_definition|class_definition|assignment)$/.test(inner.type)) found.set(name, inner);
  }
  return found;
}

function readModule(root: Node, outer: Outer, schema: PythonScope['schema']): Module {
  const declared = topLevel(root);
  const scope: PythonScope = { declared: (name) => declared.get(name) ?? outer(name), schema };
  const local = (name: string): Node | null => (declared.get(name)?.type === 'function_definition' ? (declared.get(name) ?? null) : null);
  const callables: Callable[] = [];
  for (const [name, node] of declared) {
    if (name.startsWith('_')) continue;
    if (node.type === 'function_definition') callables.push(callable(name, [name], null, node, node, scope, local));
    if (node.type === 'class_definition') callables.push(...methodsOf(name, node, scope, local));
  }
  const statements = new Map([...declared].map(([name, node]) => [name, { print: printTree(whole(node)), refs: identifiersInTree(node) }]));
  for (const node of children(root))
    if (node.type.startsWith('import'))
      for (const name of identifiersInTree(node)) statements.set(name, statements.get(name) ?? { print: printTree(node), refs: new Set() });
  const loose = children(root).filter(
    (node) => node.type === 'expression_statement' && node.namedChild(0)?.type !== 'assignment' && node.namedChild(0)?.type !== 'string',
  );
  if (loose.length > 0) statements.set('(loading)', { print: loose.map(printTree).join('\n'), refs: new Set() });
  return { callables, statements, literals: literalsIn(root) };
}

/** With its decorators. */
const whole = (node: Node): Node => (node.parent?.type === 'decorated_definition' ? node.parent : node);

function methodsOf(owner: string, node: Node, scope: PythonScope, local: (name: string) => Node | null): Callable[] {
  const receiver = classType(node, scope);
  if (receiver.k === 'union') return [];
  return children(childAt(node, 'body')).flatMap((member) => {
    const fn = member.type === 'decorated_definition' ? childAt(member, 'definition') : member;
    const name = childAt(fn ?? null, 'name')?.text ?? '_';
    if (fn?.type !== 'function_definition' || name.startsWith('_') || /^@(\w+\.)?(setter|abstractmethod)/m.test(member.text) || /@property/.test(member.text))
      return [];
    const isStatic = /^@(staticmethod|classmethod)/m.test(member.text);
    return [callable(`${owner}.${name}`, [owner, name], isStatic ? null : receiver, fn, node, scope, local, member.text.includes('@staticmethod') ? 0 : 1)];
  });
}

function callable(
  name: string,
  path: string[],
  receiver: Type | null,
  fn: Node,
  owner: Node,
  scope: PythonScope,
  local: (name: string) => Node | null,
  skip = 0,
): Callable {
  const maker =
    owner === fn
      ? ''
      : children(childAt(owner, 'body'))
          .filter((one) => !/^(async )?def (?!_)/.test(one.text))
          .map(printTree)
          .join('\n');
  return {
    name,
    path,
    receiver,
    parameters: parametersOf(fn, scope, local, skip),
    lines: [whole(fn).startPosition.row + 1, fn.endPosition.row + 1],
    print: `${printTree(whole(fn))}${maker}`,
    refs: identifiersInTree(owner),
    isAsync: fn.text.startsWith('async'),
    literals: literalsIn(fn),
  };
}

function parametersOf(fn: Node, scope: PythonScope, local: (name: string) => Node | null, skip: number): Parameter[] {
  const all = children(childAt(fn, 'parameters')).slice(skip);
  const nameOf = (node: Node): string => (node.type === 'identifier' ? node.text : (childAt(node, 'name')?.text ?? node.namedChild(0)?.text ?? ''));
  // What comes after a bare star, or is gathered by one, is left as it is where nobody says it.
  const end = all.findIndex((node) => /separator|splat/.test(node.type) || node.text.startsWith('*'));
  const taken = all.slice(0, end < 0 ? all.length : end).filter((node) => node.type !== 'positional_separator');
  const hints = hintsOfPython(fn, taken.map(nameOf), local);
  return taken.map((node, i) => {
    const name = nameOf(node);
    const given = literalOfPython(childAt(node, 'value'));
    const hint = hints[i];
    const inferred = hint && knowsSomething(hint) ? typeOfHint(hint) : null;
    const annotation = childAt(node, 'type');
    const usual: Type | null =
      given?.t === 'num' ? { k: 'num', int: given.as !== 'float' } : given?.t === 'str' ? { k: 'str' } : given?.t === 'bool' ? { k: 'bool' } : null;
    const type = annotation
      ? typeOfPython(annotation, scope)
      : (scope.schema(name) ?? (inferred && inferred.k !== 'any' ? inferred : (usual ?? guessByName(name))));
    const optional = childAt(node, 'value') !== null;
    return {
      name,
      type: given?.t === 'null' && !annotation ? union([type, { k: 'const', v: given }]) : type,
      optional,
      rest: false,
      known: annotation || scope.schema(name) ? 'written' : inferred || usual ? 'use' : 'name',
    };
  });
}

function literalsIn(root: Node): Value[] {
  const found = new Map<string, Value>();
  for (const node of walkTree(root)) {
    const value = /^(integer|float|string|unary_operator)$/.test(node.type) && node.parent?.type !== 'expression_statement' ? literalOfPython(node) : null;
    if (value?.t === 'num' || value?.t === 'str') found.set(JSON.stringify(value), { ...value, as: undefined });
  }
  return [...found.values()].slice(0, 60);
}

/** Calls with arguments that are written out, by the name of the function; tables of pytest count as calls. */
export async function seenInPython(source: string): Promise<Map<string, Value[][]>> {
  const found = new Map<string, Value[][]>();
  await withTrees('python', [source], ([root]) => {
    if (!root) return;
    const tables: { names: string[]; rows: Value[][] }[] = [];
    const put = (names: readonly string[], table: Node | null): void => {
      const value = literalOfPython(table);
      if (value?.t === 'list') tables.push({ names: [...names], rows: value.v.map((row) => (row.t === 'list' && names.length > 1 ? row.v : [row])) });
    };
    const constants = new Map<string, Value>();
    for (const node of walkTree(root)) {
      const value = node.type === 'assignment' ? literalOfPython(childAt(node, 'right')) : null;
      if (value) constants.set(childAt(node, 'left')?.text ?? '', value);
      if (node.type === 'for_statement')
        put(
          (childAt(node, 'left')?.text ?? '').split(',').map((name) => name.trim()),
          childAt(node, 'right'),
        );
      if (node.type === 'call' && childAt(node, 'function')?.text.endsWith('parametrize')) {
        const [names, table] = children(childAt(node, 'arguments'));
        const text = literalOfPython(names ?? null);
        if (text?.t === 'str')
          put(
            text.v.split(',').map((name) => name.trim()),
            table ?? null,
          );
      }
    }
    for (const node of walkTree(root)) {
      if (node.type !== 'call') continue;
      const name = (childAt(node, 'function')?.text ?? '').replace(/^.*\./, '');
      const args = children(childAt(node, 'arguments'));
      const values = args.map((arg) => literalOfPython(arg) ?? constants.get(arg.text) ?? null);
      const calls = found.get(name) ?? [];
      if (values.every((one) => one !== null)) calls.push(values);
      else
        for (const { names, rows } of tables) {
          const places = args.map((arg) => names.indexOf(arg.text));
          if (places.every((at, i) => at >= 0 || values[i]))
            calls.push(...rows.slice(0, 20).map((row) => places.map((at, i) => (at < 0 ? values[i] : row[at]) ?? { t: 'null' as const })));
        }
      found.set(name, calls.slice(0, 40));
    }
  });
  return found;
}
