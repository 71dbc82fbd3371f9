// The calls that both versions are asked: seen in tests, simple ones, and random ones by seed. Pure.
import fc from 'fast-check';
import type { Callable, Case } from '../callable.ts';
import { constant, union } from '../type.ts';
import type { Type } from '../type.ts';
import { keyOf, sizeOf } from '../value.ts';
import type { Value } from '../value.ts';
import { arbitraryOf } from './arbitrary.ts';
import type { Source } from './arbitrary.ts';
import { fits } from './fits.ts';
import { combine, simplestOf } from './simplest.ts';

/** More to read than this is no example any more. */
const MAX_SIZE = 400;
const MAX_OWN = 12;
const MAX_PRODUCT = 150;
/** Texts of the code that take a place in calls that are known: a key of a table is met by nobody's chance. */
const MAX_TEXTS = 6;
const MISSING: Value = { t: 'undefined' };

/** The receiver first; what may be missing is sometimes missing. Deterministic by seed. */
export function casesOf(callable: Callable, source: Source, seen: readonly (readonly Value[])[], seed: number, count: number): Case[] {
  const types = [...(callable.receiver ? [callable.receiver] : []), ...callable.parameters.map((one) => one.type)];
  const optional = [...(callable.receiver ? [false] : []), ...callable.parameters.map((one) => one.optional)];
  const found = new Map<string, Case>();
  const add = (args: readonly Value[], from: Case['from']): void => {
    let end = args.length;
    while (end > 0 && args[end - 1] === MISSING) end -= 1;
    const kept = args.slice(0, end);
    const key = keyOf(kept);
    if (!found.has(key) && kept.reduce((sum, one) => sum + sizeOf(one), 0) <= MAX_SIZE) found.set(key, { args: kept, from });
  };
  for (const args of seen) add(args, 'seen');
  if (types.length === 0) add([], 'boundary');
  const simple = types.map((type, i) => [...simplestOf(type), ...boundsIn(type, source.literals), ...(optional[i] ? [MISSING] : [])]);
  for (const args of combine(simple)) add(args, 'boundary');
  // A place of a call that is known, with everything else as it was there: deep values come about by nobody's chance.
  const texts = source.literals.flatMap((one) => (one.t === 'str' && one.v !== '' ? [one.v] : [])).slice(0, MAX_TEXTS);
  const isRoom = (): boolean => found.size < count * 0.7;
  for (const args of seen.slice(0, 8)) for (const changed of variations(args, types, simple, texts)) if (isRoom()) add(changed, 'boundary');
  // What the code compares with, in every combination: two conditions are met by nobody's chance.
  const own = types.map((type, i) => [...boundsIn(type, source.literals, false), ...(simple[i] ?? [])].slice(0, MAX_OWN));
  if (types.length > 1 && own.reduce((product, some) => product * some.length, 1) <= MAX_PRODUCT)
    for (const args of product(own)) if (isRoom()) add(args, 'boundary');
  if (types.length > 1)
    for (const args of fc.sample(fc.tuple(...simple.map((some) => fc.constantFrom(...some))), { numRuns: 100, seed })) if (isRoom()) add(args, 'boundary');
  // Words of known calls are likely keys of others.
  const words = seen.flat().flatMap(wordsIn);
  const wider: Source = { ...source, literals: [...source.literals, ...words.map((v): Value => ({ t: 'str', v }))] };
  const arbitrary = fc.tuple(
    ...types.map((type, i) => {
      const known = seen.flatMap((args) => (args[i] ? [args[i]] : [])).slice(0, 20);
      const made = arbitraryOf(type, wider);
      const some = known.length > 0 ? fc.oneof({ weight: 4, arbitrary: made }, { weight: 1, arbitrary: fc.constantFrom(...known) }) : made;
      return optional[i] ? fc.oneof({ weight: 3, arbitrary: some }, { weight: 1, arbitrary: fc.constant(MISSING) }) : some;
    }),
  );
  if (types.length > 0)
    for (const args of fc.sample(arbitrary, { numRuns: Math.max(1, count - found.size), seed })) if (found.size < count) add(args, 'random');
  return [...found.values()].slice(0, count);
}

/** Numbers of the code, and their neighbours; texts of the code: what it compares with. */
function boundsIn(type: Type, literals: readonly Value[], neighbours = true): Value[] {
  if (type.k === 'num') {
    const numbers = literals.flatMap((one) => (one.t === 'num' && typeof one.v === 'number' ? [one.v] : []));
    const near = neighbours ? numbers.flatMap((v) => [v - 1, v + 1]) : [];
    return [...new Set([...numbers, ...near])]
      .map((v): Value => ({ t: 'num', v, ...(type.as === undefined ? {} : { as: type.as }) }))
      .filter((one) => fits(type, one))
      .slice(0, 24);
  }
  if (type.k === 'str') return literals.flatMap((one): Value[] => (one.t === 'str' && fits(type, one) ? [{ ...one, as: type.as }] : [])).slice(0, 8);
  return type.k === 'union' ? type.of.flatMap((one) => boundsIn(one, literals, neighbours)) : [];
}

