import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { createWebServer } from '../src/server.ts';

const servers: Server[] = [];
let address = '';
/** Headers that the catalog got last. */
let asked: IncomingHttpHeaders = {};

async function listen(server: Server): Promise<string> {
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

before(async () => {
  const catalog = await listen(
    createServer(({ headers }, response) => {
      asked = headers;
      response.end(JSON.stringify({ products: [{ sku: 'tea', name: 'Green <tea>', price: 450 }] }));
    }),
  );
  const cart = await listen(createServer((_, response) => response.end(JSON.stringify({ lines: [900], discount: 45, total: 855 }))));
  address = await listen(createWebServer({ catalog, cart }));
});
after(() => {
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
});

const text = async (path: string, init?: RequestInit) => (await fetch(address + path, init)).text();

test('the front page has a search', async () => assert.match(await text('/'), /<form action="\/search">/));
test('the style is there', async () => assert.equal((await fetch(`${address}/style.css`)).headers.get('content-type'), 'text/css'));
test('what was found is shown with its price', async () => assert.match(await text('/search?q=tea'), /Green &#60;tea&#62; <b>€ 4.50<\/b>/));
test('a cart is shown with what it saves', async () => assert.match(await text('/cart', { method: 'POST', body: '{"lines":[]}' }), /You save € 0.45.*€ 8.55/));
test('the services that are asked are told who asks and in which trace', async () => {
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  await text('/search?q=tea', { headers: { 'x-customer': 'ann', traceparent } });
  assert.deepEqual([asked['x-customer'], asked.traceparent], ['ann', traceparent]);
  await text('/search?q=tea');
  assert.equal(asked.traceparent, undefined);
});
test('a page that is not there is not found', async () => assert.equal((await fetch(`${address}/nowhere`)).status, 404));
