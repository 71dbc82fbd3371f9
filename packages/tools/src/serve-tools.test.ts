// MCP over NATS: real tool servers as processes, real clients on a real server.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Bus } from '@awo/bus';
import { startTestNats, waitFor } from '@awo/testing';
import type { TestNats } from '@awo/testing';
import { Client } from '@modelcontextprotocol/client';
import type { CallToolResult } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { META } from './meta.ts';
import { NatsClientTransport } from './nats-transport.ts';

const SERVER = fileURLToPath(new URL('testing/greeting-server.ts', import.meta.url));
let nats: TestNats;
let toolgate: Bus;
const servers: ChildProcess[] = [];
const clients: Client[] = [];

beforeAll(async () => {
  nats = await startTestNats();
  toolgate = await nats.as('toolgate');
  await Promise.all([start('mcp-git-1'), start('mcp-git-2')]);
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()));
  for (const server of servers) server.kill('SIGKILL');
  await nats.stop();
});

/** Starts a replica and waits until the bus sees it. */
async function start(instance: string): Promise<ChildProcess> {
  const env = { PATH: process.env.PATH, AWO_LOG_LEVEL: 'silent', ...nats.env('mcp-git', instance) };
  const server = spawn(process.execPath, [SERVER], { env, stdio: ['ignore', 'inherit', 'inherit'] });
  servers.push(server);
  await waitFor(
    async () => {
      const { connections } = (await (await fetch(`${nats.monitorUrl}/connz?subs=1`)).json()) as { connections: { name: string; subscriptions: number }[] };
      return connections.find((c) => c.name === instance && c.subscriptions >= 2);
    },
    { what: `${instance} to listen`, timeoutMs: 60_000 },
  );
  return server;
}
async function open(): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' });
  clients.push(client);
  await client.connect(new NatsClientTransport(toolgate, 'mcp-git'));
  return client;
}
const call = async (client: Client, name: string, args: Record<string, unknown>, meta: Record<string, unknown> = {}) =>
  (await client.callTool({ name, arguments: args, _meta: meta })) as CallToolResult;

test('a tool is listed with its schemas and called with key and fence, as over any MCP transport', async () => {
  const client = await open();
  const { tools } = await client.listTools();
  expect(tools.map((t) => t.name)).toEqual(['test.greet', 'test.work', 'test.count', 'test.fail']);
  expect(tools[0]).toMatchObject({ inputSchema: { required: ['who'] }, outputSchema: { type: 'object' }, annotations: { readOnlyHint: true } });
  const result = await call(client, 'test.greet', { who: 'Ada' }, { [META.key]: 'g1.a.greet', [META.fence]: 7 });
  expect(result.structuredContent).toMatchObject({ said: 'Hello, Ada', key: 'g1.a.greet', fence: 7 });
});

test('replicas share the sessions, and a session stays with the replica that took it', async () => {
  const by = await Promise.all(
    Array.from({ length: 24 }, async () => {
      const client = await open();
      const answers = await Promise.all(Array.from({ length: 4 }, () => call(client, 'test.greet', { who: 'Ada' })));
      return answers.map((a) => (a.structuredContent as { by: string }).by);
    }),
  );
  for (const session of by) expect(new Set(session).size).toBe(1);
  expect(new Set(by.flat())).toEqual(new Set(['mcp-git-1', 'mcp-git-2']));
});

test.each([
  ['terminal', { code: 'unknown-service', retryAfterMs: null, hint: 'Known: cart.' }, 'No service "crat". Known: cart.'],
  ['retryable', { code: 'busy', retryAfterMs: 700 }, 'Three are at work already.'],
  ['bug', { code: 'internal', retryAfterMs: 2000 }, 'x is undefined'],
])('a %s error arrives with its code, when to try again, and the way out', async (how, meta, said) => {
  const result = await call(await open(), 'test.fail', { how });
  expect(result.isError).toBe(true);
  expect(result.content).toEqual([{ type: 'text', text: said }]);
  expect(result._meta?.[META.error]).toEqual(meta);
});

test('an output that does not fit its contract never leaves as a result', async () => {
  const result = await call(await open(), 'test.fail', { how: 'output' });
  expect(result.isError).toBe(true);
  expect(result.structuredContent).toBeUndefined();
});

test('arguments that do not fit never reach the handler', async () => {
  const answer = await call(await open(), 'test.greet', { who: 7 }).then(
    (result) => JSON.stringify(result),
    (error: unknown) => String(error),
  );
  expect(answer).toMatch(/who/);
  expect(answer).not.toContain('Hello');
});

test('work that takes longer than the silence that means death is kept alive by its heartbeats', async () => {
  let beats = 0;
  const client = await open();
  const options = { timeout: 3000, resetTimeoutOnProgress: true, maxTotalTimeout: 20_000, onprogress: () => void beats++ };
  const result = (await client.callTool({ name: 'test.work', arguments: { ms: 7000 } }, options)) as CallToolResult;
  expect(result.structuredContent).toMatchObject({ stopped: false });
  expect(beats).toBeGreaterThanOrEqual(3);
});

test('a server that nobody runs is known at once and not after a timeout', async () => {
  const client = new Client({ name: 'test', version: '1' });
  const began = Date.now();
  await expect(client.connect(new NatsClientTransport(toolgate, 'mcp-none'))).rejects.toThrow();
  expect(Date.now() - began).toBeLessThan(5000);
});

test('a server that is told to stop lets its running calls end and answers them, then exits 0; the other one goes on', async () => {
  const server = await start('mcp-git-3');
  const client = await (async () => {
    for (;;) {
      const candidate = await open();
      const { structuredContent } = await call(candidate, 'test.greet', { who: 'Ada' });
      if ((structuredContent as { by: string }).by === 'mcp-git-3') return candidate;
    }
  })();
  const long = call(client, 'test.work', { ms: 60_000 });
  await call(client, 'test.greet', { who: 'Ada' });
  const code = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  expect((await long).structuredContent).toEqual({ by: 'mcp-git-3', stopped: true });
  expect(await code).toBe(0);
  expect((await call(await open(), 'test.greet', { who: 'Ada' })).structuredContent).toMatchObject({ said: 'Hello, Ada' });
});

test('the same key is the same call, while it runs and after, also in another session: its caller may have died, and the next one looked too early', async () => {
  const [one, two] = [await open(), await open()];
  const meta = { [META.key]: 'g1.a.count' };
  // Sessions go to any replica: only calls that reached the same one can meet.
  const answers = await Promise.all([one, two, one, two].map((client) => call(client, 'test.count', { ms: 300 }, meta)));
  expect(answers.map((a) => a.structuredContent)).toEqual(answers.map(() => ({ begun: 1 })));
  expect((await call(two, 'test.count', { ms: 0 }, meta)).structuredContent).toEqual({ begun: 1 });
  expect((await call(one, 'test.count', { ms: 0 }, { [META.key]: 'g1.a.another' })).structuredContent).toEqual({ begun: 2 });
});
