// The functions of a JavaScript or TypeScript module that can be reached from outside, and what they are made of. Pure but for reading imported types.
import type { Callable, Module, Parameter } from '../callable.ts';
import { guessByName, knowsSomething, typeOfHint } from '../inputs/hint.ts';
import type { Type } from '../type.ts';
import { union, constant } from '../type.ts';
import type { Value } from '../value.ts';
import { identifiersIn, keyName, literalOf, nodeAt, nodesAt, parseJs, printOf, textAt, walk } from './syntax.ts';
import type { Node } from './syntax.ts';
import { scopeOf } from './scope.ts';
import type { Files, Scope } from './scope.ts';
import { jsDocTypes, typeOf } from './types.ts';
import { hintsOf } from './usage.ts';

type Reading = {
  source: string;
  scope: Scope;
  lineAt: (offset: number) => number;
  local: (name: string) => Node | null;
  comments: readonly { value: string; end: number }[];
};
const FUNCTIONS = /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/;

/** Null where it cannot be read. */
export function readJsModule(source: string, path: string, files: Files, schema: Scope['schema']): Module | null {
  const parsed = parseJs(source, path);
  if (!parsed) return null;
  const program = parsed.program as unknown as Node;
  const declared = declarations(program);
  const starts = [0, ...[...source.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const reading: Reading = {
    source,
    scope: scopeOf(program, path, files, schema),
    lineAt: (offset) => starts.findLastIndex((start) => start <= offset) + 1,
    local: (name) => functionIn(declared.get(name)),
    comments: parsed.comments,
  };
  const callables: Callable[] = [];
  for (const [exported, node] of exportsOf(parsed, program, declared)) callables.push(...callablesOf(exported, node, reading));
  const statements = new Map<string, { print: string; refs: ReadonlySet<string> }>();
  for (const [name, node] of declared) statements.set(name, { print: printOf(node), refs: identifiersIn(node) });
  const loose = nodesAt(program, 'body').filter(
    (node) => node.type === 'ExpressionStatement' && !/^\s*(module\.)?exports\b/.test(source.slice(node.start, node.end)),
  );
  if (loose.length > 0) statements.set('(loading)', { print: printOf(loose), refs: new Set() });
  return { callables, statements, literals: literalsIn(program) };
}

function declarations(program: Node): Map<string, Node> {
  const found = new Map<string, Node>();
  for (const statement of nodesAt(program, 'body')) {
    const inner = statement.type.startsWith('Export') ? nodeAt(statement, 'declaration') : statement;
    if (inner?.type === 'VariableDeclaration')
      for (const one of nodesAt(inner, 'declarations')) for (const name of namesIn(nodeAt(one, 'id'))) found.set(name, one);
    else if (inner?.type === 'ImportDeclaration') for (const one of nodesAt(inner, 'specifiers')) found.set(textAt(nodeAt(one, 'local'), 'name'), inner);
    else if (inner && nodeAt(inner, 'id')) found.set(textAt(nodeAt(inner, 'id'), 'name'), inner);
  }
  return found;
}

const namesIn = (pattern: Node | null): string[] => (pattern ? [...identifiersIn(pattern)] : []);

/** The function that a declaration holds. */
function functionIn(node: Node | null | undefined): Node | null {
  const inner = node?.type === 'VariableDeclarator' ? nodeAt(node, 'init') : (node ?? null);
  return inner && FUNCTIONS.test(inner.type) ? inner : null;
}

function exportsOf(parsed: NonNullable<ReturnType<typeof parseJs>>, program: Node, declared: Map<string, Node>): Map<string, Node> {
  const found = new Map<string, Node>();
  const put = (exported: string, node: Node | null | undefined): void => {
    const target = node?.type === 'Identifier' ? declared.get(textAt(node, 'name')) : node;
    if (target) found.set(exported, target);
  };
  for (const { entries } of parsed.module.staticExports)
    for (const { exportName, localName, moduleRequest } of entries)
      if (!moduleRequest && exportName.kind === 'Name' && localName.name) put(exportName.name ?? '', declared.get(localName.name));
  for (const statement of nodesAt(program, 'body')) {
    if (statement.type === 'ExportDefaultDeclaration') put('default', nodeAt(statement, 'declaration'));
    const assigned = statement.type === 'ExpressionStatement' ? nodeAt(statement, 'expression') : null;
    const [left, right] = assigned?.type === 'AssignmentExpression' ? [nodeAt(assigned, 'left'), nodeAt(assigned, 'right')] : [null, null];
    if (left?.type !== 'MemberExpression') continue;
    const [owner, name] = [nodeAt(left, 'object'), keyName(left)];
    const whole = textAt(owner, 'name') === 'module' && name === 'exports';
    const part = textAt(owner, 'name') === 'exports' || (owner?.type === 'MemberExpression' && textAt(nodeAt(owner, 'object'), 'name') === 'module');
    if (whole && right?.type === 'ObjectExpression') for (const one of nodesAt(right, 'properties')) put(keyName(one) ?? '', nodeAt(one, 'value'));
    else if (whole) put('default', right);
    else if (part && name !== null) put(name, right);
  }
  return found;
}

function callablesOf(exported: string, node: Node, reading: Reading): Callable[] {
  const own = exported === 'default' ? textAt(nodeAt(node, 'id'), 'name') || 'default' : exported;
  const fn = functionIn(node);
  if (fn) return [callable(own, [exported], null, fn, node, reading)];
  if (!/^Class(Declaration|Expression)$/.test(node.type)) return [];
  const members = nodesAt(nodeAt(node, 'body') ?? node, 'body').filter((one) => one.type === 'MethodDefinition');
  const maker = members.find((one) => one['kind'] === 'constructor');
  const above = nodeAt(node, 'superClass') !== null && !maker;
  const receiver: Type = above
    ? { k: 'unsupported', why: `an object of class ${own}, which is made by another class` }
    : {
        k: 'new',
        as: exported,
        of: maker
          ? parametersOf(nodeAt(maker, 'value') ?? maker, maker, reading)
              .filter((one) => !one.optional)
              .map((one) => one.type)
          : [],
      };
  return members.flatMap((member) => {
    const name = keyName(member);
    const value = nodeAt(member, 'value');
    if (member['kind'] !== 'method' || name === null || !value || member['accessibility'] === 'private') return [];
    return [callable(`${own}.${name}`, [exported, name], member['static'] === true ? null : receiver, value, member, reading, node)];
  });
}

/** A method hangs together with its class: what else the class holds may decide what it does. */
function callable(name: string, path: string[], receiver: Type | null, fn: Node, whole: Node, reading: Reading, owner: Node = whole): Callable {
  return {
    name,
    path,
    receiver,
    parameters: parametersOf(fn, whole, reading),
    lines: [reading.lineAt(whole.start), reading.lineAt(whole.end)],
    print: owner === whole ? printOf(whole) : `${printOf(whole)}${printOf(fieldsOf(owner))}`,
    refs: identifiersIn(owner),
    isAsync: fn['async'] === true,
    literals: literalsIn(whole),
  };
}

/** Fields, constructor and private methods of a class. */
const fieldsOf = (owner: Node): Node[] =>
  nodesAt(nodeAt(owner, 'body') ?? owner, 'body').filter(
    (one) => one.type !== 'MethodDefinition' || one['kind'] !== 'method' || nodeAt(one, 'key')?.type === 'PrivateIdentifier',
  );

function parametersOf(fn: Node, whole: Node, { source, scope, local, comments }: Reading): Parameter[] {
  const before = comments.findLast(
    ({ end }) =>
      end <= whole.start &&
      source
        .slice(end, whole.start)
        .replace(/^\s*\*\/|export|default|const|let|async/g, '')
        .trim().length === 0,
  );
  const documented = before ? jsDocTypes(before.value, scope) : new Map<string, { type: Type; optional: boolean }>();
  const hints = hintsOf(fn, local);
  return nodesAt(fn, 'params').map((param, i) => {
    const given = param.type === 'AssignmentPattern' ? nodeAt(param, 'right') : null;
    const rest = param.type === 'RestElement';
    const pattern = (given ? nodeAt(param, 'left') : rest ? nodeAt(param, 'argument') : param) ?? param;
    const name = pattern.type === 'Identifier' ? textAt(pattern, 'name') : pattern.type === 'ObjectPattern' ? 'options' : `arg${i + 1}`;
    const annotation = nodeAt(rest ? param : pattern, 'typeAnnotation') ?? nodeAt(pattern, 'typeAnnotation');
    const doc = documented.get(name);
    const usual = literalOf(given);
    const hint = hints[i];
    const inferred = hint && knowsSomething(hint) ? typeOfHint(hint) : null;
    const type = annotation
      ? typeOf(annotation, scope)
      : (doc?.type ?? byDefault(usual, inferred) ?? scope.schema(name) ?? (inferred?.k === 'any' ? null : inferred) ?? guessByName(name));
    const known = annotation || doc || scope.schema(name) ? 'written' : inferred || usual ? 'use' : 'name';
    const optional = given !== null || rest || pattern['optional'] === true || doc?.optional === true;
    return { name, type: rest && type.k === 'list' ? type.of : type, optional, rest, known };
  });
}

function byDefault(value: Value | null, inferred: Type | null): Type | null {
  if (value === null || value.t === 'obj' || value.t === 'list' || value.t === 'null') return inferred;
  const same: Type = value.t === 'num' ? { k: 'num' } : value.t === 'str' ? { k: 'str' } : value.t === 'bool' ? { k: 'bool' } : { k: 'any' };
  return inferred && inferred.k !== 'any' ? inferred : union([constant(value), same]);
}

function literalsIn(program: Node): Value[] {
  const found = new Map<string, Value>();
  for (const node of walk(program, (one) => one.type !== 'ImportDeclaration')) {
    const value = node.type === 'Literal' || node.type === 'UnaryExpression' ? literalOf(node) : null;
    if (value?.t === 'num' || value?.t === 'str') found.set(JSON.stringify(value), value);
  }
  return [...found.values()].slice(0, 60);
}
