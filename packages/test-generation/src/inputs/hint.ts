// What the use of a value tells about it, where no type is written. Pure.
import type { Type } from '../type.ts';
import { constant, union } from '../type.ts';
import { keyOf, NULL } from '../value.ts';
import type { Value } from '../value.ts';

/** Gathered while the code is read; the same one for all names of one value. */
export type Hint = {
  uses: Set<'num' | 'str' | 'bool' | 'list' | 'record' | 'sized' | 'date' | 'call'>;
  fields: Map<string, Hint>;
  element: Hint | null;
  /** What it is compared with. */
  literals: Map<string, Value>;
  nullable: boolean;
  /** Its fields are attributes of an object of some class. */
  attributes: boolean;
};

export const newHint = (): Hint => ({ uses: new Set(), fields: new Map(), element: null, literals: new Map(), nullable: false, attributes: false });

export function fieldOf(hint: Hint, name: string): Hint {
  const known = hint.fields.get(name) ?? newHint();
  hint.fields.set(name, known);
  return known;
}

export function elementOf(hint: Hint): Hint {
  hint.uses.add('list');
  hint.element ??= newHint();
  return hint.element;
}

export function compared(hint: Hint, value: Value): void {
  if (value.t === 'null' || value.t === 'undefined') hint.nullable = true;
  else hint.literals.set(keyOf(value), value);
}

export const knowsSomething = (hint: Hint): boolean => hint.uses.size > 0 || hint.fields.size > 0 || hint.literals.size > 0;

/** `object` makes the type of something with fields: a record in one language, an object in another. */
export function typeOfHint(hint: Hint, depth = 0): Type {
  const known = plain(hint, depth);
  return hint.nullable && known.k !== 'any' ? union([known, constant(NULL)]) : known;
}

function plain(hint: Hint, depth: number): Type {
  const { uses, fields, element, literals } = hint;
  if (depth > 6) return { k: 'any' };
  if (uses.has('call') && fields.size === 0) return { k: 'unsupported', why: 'a function' };
  // `for key in table: table[key]` looks like a list until the second half.
  if (element && uses.has('record') && fields.size === 0) return { k: 'record', of: { k: 'num' } };
  if (element || uses.has('list')) return { k: 'list', of: element ? typeOfHint(element, depth + 1) : { k: 'any' } };
  if (fields.size > 0)
    return {
      k: 'obj',
      fields: [...fields].map(([name, field]) => ({
        name,
        type: knowsSomething(field) || field.nullable ? typeOfHint(field, depth + 1) : guessByName(name),
        optional: field.nullable,
      })),
      ...(hint.attributes ? { as: 'SimpleNamespace' } : {}),
    };
  if (uses.has('date')) return { k: 'date' };
  if (uses.has('record')) return { k: 'record', of: { k: 'num' } };
  const values = [...literals.values()];
  const texts = values.filter((one) => one.t === 'str');
  if (texts.length > 0) return union([...texts.map(constant), { k: 'str' }, ...(uses.has('num') ? [{ k: 'num' as const }] : [])]);
  if (uses.has('num') || values.some((one) => one.t === 'num')) return { k: 'num' };
  if (uses.has('str')) return { k: 'str' };
  if (uses.has('bool') || values.some((one) => one.t === 'bool')) return { k: 'bool' };
  if (uses.has('sized')) return { k: 'list', of: { k: 'num' } };
  return { k: 'any' };
}

/** Only where nothing else is known: names say what a thing is more often than not. */
export function guessByName(name: string): Type {
  if (/^(is|has|can|should|in[A-Z])|enabled|active|paid|(^|_)(is|has)_/.test(name)) return { k: 'bool' };
  if (/(name|title|text|label|email|code|slug|path|url|id|key|currency|country|sku)s?$/i.test(name))
    return /s$/i.test(name) ? { k: 'list', of: { k: 'str' } } : { k: 'str' };
  if (
    /(price|amount|total|count|qty|quantity|rate|percent|size|number|num|age|index|limit|offset|weight|width|height|cents|days|hours|minutes|seconds|ms|min|max|score|sum|n|x|y|a|b)$/i.test(
      name,
    )
  )
    return { k: 'num' };
  return { k: 'any' };
}
