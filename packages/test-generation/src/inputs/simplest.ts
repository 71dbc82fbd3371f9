// The simplest values of a type: where most mistakes are, and what is tried first. Pure.
import type { Type } from '../type.ts';
import { unsupportedIn } from '../type.ts';
import { bool, list, NULL, num, str } from '../value.ts';
import type { Value } from '../value.ts';

/** Never empty; at most a dozen. The first is the plainest that is not empty of meaning. */
export function simplestOf(type: Type, depth = 0): Value[] {
  switch (type.k) {
    case 'const':
      return [type.v];
    case 'bool':
      return [true, false].map((v) => ({ ...bool(v), ...(type.as === undefined ? {} : { as: type.as }) }));
    case 'num':
      return [1, 0, -1, 2, 10, 100, type.min, type.max]
        .filter((v) => v !== undefined)
        .filter((v) => v >= (type.min ?? -1e9) && v <= (type.max ?? 1e9))
        .map((v) => num(v, type.as));
    case 'big':
      return ['1', '0', '-1'].map((v) => ({ t: 'big', v }));
    case 'str':
      return ['a', '', ' ', 'A b', '1'].map((v) => str(v, type.as));
    case 'date':
      return [{ t: 'date', v: '2026-01-01T00:00:00.000Z' }];
    case 'list': {
      const of = depth > 3 || unsupportedIn(type.of) !== null ? [] : simplestOf(type.of, depth + 1);
      const [first, second] = of;
      const some = [...of.slice(0, 5).map((one) => [one]), first && second ? [first, second] : [], first ? [first, first] : []].filter((one) => one.length > 0);
      return [...some.slice(0, 1), [], ...some.slice(1)].map((v) => list(v, type.as));
    }
    case 'tuple':
      return combine(type.of.map((one) => simplestOf(one, depth + 1))).map((v) => list(v, type.as));
    case 'new':
      return combine(type.of.map((one) => simplestOf(one, depth + 1))).map((v) => ({ t: 'new', as: type.as, v }));
    case 'obj': {
      const fields = type.fields.filter((field) => unsupportedIn(field.type) === null);
      const made = (kept: typeof fields): Value[] =>
        combine(kept.map((field) => (depth > 3 ? simplestOf(field.type, depth + 1).slice(0, 1) : simplestOf(field.type, depth + 1)))).map((values) => ({
          t: 'obj',
          v: kept.map(({ name }, i): [string, Value] => [name, values[i] ?? NULL]),
          ...(type.as === undefined ? {} : { as: type.as }),
        }));
      const required = fields.filter((field) => !field.optional);
      // A type that holds itself ends by what may be missing.
      if (depth > 3) return made(required).slice(0, 1);
      return [...made(fields), ...(required.length < fields.length ? made(required).slice(0, 3) : [])].slice(0, 12);
    }
    case 'record':
      return [
        { t: 'obj', v: [['a', simplestOf(type.of, depth + 1)[0] ?? NULL]] },
        { t: 'obj', v: [] },
      ];
    case 'map': {
      const key = simplestOf(type.key, depth + 1)[0] ?? NULL;
      const pair: [Value, Value] = [key, simplestOf(type.of, depth + 1)[0] ?? NULL];
      return [[pair], []].map((v) => ({ t: 'map', v, ...(type.as === undefined ? {} : { as: type.as }) }));
    }
    case 'union': {
      const usable = type.of.filter((one) => unsupportedIn(one) === null);
      const each = usable.map((one) => simplestOf(one, depth + 1));
      const made = [...each.flatMap((some) => some.slice(0, 1)), ...each.flatMap((some) => some.slice(1))].slice(0, 12);
      return made.length > 0 ? made : [NULL];
    }
    case 'any':
      return [num(1), str('a'), num(0), str(''), bool(true)];
    case 'unsupported':
      return [NULL];
  }
}

/** Each choice of each place once, beside the first choices of the others. */
export function combine(choices: readonly (readonly Value[])[]): Value[][] {
  const plain = choices.map((some) => some[0] ?? NULL);
  const found: Value[][] = [plain];
  for (const [i, some] of choices.entries()) for (const one of some.slice(1)) found.push(plain.map((usual, at) => (at === i ? one : usual)));
  return found;
}
