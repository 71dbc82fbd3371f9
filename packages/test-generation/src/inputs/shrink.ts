// Smaller calls than a given one, nearest to nothing first. Pure.
import { keyOf, sizeOf } from '../value.ts';
import type { Value } from '../value.ts';

/** Each differs in one place and is smaller; at most `limit`. What is beyond the first `needed` may be left out. */
export function smaller(args: readonly Value[], needed: number, limit: number): Value[][] {
  const found = new Map<string, Value[]>();
  if (args.length > needed) found.set('shorter', args.slice(0, -1));
  const size = args.reduce((sum, one) => sum + sizeOf(one), 0);
  for (const [i, arg] of args.entries())
    for (const one of smallerValues(arg)) {
      const changed = args.map((usual, at) => (at === i ? one : usual));
      if (changed.reduce((sum, each) => sum + sizeOf(each), 0) < size) found.set(keyOf(changed), changed);
    }
  return [...found.values()].toSorted((a, b) => total(a) - total(b)).slice(0, limit);
}

const total = (args: readonly Value[]): number => args.reduce((sum, one) => sum + sizeOf(one), 0);

function* smallerValues(value: Value): Generator<Value> {
  switch (value.t) {
    case 'num':
      if (typeof value.v !== 'number') return;
      for (const v of [0, 1, Math.trunc(value.v), Math.abs(value.v), Math.trunc(value.v / 2), Math.trunc(value.v / 10), value.v - Math.sign(value.v)])
        yield { ...value, v };
      return;
    case 'str':
      for (const v of [
        '',
        'a',
        value.v.trim(),
        value.v.slice(0, value.v.length >> 1),
        value.v.slice(value.v.length >> 1),
        value.v.slice(1),
        value.v.slice(0, -1),
      ])
        yield { ...value, v };
      return;
    case 'bool':
      yield { ...value, v: false };
      return;
    case 'list':
      // A tuple has a length of its own.
      if (value.as !== 'tuple') {
        yield { ...value, v: [] };
        for (const at of value.v.keys()) yield { ...value, v: value.v.toSpliced(at, 1) };
        if (value.v.length > 3) yield { ...value, v: value.v.slice(0, value.v.length >> 1) };
      }
      for (const [i, one] of value.v.entries()) for (const less of smallerValues(one)) yield { ...value, v: value.v.with(i, less) };
      return;
    case 'new':
      for (const [i, one] of value.v.entries()) for (const less of smallerValues(one)) yield { ...value, v: value.v.with(i, less) };
      return;
    case 'map':
      for (const at of value.v.keys()) yield { ...value, v: value.v.toSpliced(at, 1) };
      for (const [i, [key, one]] of value.v.entries()) for (const less of smallerValues(one)) yield { ...value, v: value.v.with(i, [key, less]) };
      return;
    case 'obj':
      // Fields stay: without one it would be no value of its type.
      for (const [i, [name, one]] of value.v.entries()) for (const less of smallerValues(one)) yield { ...value, v: value.v.with(i, [name, less]) };
      return;
    default:
  }
}
