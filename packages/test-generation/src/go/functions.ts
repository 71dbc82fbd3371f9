// The functions of a Go file and what they are made of; types are those of the whole package. Pure but for loading the grammar.
import type { Callable, Module, Parameter } from '../callable.ts';
import { childAt, children, identifiersInTree, printTree, walkTree, withTrees } from '../tree.ts';
import type { Node } from '../tree.ts';
import type { Value } from '../value.ts';
import { constantsByType, typeOfGo } from './types.ts';
import type { GoScope } from './types.ts';

/** `others` are the other files of the package, tests left out. Null where the file cannot be read. */
export function readGoModule(source: string, others: readonly string[]): Promise<Module | null> {
  return withTrees('go', [source, ...others], ([root, ...rest]) => {
    if (!root) return null;
    const roots = [root, ...rest.filter((one) => one !== null)];
    const types = new Map<string, Node>();
    for (const one of roots)
      for (const spec of one.descendantsOfType('type_spec')) if (spec) types.set(childAt(spec, 'name')?.text ?? '', childAt(spec, 'type') ?? spec);
    const makers = new Map<string, Node>();
    for (const one of roots) for (const fn of children(one)) if (fn.type === 'function_declaration') makers.set(childAt(fn, 'name')?.text ?? '', fn);
    const scope: GoScope = { types, makers, constants: constantsByType(roots) };
    const callables = children(root).flatMap((node) => callableOf(node, scope) ?? []);
    return { callables, statements: statementsOf(roots), literals: literalsIn(root) };
  });
}

function callableOf(node: Node, scope: GoScope): Callable | null {
  if (node.type !== 'function_declaration' && node.type !== 'method_declaration') return null;
  const name = childAt(node, 'name')?.text ?? '';
  if (name === 'main' || name === 'init' || childAt(node, 'type_parameters')) return null;
  const owner = children(childAt(node, 'receiver'))[0] ?? null;
  const receiver = owner ? typeOfGo(childAt(owner, 'type'), scope) : null;
  const ownerName = owner ? (childAt(owner, 'type')?.text ?? '').replace(/^\*/, '') : '';
  return {
    name: owner ? `${ownerName}.${name}` : name,
    path: owner ? [ownerName, name] : [name],
    receiver,
    parameters: parametersOf(node, scope),
    lines: [node.startPosition.row + 1, node.endPosition.row + 1],
    print: printTree(node),
    refs: identifiersInTree(node),
    isAsync: false,
    literals: literalsIn(node),
    silent: childAt(node, 'result') === null,
  };
}

function parametersOf(node: Node, scope: GoScope): Parameter[] {
  return children(childAt(node, 'parameters')).flatMap((one, i) => {
    const rest = one.type === 'variadic_parameter_declaration';
    const type = typeOfGo(childAt(one, 'type'), scope);
    const names = one.childrenForFieldName('name').flatMap((name) => (name ? [name.text] : []));
    return (names.length > 0 ? names : [`arg${i + 1}`]).map((name) => ({ name, type, optional: rest, rest, known: 'written' as const }));
  });
}

/** What each top-level name of the package says: a change of one reaches the functions that use it. */
function statementsOf(roots: readonly Node[]): Map<string, { print: string; refs: ReadonlySet<string> }> {
  const found = new Map<string, { print: string; refs: ReadonlySet<string> }>();
  for (const root of roots)
    for (const node of children(root)) {
      if (/^(function|method)_declaration$/.test(node.type)) {
        const owner = children(childAt(node, 'receiver'))[0];
        const name = childAt(node, 'name')?.text ?? '';
        found.set(owner ? `${(childAt(owner, 'type')?.text ?? '').replace(/^\*/, '')}.${name}` : name, {
          print: printTree(node),
          refs: identifiersInTree(node),
        });
        // A call of the method names it alone.
        if (owner && !found.has(name)) found.set(name, { print: printTree(node), refs: identifiersInTree(node) });
      } else
        for (const spec of walkTree(node))
          if (/^(const_spec|var_spec|type_spec)$/.test(spec.type))
            for (const name of spec.childrenForFieldName('name')) if (name) found.set(name.text, { print: printTree(spec), refs: identifiersInTree(spec) });
    }
  return found;
}

function literalsIn(root: Node): Value[] {
  const found = new Map<string, Value>();
  for (const node of walkTree(root)) {
    const value = node.parent?.type === 'import_spec' ? null : literalOfGo(node);
    if (value?.t === 'num' || value?.t === 'str') found.set(JSON.stringify(value), value);
  }
  return [...found.values()].slice(0, 60);
}

function literalOfGo(node: Node | null): Value | null {
  if (!node) return null;
  if (node.type === 'int_literal' || node.type === 'float_literal') {
    const v = Number(node.text.replaceAll('_', ''));
    return Number.isFinite(v) && Math.abs(v) < 2 ** 53 ? { t: 'num', v } : null;
  }
  if (node.type === 'true' || node.type === 'false') return { t: 'bool', v: node.type === 'true' };
  if (node.type === 'nil') return { t: 'null' };
  if (node.type === 'raw_string_literal') return { t: 'str', v: node.text.slice(1, -1) };
  if (node.type === 'unary_expression') {
    const value = literalOfGo(childAt(node, 'operand'));
    return node.text.startsWith('-') && value?.t === 'num' && typeof value.v === 'number' ? { t: 'num', v: -value.v } : null;
  }
  if (node.type !== 'interpreted_string_literal') return null;
  try {
    const parsed: unknown = JSON.parse(node.text);
    return typeof parsed === 'string' ? { t: 'str', v: parsed } : null;
  } catch {
    return null;
  }
}

/** Calls of the tests whose arguments are plain literals, by the name of the function; a field of a table counts by its values. */
export async function seenInGo(source: string): Promise<Map<string, Value[][]>> {
  const found = new Map<string, Value[][]>();
  await withTrees('go', [source], ([root]) => {
    if (!root) return;
    for (const node of walkTree(root)) {
      if (node.type !== 'call_expression') continue;
      const name = (childAt(node, 'function')?.text ?? '').replace(/^.*\./, '');
      const values = children(childAt(node, 'arguments')).map(literalOfGo);
      if (values.length > 0 && values.every((one) => one !== null)) found.set(name, [...(found.get(name) ?? []), values].slice(0, 40));
    }
    // Tables: every literal of a row may be passed on.
    const literals = [...walkTree(root)].flatMap((node) =>
      node.parent?.type === 'literal_element' || node.parent?.type === 'keyed_element' ? (literalOfGo(node) ?? []) : [],
    );
    found.set(
      '',
      literals.slice(0, 80).map((one) => [one]),
    );
  });
  return found;
}
