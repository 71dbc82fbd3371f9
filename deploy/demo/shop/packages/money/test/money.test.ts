import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cents, format, share, sum, times } from '../src/index.ts';

test('amounts are added in whole cents', () => assert.equal(sum([10, 20, 5]), 35));
test('an amount is multiplied by a quantity', () => assert.equal(times(199, 3), 597));
test('a share is a whole number of cents', () => assert.equal(share(1000, 10), 100));
test('a fraction of a cent is no amount', () => assert.throws(() => cents(0.5), RangeError));
test('an amount is shown with two digits', () => assert.equal(format(1990), '€ 19.90'));