function* product(choices: readonly (readonly Value[])[]): Generator<Value[]> {
  const [first, ...rest] = choices;
  if (!first) yield [];
  else for (const one of first) for (const others of product(rest)) yield [one, ...others];
}

function* variations(args: readonly Value[], types: readonly Type[], simple: readonly (readonly Value[])[], texts: readonly string[]): Generator<Value[]> {
  for (const [i, arg] of args.entries()) {
    const put = (one: Value): Value[] => args.map((usual, at) => (at === i ? one : usual));
    for (const one of types[i]?.k === 'any' ? [] : (simple[i] ?? [])) yield put(one);
    for (const one of leavesChanged(arg, texts)) yield put(one);
  }
}

/** The same value with one part of it at a bound of its own kind. */
function* leavesChanged(value: Value, texts: readonly string[]): Generator<Value> {
  if (value.t === 'list') {
    yield { ...value, v: [] };
    if (value.as !== 'tuple') yield { ...value, v: [...value.v, ...value.v] };
    for (const [i, one] of value.v.entries()) for (const changed of leavesChanged(one, texts)) yield { ...value, v: value.v.with(i, changed) };
  } else if (value.t === 'new') {
    for (const [i, one] of value.v.entries()) for (const changed of leavesChanged(one, texts)) yield { ...value, v: value.v.with(i, changed) };
  } else if (value.t === 'obj') {
    for (const [i, [name, one]] of value.v.entries()) for (const changed of leavesChanged(one, texts)) yield { ...value, v: value.v.with(i, [name, changed]) };
  } else if (value.t === 'num') {
    for (const v of [0, 1, -1, 100]) yield { ...value, v };
    if (typeof value.v === 'number') for (const v of [value.v + 1, value.v - 1, -value.v, value.v * 10]) yield { ...value, v };
  } else if (value.t === 'str') {
    for (const v of [...texts, '', ' ', value.v.toUpperCase(), ` ${value.v} `, value.v + value.v]) yield { ...value, v };
  } else if (value.t === 'bool') yield { ...value, v: !value.v };
}

/** Texts and names of fields. */
function wordsIn(value: Value): string[] {
  if (value.t === 'str') return [value.v];
  if (value.t === 'list' || value.t === 'new') return value.v.flatMap(wordsIn);
  return value.t === 'obj' ? value.v.flatMap(([name, one]) => [name, ...wordsIn(one)]) : [];
}

/** The type of values that were seen: what else is like them. */
export function typeOfSeen(values: readonly Value[]): Type | null {
  const [first] = values;
  if (!first) return null;
  if (values.every((one) => one.t === 'num')) return { k: 'num', int: values.every((one) => Number.isInteger(one.v)) };
  if (values.every((one) => one.t === 'str')) return { k: 'str' };
  if (values.every((one) => one.t === 'bool')) return { k: 'bool' };
  if (values.every((one) => one.t === 'list')) return { k: 'list', of: typeOfSeen(values.flatMap((one) => one.v)) ?? { k: 'any' }, ...asOf(first) };
  if (values.every((one) => one.t === 'obj')) {
    const names = [...new Set(values.flatMap((one) => one.v.map(([name]) => name)))];
    const fields = names.map((name) => {
      const own = values.flatMap((one) => one.v.filter(([key]) => key === name).map(([, value]) => value));
      return { name, optional: own.length < values.length, type: typeOfSeen(own) ?? { k: 'any' as const } };
    });
    const whole: Type = { k: 'obj', fields, ...asOf(first) };
    // Values of one kind under names: as likely a table as an object.
    const kinds = new Set(fields.map(({ type }) => JSON.stringify(type)));
    const [only] = fields;
    return kinds.size === 1 && only && only.type.k !== 'any' && !('as' in whole) ? union([whole, { k: 'record', of: only.type }]) : whole;
  }
  const kinds = Map.groupBy(values, (one) => one.t);
  if (kinds.size === 1) return constant(first);
  return { k: 'union', of: [...kinds.values()].flatMap((some) => typeOfSeen(some) ?? []) };
}

const asOf = (value: Value): { as?: string } => ('as' in value && value.as !== undefined ? { as: value.as } : {});
