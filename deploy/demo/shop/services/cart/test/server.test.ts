import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { createCartServer } from '../src/server.ts';

const server = createCartServer();
let address = '';

before(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => server.close());

const post = (path: string, body: string) => fetch(address + path, { method: 'POST', body });

test('it says that it is well', async () => assert.equal((await fetch(`${address}/health`)).status, 200));

test('a cart is priced', async () => {
  const response = await post('/price', JSON.stringify({ lines: [{ sku: 'cup', price: 890, quantity: 2 }] }));
  assert.deepEqual(await response.json(), { lines: [1780], discount: 0, total: 1780 });
});

test('an order gets a number', async () => {
  const response = await post('/checkout', JSON.stringify({ lines: [{ sku: 'cup', price: 890, quantity: 1 }] }));
  assert.match(((await response.json()) as { order: string }).order, /^o[0-9a-z]+$/);
});

test('more of one thing than the catalog sells at once is refused', async () => {
  const of = async (quantity: number) => (await post('/price', JSON.stringify({ lines: [{ sku: 'pot', price: 2990, quantity }] }))).status;
  assert.deepEqual([await of(24), await of(25)], [200, 400]);
});

test('what is no cart is refused', async () => assert.equal((await post('/price', 'tea, please')).status, 400));
