// Whether two calls ended in the same way, as far as the caller can tell. Pure.
import type { Value } from '../value.ts';
import type { Ended, Outcome } from './outcome.ts';

/** Sums in another order differ by rounding; that is no other result. Relative to the larger. */
const ROUNDING = 1e-9;

/** What differs first: the end, an argument, what was printed. Null where nothing does. */
export type Difference = 'ended' | 'argument' | 'output';

export function differenceOf(before: Outcome, after: Outcome): Difference | null {
  if (!sameEnd(before.ended, after.ended)) return 'ended';
  if (before.ended.kind !== 'returned' && before.ended.kind !== 'threw') return null;
  if (before.args.length === after.args.length && before.args.some((arg, i) => !sameValue(arg, after.args[i]))) return 'argument';
  return before.output === after.output ? null : 'output';
}

/**
 * The two outcomes with the object that was called on, their first argument, cut to the fields that both versions know:
 * how a class names and hides what it holds is its own affair; what a field of both holds is not.
 */
export function withoutLayout(before: Outcome, after: Outcome): [Outcome, Outcome] {
  const [a, b] = [before.args[0], after.args[0]];
  if (a?.t !== 'obj' || b?.t !== 'obj') return [before, after];
  const cut = (outcome: Outcome, own: typeof a, other: typeof a): Outcome => {
    const known = new Set(other.v.map(([name]) => name));
    return { ...outcome, args: [{ ...own, v: own.v.filter(([name]) => known.has(name)) }, ...outcome.args.slice(1)] };
  };
  return [cut(before, a, b), cut(after, b, a)];
}

function sameEnd(a: Ended, b: Ended): boolean {
  if (a.kind === 'returned' && b.kind === 'returned') return (a.later ?? false) === (b.later ?? false) && sameValue(a.value, b.value);
  // Which accident comes first, and in which words, is no promise of the code.
  if (a.kind === 'threw' && b.kind === 'threw')
    return (a.accident && b.accident) || (a.accident === b.accident && a.type === b.type && a.message === b.message);
  if (a.kind === 'exited' && b.kind === 'exited') return a.code === b.code;
  return a.kind === b.kind;
}

/** Fields in any order; a field that is undefined is one that is not there; 0 is -0. */
export function sameValue(a: Value | undefined, b: Value | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.t === 'num' && b.t === 'num') return sameNumber(a.v, b.v);
  if (a.t === 'list' && b.t === 'list') return sameList(a, b);
  if (a.t === 'obj' && b.t === 'obj') {
    const [left, right] = [fieldsOf(a.v), fieldsOf(b.v)];
    return left.size === right.size && [...left].every(([name, value]) => sameValue(value, right.get(name)));
  }
  if (a.t === 'map' && b.t === 'map')
    return (
      a.v.length === b.v.length &&
      nilOf(a) === nilOf(b) &&
      a.v.every(([key, value]) => b.v.some(([other, held]) => sameValue(key, other) && sameValue(value, held)))
    );
  if (a.t === 'new' && b.t === 'new') return a.as === b.as && a.v.length === b.v.length && a.v.every((one, i) => sameValue(one, b.v[i]));
  if (a.t !== b.t) return false;
  if (a.t === 'error' && b.t === 'error') return a.v === b.v;
  return !('v' in a) || !('v' in b) || a.v === b.v;
}

function sameNumber(a: number | string, b: number | string): boolean {
  if (typeof a !== 'number' || typeof b !== 'number') return a === b;
  if (a === b) return true;
  // Whole numbers are exact.
  return !(Number.isInteger(a) && Number.isInteger(b)) && Math.abs(a - b) <= ROUNDING * Math.max(Math.abs(a), Math.abs(b));
}

const UNORDERED = /^(Set|set)$/;
const nilOf = (value: { as?: string }): boolean => value.as?.startsWith('nil ') ?? false;

function sameList(a: Extract<Value, { t: 'list' }>, b: Extract<Value, { t: 'list' }>): boolean {
  // A list that is made at once and one that is made as it is asked for are used in different ways; so are nil and an empty one where they become JSON.
  if (a.v.length !== b.v.length || nilOf(a) !== nilOf(b) || lazy(a) !== lazy(b)) return false;
  if (UNORDERED.test(a.as ?? '') && UNORDERED.test(b.as ?? '')) return a.v.every((one) => b.v.some((other) => sameValue(one, other)));
  return a.v.every((one, i) => sameValue(one, b.v[i]));
}
const lazy = (value: { as?: string }): boolean => /^(iterator|Iterator)$/.test(value.as ?? '');

const fieldsOf = (fields: readonly [string, Value][]): Map<string, Value> => new Map(fields.filter(([, value]) => value.t !== 'undefined'));
