// What the body of a Python function does with its parameters, as hints of what they may be. Pure.
import { compared, elementOf, fieldOf, newHint } from '../inputs/hint.ts';
import type { Hint } from '../inputs/hint.ts';
import { childAt, children, walkTree } from '../tree.ts';
import type { Node } from '../tree.ts';
import { literalOfPython } from './literals.ts';

const TEXT =
  /^(upper|lower|strip|lstrip|rstrip|split|splitlines|startswith|endswith|replace|title|capitalize|isdigit|isalpha|isalnum|isspace|format|encode|zfill|join|casefold|find|partition|rpartition|ljust|rjust|center|swapcase)$/;
const LIST = /^(append|extend|insert|sort|reverse|pop|remove)$/;
const MAX_DEPTH = 3;

/** A hint per name of `names`. `local` gives functions of the module. */
export function hintsOfPython(fn: Node, names: readonly string[], local: (name: string) => Node | null): Hint[] {
  const hints = names.map(() => newHint());
  read(fn, names, hints, local, 0);
  return hints;
}

function read(fn: Node, names: readonly string[], hints: readonly Hint[], local: (name: string) => Node | null, depth: number): void {
  const bound = new Map(names.map((name, i) => [name, hints[i] ?? newHint()]));
  const body = childAt(fn, 'body');
  if (body) for (let round = 0; round < 2; round += 1) for (const node of walkTree(body)) use(node, bound, local, depth);
}

function hintAt(node: Node | null, bound: Map<string, Hint>): Hint | null {
  if (!node) return null;
  if (node.type === 'identifier') return bound.get(node.text) ?? null;
  if (node.type === 'parenthesized_expression') return hintAt(node.namedChild(0), bound);
  if (node.type === 'boolean_operator') return hintAt(childAt(node, 'left'), bound);
  if (node.type === 'subscript') {
    const hint = hintAt(childAt(node, 'value'), bound);
    const index = childAt(node, 'subscript');
    const key = literalOfPython(index);
    if (!hint) return null;
    if (key?.t === 'str') return fieldOf(hint, key.v);
    if (index?.type === 'slice') {
      hint.uses.add('sized');
      return hint;
    }
    const by = index?.type === 'identifier' ? bound.get(index.text) : undefined;
    if (by && (by.uses.has('str') || by === hint.element)) {
      hint.uses.add('record');
      return null;
    }
    return hint.uses.has('record') || hint.uses.has('str') ? null : elementOf(hint);
  }
  if (node.type === 'attribute') {
    const hint = hintAt(childAt(node, 'object'), bound);
    if (!hint || (node.parent?.type === 'call' && childAt(node.parent, 'function')?.id === node.id)) return null;
    hint.attributes = true;
    return fieldOf(hint, childAt(node, 'attribute')?.text ?? '');
  }
  if (node.type !== 'call') return null;
  const fn = childAt(node, 'function');
  const [first] = children(childAt(node, 'arguments'));
  // `item.get("price", 0)` may find nothing; `sorted(items)` holds the same.
  if (fn?.type === 'attribute' && childAt(fn, 'attribute')?.text === 'get') {
    const hint = hintAt(childAt(fn, 'object'), bound);
    const key = literalOfPython(first ?? null);
    if (hint && key?.t === 'str') return fieldOf(hint, key.v);
    hint?.uses.add('record');
  }
  if (fn?.type !== 'identifier' || !/^(sorted|list|reversed|enumerate|iter|tuple|dict)$/.test(fn.text)) return null;
  const held = hintAt(first ?? null, bound);
  if (fn.text === 'dict') held?.uses.add('record');
  return held;
}

function bind(pattern: Node | null, hint: Hint, bound: Map<string, Hint>): void {
  if (pattern?.type === 'identifier' && !bound.has(pattern.text)) bound.set(pattern.text, hint);
}

