// What counts as another behaviour, and what does not.
import { describe, expect, test } from 'vitest';
import type { Value } from '../value.ts';
import { bool, list, NULL, num, str } from '../value.ts';
import { withoutLayout } from './compare.ts';
import { kindOf } from './findings.ts';
import type { FindingKind } from './findings.ts';
import type { Ended, Outcome } from './outcome.ts';

const returned = (value: Value): Ended => ({ kind: 'returned', value });
const threw = (message: string, accident = false, type = 'Error'): Ended => ({ kind: 'threw', type, message, accident });
const outcome = (ended: Ended, args: Value[] = [], output = ''): Outcome => ({ ended, args, output });
const record = (...fields: [string, Value][]): Value => ({ t: 'obj', v: fields });

describe('ends', () => {
  test.each<[string, Ended, Ended, FindingKind | null]>([
    ['null is not 0', returned(num(0)), returned(NULL), 'result'],
    ['null is not undefined', returned(NULL), returned({ t: 'undefined' }), 'result'],
    ['a sum in another order', returned(num(0.1 + 0.2)), returned(num(0.3)), null],
    ['whole numbers are exact', returned(num(1e12)), returned(num(1e12 + 1)), 'result'],
    ['0 and -0', returned(num(0)), returned(num(-0)), null],
    ['fields in another order', returned(record(['a', num(1)], ['b', num(2)])), returned(record(['b', num(2)], ['a', num(1)])), null],
    ['a field that is undefined is not there', returned(record(['a', { t: 'undefined' }])), returned(record()), null],
    ['a list in another order', returned(list([num(1), num(2)])), returned(list([num(2), num(1)])), 'result'],
    ['a set in another order', returned(list([num(1), num(2)], 'set')), returned(list([num(2), num(1)], 'set')), null],
    ['nil and an empty slice become other JSON', returned(list([], '[]int')), returned(list([], 'nil []int')), 'result'],
    ['an iterator and a list', returned(list([], 'iterator')), returned(list([])), 'result'],
    ['a promise and a value', returned(num(1)), { ...returned(num(1)), later: true } as Ended, 'promise'],
    ['an error of the code', returned(num(1)), threw('no'), 'new-error'],
    ['an error less', threw('no'), returned(num(1)), 'error-gone'],
    ['another message', threw('no'), threw('never'), 'other-error'],
    ['which accident comes first is no promise', threw('x of null', true, 'TypeError'), threw('y is not defined', true, 'ReferenceError'), null],
    ['an accident instead of an error', threw('no'), threw('x of null', true, 'TypeError'), 'other-error'],
    ['what hangs now', returned(bool(true)), { kind: 'never-ends', afterMs: 1 }, 'does-not-end'],
    ['what hung before', { kind: 'never-ends', afterMs: 1 }, { kind: 'never-ends', afterMs: 2 }, null],
    ['another exit code', { kind: 'exited', code: 0 }, { kind: 'exited', code: 1 }, 'does-not-end'],
  ])('%s', (_, before, after, kind) => {
    expect(kindOf(outcome(before), outcome(after))).toBe(kind);
  });
});

test('an argument that is left otherwise and what is printed count where the ends are the same', () => {
  const end = returned(num(1));
  expect(kindOf(outcome(end, [list([num(1)])]), outcome(end, [list([])]))).toBe('argument');
  expect(kindOf(outcome(end, [str('a')], 'x'), outcome(end, [str('a')], ''))).toBe('output');
  expect(kindOf(outcome(end, [str('a')], 'x'), outcome(end, [str('a')], 'x'))).toBeNull();
});

test('fields that one version of a class hides are no difference, as nobody outside relied on them; what both show is', () => {
  const on = (...fields: [string, Value][]): Outcome => outcome({ kind: 'returned', value: num(1) }, [{ t: 'obj', v: fields }]);
  expect(kindOf(...withoutLayout(on(['items', list([num(1)])], ['size', num(1)]), on(['size', num(1)])))).toBeNull();
  expect(kindOf(...withoutLayout(on(['items', list([])], ['size', num(1)]), on(['size', num(2)])))).toBe('argument');
});
