// Who survives whose death: services and edges outlive their owner, the owner revives both.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { EdgeControl } from '@awo/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { down } from './down.ts';
import { getCounters } from './edge-client.ts';
import { eventually, get, install, type Installation, makeRepo, modelOf, type Repo, spawnOwner, temporary } from './fixtures/shop.ts';
import { isAlive } from './process-identity.ts';
import { worktreePath } from './worktrees.ts';

let repo: Repo;
let shop: Installation;
let sha: string;
let address: string;

beforeAll(async () => {
  repo = makeRepo();
  shop = install().own();
  sha = repo.commit('one');
  ({ address } = await shop.start(repo, sha));
  await shop.weigh({ [sha]: 100 });
});
afterAll(() => shop.end(repo));

const edge = (): EdgeControl => EdgeControl.parse(JSON.parse(readFileSync(join(shop.home, 'local', 'test', 'edge.json'), 'utf8')));
const pidOf = async () => (await running()).pid;
const isReady = async () => (await shop.revision(sha)).state === 'ready';
/** Never a made-up number: a signal to group 0 would end the tests themselves. */
async function running(): Promise<{ pid: number; restarts: number }> {
  const { pid, restarts } = await shop.revision(sha);
  if (pid === null) throw new Error('it does not run');
  return { pid, restarts };
}
const requestsOf = async () => (await getCounters(edge())).services[0]?.revisions.find((r) => r.revision === sha)?.requests ?? 0;
const answers = async () => (await get(address).catch(() => null))?.status === 200;

test('traffic flows on when the owner is killed, and the next owner adopts the same processes', async () => {
  const pid = await pidOf();
  const edgePid = edge().pid;
  await shop.disown();
  const owner = spawnOwner(shop.home);
  await eventually('it has adopted', () => owner.said().includes('"adopted"'));
  owner.child.kill('SIGKILL');
  await eventually('it is dead', () => owner.child.signalCode === 'SIGKILL');
  for (let i = 0; i < 30; i += 1) expect(await answers()).toBe(true);
  shop.own();
  expect(await shop.revision(sha)).toMatchObject({ pid, state: 'ready', restarts: 0, weight: 100 });
  expect(edge().pid).toBe(edgePid);
  expect(await shop.start(repo, sha)).toMatchObject({ alreadyRunning: true });
});

test('a second owner stands by until the first has died, so that nothing is started twice', async () => {
  const second = spawnOwner(shop.home);
  await answers();
  expect(second.said()).toBe('');
  await shop.disown();
  await eventually('it took over', () => second.said().includes('"adopted"'));
  second.child.kill('SIGKILL');
  await eventually('it is dead', () => second.child.signalCode === 'SIGKILL');
  shop.own();
});

test('a killed edge is back within a second or so with the same port, routes and the counts of two seconds ago', async () => {
  const before = edge();
  const counted = await requestsOf();
  expect(counted).toBeGreaterThan(0);
  const file = join(shop.home, 'local', 'test', 'counters.json');
  await eventually('the counts are on disk', () => existsSync(file) && readFileSync(file, 'utf8').includes(`"requests":${counted}`));
  process.kill(before.pid, 'SIGKILL');
  await eventually('the death is seen', () => !isAlive(before.pid, before.mark));
  const died = performance.now();
  await eventually('traffic flows again', answers);
  expect(performance.now() - died).toBeLessThan(5000);
  expect(edge().pid).not.toBe(before.pid);
  expect(await requestsOf()).toBe(counted + 1);
});

test('a killed edge whose port was taken meanwhile gets another, and the new address is told', async () => {
  await shop.disown();
  const before = edge();
  process.kill(before.pid, 'SIGKILL');
  await eventually('the death is seen', () => !isAlive(before.pid, before.mark));
  const thief = createServer((_, r) => r.end('thief')).listen(Number(new URL(address).port), '127.0.0.1');
  await once(thief, 'listening');
  shop.own();
  const moved = await eventually('a new address', async () => (await shop.services()).map((s) => s.address).find((a) => a !== address));
  expect((await get(moved)).body).toContain('"version":"one"');
  address = moved;
  thief.close();
});

