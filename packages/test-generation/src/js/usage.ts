// What the body of a JavaScript function does with its parameters, as hints of what they may be. Pure.
import { compared, elementOf, fieldOf, newHint } from '../inputs/hint.ts';
import type { Hint } from '../inputs/hint.ts';
import { keyName, literalOf, nodeAt, nodesAt, textAt, walk } from './syntax.ts';
import type { Node } from './syntax.ts';

const EACH = /^(map|filter|forEach|some|every|find|findIndex|findLast|flatMap|sort|toSorted)$/;
const TEXT =
  /^(toUpperCase|toLowerCase|trim|trimStart|trimEnd|split|startsWith|endsWith|padStart|padEnd|replace|replaceAll|charAt|charCodeAt|codePointAt|match|matchAll|localeCompare|normalize|repeat|substring|substr|search)$/;
const LIST = /^(push|pop|shift|unshift|join|reverse|splice|fill|flat|reduceRight|entries|keys|values|toSpliced|toReversed)$/;
const DATE = /^(get(UTC)?(FullYear|Month|Date|Day|Hours|Minutes|Seconds|Time|Milliseconds)|toISOString|toDateString)$/;
const NUMBERS = new Set(['-', '*', '/', '%', '**', '|', '&', '<<', '>>', '>>>', '^']);
const ORDER = new Set(['<', '>', '<=', '>=']);
/** Followed from one function into the next so far. */
const MAX_DEPTH = 3;

type Local = (name: string) => Node | null;

/** A hint for each parameter, in their order. `local` gives functions of the module by name. */
export function hintsOf(fn: Node, local: Local): Hint[] {
  const hints = nodesAt(fn, 'params').map(() => newHint());
  read(fn, hints, local, 0);
  return hints;
}

function read(fn: Node, hints: readonly Hint[], local: Local, depth: number): void {
  const bound = new Map<string, Hint>();
  for (const [i, param] of nodesAt(fn, 'params').entries()) bind(param, hints[i] ?? newHint(), bound);
  const body = nodeAt(fn, 'body');
  if (!body) return;
  // Names are bound before they are used almost always; a second reading finds the rest.
  for (let round = 0; round < 2; round += 1) for (const node of walk(body)) use(node, bound, local, depth);
}

function bind(pattern: Node, hint: Hint, bound: Map<string, Hint>): void {
  if (pattern.type === 'Identifier') {
    // The first meaning of a name is kept: a shadow of it would mix two values.
    if (!bound.has(textAt(pattern, 'name'))) bound.set(textAt(pattern, 'name'), hint);
  } else if (pattern.type === 'AssignmentPattern') {
    const value = literalOf(nodeAt(pattern, 'right'));
    if (value) mark(hint, value);
    bind(nodeAt(pattern, 'left') ?? pattern, hint, bound);
  } else if (pattern.type === 'ObjectPattern') {
    for (const property of nodesAt(pattern, 'properties')) {
      const name = keyName(property);
      const value = nodeAt(property, 'value');
      if (name === null || !value) continue;
      const field = fieldOf(hint, name);
      if (value.type === 'AssignmentPattern') field.nullable = false;
      bind(value, field, bound);
    }
  } else if (pattern.type === 'ArrayPattern') for (const one of nodesAt(pattern, 'elements')) bind(one, elementOf(hint), bound);
  else if (pattern.type === 'RestElement') bind(nodeAt(pattern, 'argument') ?? pattern, hint, bound);
}

function mark(hint: Hint, value: { t: string }): void {
  if (value.t === 'num' || value.t === 'str' || value.t === 'bool') hint.uses.add(value.t);
  else if (value.t === 'list') hint.uses.add('list');
  else if (value.t === 'obj') hint.uses.add('record');
}

