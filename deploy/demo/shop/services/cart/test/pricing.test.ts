import assert from 'node:assert/strict';
import { test } from 'node:test';
import { priceCart } from '../src/pricing.ts';

const tea = { sku: 'tea', price: 450, quantity: 2 };
const cup = { sku: 'cup', price: 890, quantity: 1 };
const pot = { sku: 'pot', price: 2990, quantity: 1 };

test('a cart costs what its lines cost', () => assert.equal(priceCart({ lines: [tea, cup] }).total, 1790));
test('an empty cart costs nothing', () => assert.equal(priceCart({ lines: [] }).total, 0));
test('a coupon takes its share off', () => assert.equal(priceCart({ lines: [pot, tea], coupon: 'FRIEND' }).discount, 584));
test('an unknown coupon changes nothing', () => assert.equal(priceCart({ lines: [cup], coupon: 'NOPE' }).total, 890));
test('three different things are priced one by one', () => assert.deepEqual(priceCart({ lines: [tea, cup, pot] }).lines, [900, 890, 2990]));
