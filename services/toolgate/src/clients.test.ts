// Sessions with tool servers: what failed once must not be the answer for ever.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Connection } from '@awo/bus';
import { createLogger } from '@awo/telemetry';
import { afterEach, expect, test } from 'vitest';
import { openClients } from './clients.ts';

const undo: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
});

/** MCP over HTTP in its least form. The first `refusals` questions for its tools fail. */
async function serverThatListsLate(refusals: number): Promise<string> {
  let left = refusals;
  const server = createServer(async (request, response) => {
    if (request.method !== 'POST') return void response.writeHead(405).end();
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { id, method, params } = JSON.parse(body) as { id?: number; method: string; params?: { protocolVersion?: string } };
    if (id === undefined) return void response.writeHead(202).end();
    if (method === 'tools/list' && left-- > 0) return void response.writeHead(503).end();
    const result =
      method === 'initialize'
        ? { protocolVersion: params?.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'far', version: '1' } }
        : { tools: [{ name: 'note', inputSchema: { type: 'object', properties: {} } }] };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ jsonrpc: '2.0', id, result }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  undo.push(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
}

test('a list of tools that failed is asked for again: kept, it would be the answer to every later call, and the gate would be shut for this server for ever', async () => {
  // Attached servers are reached by HTTP: no bus takes part.
  const clients = openClients({} as Connection, {}, createLogger('toolgate', 'test', 'silent'));
  undo.push(() => clients.closeAll());
  const server = { name: 'far', url: await serverThatListsLate(1), env: [], pins: {}, addedAt: '2026-01-01T00:00:00.000Z' };
  const tools = async () => [...(await (await clients.attached(server)).tools()).keys()];
  await expect(tools()).rejects.toMatchObject({ name: 'RetryableError', code: 'tool-unavailable' });
  expect(await tools()).toEqual(['note']);
});

test('a call that was lost takes its own session with it, and not the one that others have opened since', async () => {
  const clients = openClients({} as Connection, {}, createLogger('toolgate', 'test', 'silent'));
  undo.push(() => clients.closeAll());
  const server = { name: 'far', url: await serverThatListsLate(0), env: [], pins: {}, addedAt: '2026-01-01T00:00:00.000Z' };
  const first = await clients.attached(server);
  clients.drop('far', first);
  const second = await clients.attached(server);
  expect(second).not.toBe(first);
  clients.drop('far', first);
  expect(await clients.attached(server)).toBe(second);
  expect([...(await second.tools()).keys()]).toEqual(['note']);
});