function hintAt(node: Node | null, bound: Map<string, Hint>): Hint | null {
  if (!node) return null;
  if (node.type === 'Identifier') return bound.get(textAt(node, 'name')) ?? null;
  if (node.type === 'ChainExpression' || node.type === 'TSNonNullExpression' || node.type === 'TSAsExpression')
    return hintAt(nodeAt(node, 'expression'), bound);
  if (node.type === 'LogicalExpression') {
    const left = hintAt(nodeAt(node, 'left'), bound);
    const value = literalOf(nodeAt(node, 'right'));
    if (left && value) mark(left, value);
    return left;
  }
  if (node.type === 'CallExpression') {
    // `items.filter(...)` holds the same as `items`.
    const callee = nodeAt(node, 'callee');
    const name = callee?.type === 'MemberExpression' ? (keyName(callee) ?? '') : '';
    return /^(filter|slice|sort|toSorted|reverse|toReversed|concat)$/.test(name) ? hintAt(nodeAt(callee ?? node, 'object'), bound) : null;
  }
  if (node.type !== 'MemberExpression') return null;
  const object = hintAt(nodeAt(node, 'object'), bound);
  const name = keyName(node);
  if (!object) return null;
  if (nodeAt(node, 'object')?.type === 'Identifier' && node['optional'] === true) object.nullable = true;
  if (name === 'length' || name === 'size') {
    object.uses.add('sized');
    return null;
  }
  if (name !== null)
    return EACH.test(name) || TEXT.test(name) || LIST.test(name) || DATE.test(name) || /^(reduce|includes|indexOf|slice|concat|at|toFixed|toString)$/.test(name)
      ? null
      : fieldOf(object, name);
  const index = nodeAt(node, 'property');
  if (index?.type === 'Literal' && typeof index['value'] !== 'number') return null;
  if (index && hintAt(index, bound)?.uses.has('str')) {
    object.uses.add('record');
    return null;
  }
  return object.uses.has('str') || object.uses.has('record') ? null : elementOf(object);
}

function use(node: Node, bound: Map<string, Hint>, local: Local, depth: number): void {
  const at = (key: string): Hint | null => hintAt(nodeAt(node, key), bound);
  switch (node.type) {
    case 'VariableDeclarator': {
      const hint = at('init');
      if (hint) bind(nodeAt(node, 'id') ?? node, hint, bound);
      return;
    }
    case 'ForOfStatement': {
      const hint = at('right');
      const left = nodeAt(node, 'left');
      const target = left?.type === 'VariableDeclaration' ? nodeAt(nodesAt(left, 'declarations')[0] ?? left, 'id') : left;
      if (hint && target) bind(target, elementOf(hint), bound);
      return;
    }
    case 'ForInStatement':
      at('right')?.uses.add('record');
      return;
    case 'SpreadElement':
      return;
    case 'UnaryExpression':
      if (node['operator'] === '-' || node['operator'] === '+' || node['operator'] === '~') at('argument')?.uses.add('num');
      return;
    case 'UpdateExpression':
      at('argument')?.uses.add('num');
      return;
    case 'AssignmentExpression':
      if (/^[-*/%]=$/.test(String(node['operator'])) || (node['operator'] === '+=' && !nodeAt(node, 'right')?.type.includes('Template')))
        at('right')?.uses.add('num');
      return;
    case 'BinaryExpression':
      return binary(node, bound);
    case 'SwitchStatement': {
      const hint = at('discriminant');
      if (hint) for (const one of nodesAt(node, 'cases')) put(hint, nodeAt(one, 'test'));
      return;
    }
    case 'CallExpression':
    case 'NewExpression':
      return call(node, bound, local, depth);
    case 'MemberExpression':
      hintAt(node, bound);
      return;
    case 'TemplateLiteral':
    default:
  }
}

const put = (hint: Hint, node: Node | null): void => {
  const value = literalOf(node);
  if (value) compared(hint, value);
};

