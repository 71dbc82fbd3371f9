// When a started process counts as healthy.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitHealthy } from './health.ts';

let server: Server;
let port: number;
let status = 200;
let asked = 0;
beforeAll(async () => {
  server = createServer((_, response) => {
    asked += 1;
    response.writeHead(status).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => server.close());

const wait = (path: string, answers: number, lives = () => true) => {
  status = answers;
  asked = 0;
  return waitHealthy(port, path, lives, new AbortController().signal, 300);
};

test.each([
  ['/health', 204, 'healthy'],
  ['/health', 302, 'healthy'],
  ['/health', 404, 'unhealthy'],
  ['/', 404, 'healthy'],
  ['/', 503, 'unhealthy'],
] as const)('GET %s answering %d is %s: a path that was guessed may be unknown to the service', async (path, answers, kind) => {
  expect(await wait(path, answers)).toMatchObject({ kind });
  expect(asked).toBeGreaterThanOrEqual(2);
});

test('an unhealthy one says what it answered last, an ended one is not waited for', async () => {
  expect(await wait('/ready', 503)).toEqual({ kind: 'unhealthy', last: 'GET /ready answered 503' });
  expect(await wait('/ready', 200, () => false)).toEqual({ kind: 'ended' });
});
