// The customers as a process, against services that answer or fail.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LocalEnvironment, localFiles } from '@awo/contracts';

let home: string;
const servers: Server[] = [];
beforeAll(async () => void (home = await mkdtemp(join(tmpdir(), 'demo-load-'))));
afterAll(async () => {
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
  await rm(home, { recursive: true, force: true });
});

async function serviceAnswering(status: (path: string) => number): Promise<number> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(status(request.url ?? '')).end('{}');
  });
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

async function announce(ports: Record<string, number>): Promise<void> {
  const { state } = localFiles(home, 'production');
  const services = Object.entries(ports).map(([name, port]) => ({
    name,
    repo: '/shop',
    port,
    current: null,
    previous: null,
    sideBySide: true,
    fence: 0,
    revisions: [],
  }));
  await mkdir(dirname(state), { recursive: true });
  await writeFile(`${state}.new`, JSON.stringify(LocalEnvironment.parse({ v: 1, environment: 'production', generation: 1, services })));
  await rename(`${state}.new`, state);
}

type Counted = Record<string, { ok: number; failed: number; customersWithErrors: number }>;

test('customers wait for a shop, come when it opens, count what fails, and leave at SIGTERM', { timeout: 60_000 }, async () => {
  const file = join(home, 'customers.json');
  const counted = async (): Promise<Counted> => JSON.parse(await readFile(file, 'utf8').catch(() => '{}')) as Counted;
  const load = spawn(process.execPath, [fileURLToPath(new URL('load.ts', import.meta.url)), '--home', home, '--counts', file], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const said: string[] = [];
  load.stdout?.setEncoding('utf8').on('data', (chunk: string) => said.push(chunk));
  while ((await counted()).web === undefined) await pause(50);
  expect((await counted()).web).toEqual({ ok: 0, failed: 0, customersWithErrors: 0 });

  const catalog = await serviceAnswering(() => 200);
  const cart = await serviceAnswering((path) => (path === '/checkout' ? 500 : 200));
  await announce({ catalog, cart, web: await serviceAnswering(() => 503) });
  const enough = ({ catalog: c, cart: k }: Counted): boolean => (c?.ok ?? 0) > 50 && (k?.failed ?? 0) > 5;
  while (!enough(await counted())) await pause(100);

  const exited = once(load, 'exit');
  load.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
  const totals = JSON.parse(said.join('')) as Counted;
  expect(totals.catalog).toMatchObject({ failed: 0 });
  expect(totals.cart?.customersWithErrors).toBeGreaterThan(0);
  // Its health says that it is not open yet: nobody goes there.
  expect(totals.web).toEqual({ ok: 0, failed: 0, customersWithErrors: 0 });
});

test('customers leave when their runner is gone, as nobody else would end them', { timeout: 60_000 }, async () => {
  const load = spawn(process.execPath, [fileURLToPath(new URL('load.ts', import.meta.url)), '--home', home], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  const exited = once(load, 'exit');
  load.disconnect();
  expect(await exited).toEqual([0, null]);
});