function loop(left: Node | null, right: Node | null, bound: Map<string, Hint>): void {
  const over = right?.type === 'call' ? childAt(right, 'function') : null;
  const [first] = right?.type === 'call' ? children(childAt(right, 'arguments')) : [];
  if (over?.type === 'attribute' && /^(items|keys|values)$/.test(childAt(over, 'attribute')?.text ?? ''))
    return void hintAt(childAt(over, 'object'), bound)?.uses.add('record');
  if (over?.type === 'identifier' && over.text === 'range') return void (first && hintAt(first, bound)?.uses.add('num'));
  if (over?.type === 'identifier' && over.text === 'zip') {
    for (const [i, one] of children(childAt(right, 'arguments')).entries()) {
      const hint = hintAt(one, bound);
      if (hint) bind(left?.namedChild(i) ?? null, elementOf(hint), bound);
    }
    return;
  }
  const hint = hintAt(right, bound);
  if (!hint || hint.uses.has('record')) return;
  const target = over?.text === 'enumerate' ? (left?.namedChild(1) ?? null) : left;
  if (target?.type === 'pattern_list' || target?.type === 'tuple_pattern') elementOf(hint);
  else bind(target, elementOf(hint), bound);
}

function use(node: Node, bound: Map<string, Hint>, local: (name: string) => Node | null, depth: number): void {
  const at = (field: string): Hint | null => hintAt(childAt(node, field), bound);
  switch (node.type) {
    case 'assignment': {
      const hint = at('right');
      if (hint) bind(childAt(node, 'left'), hint, bound);
      return;
    }
    case 'for_statement':
    case 'for_in_clause':
      return loop(childAt(node, 'left'), childAt(node, 'right'), bound);
    case 'comparison_operator': {
      const sides = children(node);
      for (const [i, side] of sides.entries()) {
        const hint = hintAt(side, bound);
        const other = sides[i === 0 ? 1 : i - 1] ?? null;
        const value = literalOfPython(other);
        if (!hint) continue;
        if (value) {
          if (/\bin\b/.test(node.text.slice(side.endIndex - node.startIndex, (other?.startIndex ?? 0) - node.startIndex)) && value.t === 'list')
            for (const one of value.v) compared(hint, one);
          else compared(hint, value);
        } else if (/[<>]/.test(node.text) && hint.fields.size === 0) hint.uses.add('num');
      }
      return;
    }
    case 'binary_operator':
      for (const side of ['left', 'right']) {
        const other = literalOfPython(childAt(node, side === 'left' ? 'right' : 'left'));
        const operator = childAt(node, 'operator')?.text ?? '';
        if (operator !== '+' && !(operator === '%' && other?.t === 'str')) at(side)?.uses.add('num');
        else if (other?.t === 'num' || other?.t === 'str') at(side)?.uses.add(other.t);
      }
      return;
    case 'augmented_assignment':
      if (/^[-+*/]=$/.test(childAt(node, 'operator')?.text ?? '')) at('right')?.uses.add('num');
      return;
    case 'subscript':
    case 'attribute':
      hintAt(node, bound);
      return;
    case 'call':
      return call(node, bound, local, depth);
    default:
  }
}

function call(node: Node, bound: Map<string, Hint>, local: (name: string) => Node | null, depth: number): void {
  const fn = childAt(node, 'function');
  const args = children(childAt(node, 'arguments'));
  const hint = hintAt(args[0] ?? null, bound);
  if (fn?.type === 'identifier') {
    if (/^(abs|round|int|float|divmod|pow)$/.test(fn.text)) hint?.uses.add('num');
    if (fn.text === 'len') hint?.uses.add('sized');
    if (/^(sum|min|max)$/.test(fn.text) && args.length === 1 && hint) elementOf(hint).uses.add('num');
    if (fn.text === 'isinstance' && hint) {
      const kind = args[1]?.text ?? '';
      if (kind === 'str') hint.uses.add('str');
      if (/^(int|float)$/.test(kind)) hint.uses.add('num');
      if (kind === 'list') hint.uses.add('list');
    }
    bound.get(fn.text)?.uses.add('call');
    const known = local(fn.text);
    if (known && depth < MAX_DEPTH) {
      const names = children(childAt(known, 'parameters')).map((one) =>
        one.type === 'identifier' ? one.text : (childAt(one, 'name')?.text ?? one.namedChild(0)?.text ?? ''),
      );
      read(
        known,
        names,
        args.map((arg) => hintAt(arg, bound) ?? newHint()),
        local,
        depth + 1,
      );
    }
    return;
  }
  if (fn?.type !== 'attribute') return;
  const owner = hintAt(childAt(fn, 'object'), bound);
  const method = childAt(fn, 'attribute')?.text ?? '';
  if (!owner) return;
  if (TEXT.test(method)) owner.uses.add('str');
  else if (LIST.test(method)) owner.uses.add('list');
  else if (/^(items|keys|values|setdefault|update)$/.test(method)) owner.uses.add('record');
  else if (method === 'get') hintAt(node, bound);
}