function binary(node: Node, bound: Map<string, Hint>): void {
  const operator = String(node['operator']);
  const sides = [nodeAt(node, 'left'), nodeAt(node, 'right')];
  for (const [i, side] of sides.entries()) {
    const other = sides[1 - i] ?? null;
    const hint = hintAt(side, bound);
    if (hint && NUMBERS.has(operator)) hint.uses.add('num');
    if (hint && ORDER.has(operator) && literalOf(other)?.t === 'str') hint.uses.add('str');
    else if (hint && ORDER.has(operator)) put(hint, other);
    if (hint && ORDER.has(operator) && hint.literals.size === 0 && hint.fields.size === 0) hint.uses.add('num');
    if (hint && /^[!=]==?$/.test(operator)) put(hint, other);
    if (hint && operator === '+' && literalOf(other)?.t === 'num') hint.uses.add('num');
    if (hint && operator === '+' && literalOf(other)?.t === 'str') hint.uses.add('str');
    const kind = literalOf(other);
    if (side?.type === 'UnaryExpression' && side['operator'] === 'typeof' && kind?.t === 'str') {
      const typed = hintAt(nodeAt(side, 'argument'), bound);
      if (typed && kind.v === 'string') typed.uses.add('str');
      if (typed && kind.v === 'number') typed.uses.add('num');
      if (typed && kind.v === 'boolean') typed.uses.add('bool');
    }
  }
}

function call(node: Node, bound: Map<string, Hint>, local: Local, depth: number): void {
  const callee = nodeAt(node, 'callee');
  const args = nodesAt(node, 'arguments');
  const hintOf = (one: Node | undefined): Hint | null => hintAt(one ?? null, bound);
  if (callee?.type === 'Identifier') {
    const name = textAt(callee, 'name');
    if (/^(parseInt|parseFloat)$/.test(name)) hintOf(args[0])?.uses.add('str');
    if (name === 'Number') hintOf(args[0])?.uses.add('num');
    bound.get(name)?.uses.add('call');
    const known = local(name);
    if (known && depth < MAX_DEPTH && args.some((arg) => hintOf(arg)))
      read(
        known,
        args.map((arg) => hintOf(arg) ?? newHint()),
        local,
        depth + 1,
      );
    return;
  }
  if (callee?.type !== 'MemberExpression') return;
  const object = nodeAt(callee, 'object');
  const [owner, method] = [object?.type === 'Identifier' ? textAt(object, 'name') : '', keyName(callee) ?? ''];
  if (!bound.has(owner)) {
    if (owner === 'Math') for (const arg of args) hintOf(arg)?.uses.add('num');
    if (owner === 'Number' && method.startsWith('is')) hintOf(args[0])?.uses.add('num');
    if (owner === 'Object' && /^(keys|values|entries)$/.test(method)) hintOf(args[0])?.uses.add('record');
    if (owner === 'Array' && method === 'isArray') hintOf(args[0])?.uses.add('list');
    if (owner === 'Array' && method === 'from') hintOf(args[0])?.uses.add('list');
  }
  const hint = hintAt(object, bound);
  if (!hint) return;
  if (TEXT.test(method)) hint.uses.add('str');
  else if (method === 'toFixed') hint.uses.add('num');
  else if (DATE.test(method)) hint.uses.add('date');
  else if (LIST.test(method)) hint.uses.add('list');
  else if (method === 'includes' || method === 'indexOf') hint.uses.add(literalOf(args[0] ?? null)?.t === 'str' && !hint.element ? 'str' : 'sized');
  else if (method === 'reduce') bindCallback(args[0], [null, elementOf(hint)], bound);
  else if (EACH.test(method)) bindCallback(args[0], /sort/i.test(method) ? [elementOf(hint), elementOf(hint)] : [elementOf(hint)], bound);
}

function bindCallback(fn: Node | undefined, hints: readonly (Hint | null)[], bound: Map<string, Hint>): void {
  if (fn?.type !== 'ArrowFunctionExpression' && fn?.type !== 'FunctionExpression') return;
  for (const [i, param] of nodesAt(fn, 'params').entries()) {
    const hint = hints[i];
    if (hint) bind(param, hint, bound);
  }
}
