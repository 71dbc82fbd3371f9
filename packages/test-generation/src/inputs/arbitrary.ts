// Values of a type, by fast-check: usual ones, those at the bounds, and literals of the code. Pure.
import fc from 'fast-check';
import type { Type } from '../type.ts';
import { unsupportedIn } from '../type.ts';
import { bool, list, NULL, num, str } from '../value.ts';
import type { Value } from '../value.ts';

type Language = 'js' | 'python' | 'go';
/** What is common to all values of one function. */
export type Source = { language: Language; literals: readonly Value[] };

const TEXTS = [
  '',
  'a',
  'b',
  'A b',
  ' x ',
  'abc',
  'Zoë',
  '0',
  '12',
  '-1',
  'a,b',
  'a@b.co',
  'hello world',
  'UPPER',
  'a-b_c',
  'line\nbreak',
  '日本',
  'x'.repeat(40),
];
const BY_FORMAT: Readonly<Record<string, readonly string[]>> = {
  'date-time': ['2024-02-29T23:59:59Z', '2026-01-01T00:00:00Z', '1999-12-31T12:30:00Z'],
  date: ['2024-02-29', '2026-01-01', '1999-12-31'],
  email: ['a@b.co', 'first.last+tag@example.org'],
  uuid: ['00000000-0000-4000-8000-000000000000', 'f47ac10b-58cc-4372-a567-0e02b2c3d479'],
  uri: ['https://example.org/', 'http://localhost:8080/a?b=c#d'],
};
const WHOLE = [0, 1, -1, 2, 3, 5, 7, 10, 12, 99, 100, 101, 255, 256, 1000, -5, -10, 4096, 100_000];
const BROKEN = [0.5, 0.1, 1.5, -0.5, 2.25, 19.99, 99.99, 1e-3];
/** How deep a type that holds itself is followed. */
const MAX_DEPTH = 4;

export function arbitraryOf(type: Type, source: Source, depth = 0): fc.Arbitrary<Value> {
  const inner = (one: Type): fc.Arbitrary<Value> => arbitraryOf(one, source, depth + 1);
  switch (type.k) {
    case 'const':
      return fc.constant(type.v);
    case 'bool':
      return fc.boolean().map((v) => ({ ...bool(v), ...(type.as === undefined ? {} : { as: type.as }) }));
    case 'num':
      return numbers(type, source);
    case 'big':
      return fc.constantFrom('0', '1', '-1', '10', '9007199254740993').map((v) => ({ t: 'big', v }));
    case 'str':
      return texts(type, source);
    case 'date':
      return fc
        .constantFrom('2024-02-29T23:59:59.000Z', '2026-01-01T00:00:00.000Z', '2025-03-30T01:30:00.000Z', '1970-01-01T00:00:00.000Z')
        .map((v) => ({ t: 'date', v }));
    case 'list':
      if (depth > MAX_DEPTH || unsupportedIn(type.of) !== null) return fc.constant(list([], type.as));
      return fc.oneof(
        { weight: 5, arbitrary: fc.array(inner(type.of), { maxLength: 4 }).map((v) => list(v, type.as)) },
        // Code that looks for repetition, order or neighbours sees some.
        { weight: 1, arbitrary: fc.tuple(inner(type.of), inner(type.of)).map(([a, b]) => list([a, b, a], type.as)) },
        { weight: 1, arbitrary: fc.array(inner(type.of), { minLength: 5, maxLength: 12 }).map((v) => list(v, type.as)) },
      );
    case 'tuple':
      return fc.tuple(...type.of.map(inner)).map((v) => list(v, type.as));
    case 'obj': {
      const fields = type.fields.filter((field) => !field.optional || (depth <= MAX_DEPTH && unsupportedIn(field.type) === null));
      return fc
        .tuple(...fields.map((field) => (field.optional ? fc.option(inner(field.type), { freq: 2, nil: undefined }) : inner(field.type))))
        .map((values) => ({
          t: 'obj',
          v: fields.flatMap(({ name }, i): [string, Value][] => (values[i] === undefined ? [] : [[name, values[i]]])),
          ...(type.as === undefined ? {} : { as: type.as }),
        }));
    }
    case 'record':
      return fc.array(fc.tuple(keys(source), inner(type.of)), { maxLength: 3 }).map((pairs) => ({ t: 'obj', v: [...new Map(pairs)] }));
    case 'map':
      return fc.array(fc.tuple(inner(type.key), inner(type.of)), { maxLength: 3 }).map((pairs) => ({
        t: 'map',
        v: [...new Map(pairs.map(([key, one]) => [JSON.stringify(key), [key, one] as [Value, Value]])).values()],
        ...(type.as === undefined ? {} : { as: type.as }),
      }));
    case 'union': {
      const usable = type.of.filter((one) => unsupportedIn(one) === null && (depth <= MAX_DEPTH || isFlat(one)));
      return usable.length === 0 ? fc.constant(NULL) : fc.oneof(...usable.map(inner));
    }
    case 'new':
      return fc.tuple(...type.of.map(inner)).map((v) => ({ t: 'new', as: type.as, v }));
    case 'any':
      return fc.oneof(numbers({ k: 'num' }, source), texts({ k: 'str' }, source), fc.boolean().map(bool));
    case 'unsupported':
      return fc.constant(NULL);
  }
}

