// Whether a value is one of a type: what is made smaller must not leave what the function is for. Pure.
import type { Type } from '../type.ts';
import { keyOf } from '../value.ts';
import type { Value } from '../value.ts';

export function fits(type: Type, value: Value): boolean {
  switch (type.k) {
    case 'any':
      return true;
    case 'const':
      return keyOf(type.v) === keyOf(value);
    case 'num':
      return (
        value.t === 'num' &&
        typeof value.v === 'number' &&
        value.v >= (type.min ?? -Infinity) &&
        value.v <= (type.max ?? Infinity) &&
        (!type.int || Number.isInteger(value.v))
      );
    case 'str':
      return value.t === 'str' && type.format === undefined;
    case 'bool':
      return value.t === 'bool';
    case 'list':
      return value.t === 'list' && value.v.every((one) => fits(type.of, one));
    case 'tuple':
      return value.t === 'list' && value.v.length === type.of.length && value.v.every((one, i) => fits(type.of[i] ?? { k: 'any' }, one));
    case 'new':
      return value.t === 'new' && value.v.every((one, i) => fits(type.of[i] ?? { k: 'any' }, one));
    case 'obj':
      return value.t === 'obj' && type.fields.every(({ name, type: own, optional }) => fitsField(value.v, name, own, optional));
    case 'record':
      return value.t === 'obj' && value.v.every(([, one]) => fits(type.of, one));
    case 'map':
      return value.t === 'map' && value.v.every(([key, one]) => fits(type.key, key) && fits(type.of, one));
    case 'union':
      return type.of.some((one) => fits(one, value));
    default:
      return false;
  }
}

function fitsField(fields: readonly [string, Value][], name: string, type: Type, optional: boolean): boolean {
  const found = fields.find(([key]) => key === name);
  return found ? fits(type, found[1]) : optional;
}