test('a process that dies is started again with growing pauses, counted, and its absence is an error of its revision', async () => {
  const first = await pidOf();
  const { restarts } = await shop.revision(sha);
  expect((await get(`${address}/crash`)).status).toBe(502);
  await eventually('it is back', async () => (await shop.revision(sha)).restarts === restarts + 1 && (await isReady()));
  expect(await pidOf()).not.toBe(first);
  await get(`${address}/crash`);
  await eventually('it is crashed, and said so', async () => (await shop.revision(sha)).state === 'crashed');
  expect(await get(address)).toMatchObject({ status: 502 });
  await eventually('it is back', async () => (await shop.revision(sha)).restarts === restarts + 2 && (await isReady()));
});

test('what died while nobody looked is started again by the next owner', async () => {
  const { pid, restarts } = await running();
  await shop.disown();
  process.kill(-pid, 'SIGKILL');
  await eventually('it is gone', async () => (await get(address)).status === 502);
  shop.own();
  await eventually('it is back', isReady);
  expect(await answers()).toBe(true);
  expect((await shop.revision(sha)).restarts).toBe(restarts + 1);
});

test('a process that was started in the moment of a kill is found again by its mark in the environment', async () => {
  const { pid, restarts } = await running();
  await shop.disown();
  const file = join(shop.home, 'local', 'test', 'state.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace(`"pid":${pid}`, '"pid":null'));
  shop.own();
  await eventually('adopted', async () => (await pidOf()) === pid);
  expect(await shop.revision(sha)).toMatchObject({ restarts, state: 'ready' });
});

test('an install cut off by a kill of its owner is ended, done again, and the start is finished by the next owner', async () => {
  const slow = repo.commit('slow', { 'install.cjs': "require('node:fs').appendFileSync('runs', 'x'); setTimeout(() => {}, 900)" });
  const starting = shop.start(repo, slow, modelOf({ install: [{ dir: '.', command: ['node', 'install.cjs'], lockfile: null }] })).catch((e: unknown) => e);
  const runs = () => {
    const path = `${worktreePath(shop.home, repo.path, slow)}/runs`;
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  };
  await eventually('the install runs', () => runs() === 'x');
  await shop.disown();
  expect(await starting).toMatchObject({ code: 'install-failed', message: expect.stringContaining('was cancelled') });
  const owner = spawnOwner(shop.home);
  await eventually('the next owner installs', () => runs() === 'xx');
  owner.child.kill('SIGKILL');
  await eventually('dead', () => owner.child.signalCode !== null);
  shop.own();
  await eventually('it is ready', async () => (await shop.revision(slow)).state === 'ready');
  expect(runs()).toBe('xxx');
  await shop.stop(slow);
});

test('down ends everything, and the next start runs it again at the same address', async () => {
  const { pid, restarts } = await running();
  const before = edge();
  await shop.disown();
  expect(await down(shop.home)).toEqual({ processes: 1, edges: 1 });
  expect(isAlive(before.pid, before.mark)).toBe(false);
  // A child that has ended keeps its number until its parent has looked.
  await eventually('its number is free', () => !isThere(pid));
  await expect(get(address)).rejects.toThrow();
  shop.own();
  await eventually('it runs again', isReady);
  expect(await answers()).toBe(true);
  expect(await shop.revision(sha)).toMatchObject({ restarts, weight: 100 });
});

test('an installation without environments has nothing to tell and nothing to end', async () => {
  const empty = install(temporary()).own();
  expect(await empty.services()).toEqual([]);
  await empty.end();
});

test('where the path is too long for a socket, control listens on loopback and asks for its token', async () => {
  const outer = temporary();
  const long = install(join(outer, 'x'.repeat(90))).own();
  const started = await long.start(repo, sha);
  await long.weigh({ [sha]: 100 });
  expect((await get(started.address)).status).toBe(200);
  const control = EdgeControl.parse(JSON.parse(readFileSync(join(long.home, 'local', 'test', 'edge.json'), 'utf8')));
  expect(control).toMatchObject({ socket: null, port: expect.any(Number) });
  expect((await get(`http://127.0.0.1:${control.port}/counters`)).status).toBe(401);
  await long.end();
  rmSync(outer, { recursive: true });
});

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