const isFlat = (type: Type): boolean => !['list', 'obj', 'tuple', 'record', 'map', 'new', 'union'].includes(type.k);

function numbers(type: Extract<Type, { k: 'num' }>, source: Source): fc.Arbitrary<Value> {
  const inside = (v: number): boolean => v >= (type.min ?? -1e9) && v <= (type.max ?? 1e9) && (!type.int || Number.isInteger(v));
  const near = source.literals.flatMap((one) => (one.t === 'num' && typeof one.v === 'number' ? [one.v, one.v - 1, one.v + 1, one.v * 2] : [])).filter(inside);
  const bounds = [type.min, type.max].filter((v) => v !== undefined);
  const usual = [...WHOLE, ...(type.int ? [] : BROKEN), ...bounds].filter(inside);
  const low = Math.max(type.min ?? -1000, -1e6);
  const range = { min: Math.ceil(low), max: Math.floor(Math.max(low, Math.min(type.max ?? 10_000, 1e6))) };
  const any = fc.oneof(
    { weight: 3, arbitrary: usual.length > 0 ? fc.constantFrom(...usual) : fc.integer(range) },
    ...(near.length > 0 ? [{ weight: 3, arbitrary: fc.constantFrom(...near) }] : []),
    { weight: 2, arbitrary: fc.integer(range) },
    ...(type.int ? [] : [{ weight: 1, arbitrary: fc.integer(range).map((v) => v / 100) }]),
  );
  return any.map((v) => num(v, type.as ?? (source.language === 'python' && type.int === false ? 'float' : undefined)));
}

function texts(type: Extract<Type, { k: 'str' }>, source: Source): fc.Arbitrary<Value> {
  const formatted = BY_FORMAT[type.format ?? ''];
  if (formatted) return fc.constantFrom(...formatted).map((v) => str(v, type.as));
  const own = source.literals.flatMap((one) => (one.t === 'str' && one.v.length < 60 ? [one.v] : []));
  const some = fc.constantFrom(...TEXTS);
  const any = fc.oneof(
    { weight: 3, arbitrary: some },
    ...(own.length > 0
      ? [
          { weight: 3, arbitrary: fc.constantFrom(...own) },
          { weight: 2, arbitrary: fc.tuple(some, fc.constantFrom(...own), some).map((parts) => parts.join('')) },
          { weight: 1, arbitrary: fc.constantFrom(...own).map((v) => v.toUpperCase()) },
        ]
      : []),
    // Not the names that every object has: as keys they do what nobody asks of them.
    { weight: 2, arbitrary: fc.string({ maxLength: 12 }).filter((text) => !(text in {})) },
    { weight: 1, arbitrary: fc.array(some, { minLength: 2, maxLength: 4 }).map((parts) => parts.join(' ')) },
  );
  return any.map((v) => str(v, type.as));
}

function keys(source: Source): fc.Arbitrary<string> {
  const own = source.literals.flatMap((one) => (one.t === 'str' && /^[\w-]{1,30}$/.test(one.v) ? [one.v] : []));
  return fc.constantFrom('a', 'b', 'c', 'key', 'x-y', ...own);
}
