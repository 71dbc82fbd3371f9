// Somebody else's tool server reached by its address: streamable HTTP, an official one from npm.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { findFreePort } from '@awo/free-port';
import { waitFor } from '@awo/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { administer } from './administer.ts';
import { passGate } from './gate.ts';
import { setStage } from './testing/stage.ts';
import type { Stage } from './testing/stage.ts';

const EVERYTHING = fileURLToPath(import.meta.resolve('@modelcontextprotocol/server-everything/dist/index.js'));
let stage: Stage;
let port: number;
let server: ChildProcess;

async function startServer(): Promise<void> {
  server = spawn(process.execPath, [EVERYTHING, 'streamableHttp'], { env: { PATH: process.env['PATH'], PORT: String(port) }, stdio: 'ignore' });
  await waitFor(
    async () =>
      (await fetch(url()).then(
        () => true,
        () => false,
      )) || null,
    { what: 'the server to answer' },
  );
}

async function stopServer(): Promise<void> {
  const exited = once(server, 'exit');
  server.kill('SIGKILL');
  await exited;
}

const url = () => `http://127.0.0.1:${port}/mcp`;
const sum = (action: string) => passGate(stage.gate, 'monitor', 'x.far.get-sum', { goal: 'g0000000000', step: 'gate', action, fence: 1, args: { a: 2, b: 3 } });

beforeAll(async () => {
  port = await findFreePort();
  [stage] = await Promise.all([setStage(), startServer()]);
});
afterAll(async () => {
  await stage.stop();
  await stopServer();
});

test('it is attached by its address, its tools pinned, and called', async () => {
  const servers = await administer(stage.gate, 'add', { name: 'far', url: url() });
  expect(servers.find((s) => s.name === 'far')).toMatchObject({ transport: 'http', target: url(), health: 'up' });
  expect(await sum('first')).toMatchObject({ server: 'far', how: 'ok', result: { text: expect.stringContaining('5') } });
});

test('one that went away is an error that may pass, and it is asked again once it is back', async () => {
  await stopServer();
  await expect(sum('away')).rejects.toMatchObject({ code: 'tool-unavailable' });
  await startServer();
  await waitFor(async () => sum('back').catch(() => null), { what: 'an answer of the server that is back' });
});
