// Rollouts with real repositories, processes and requests.
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { RetryableError, revisionLog, TerminalError } from '@awo/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, get, install, type Installation, makeRepo, modelOf, type Repo } from './fixtures/shop.ts';
import { markOf } from './process-identity.ts';

let repo: Repo;
let shop: Installation;
beforeAll(() => {
  repo = makeRepo();
  shop = install(undefined, { PATH: process.env['PATH'], SHOP_KEY: 'wanted', CALLER_SECRET: 'leak' }).own();
});
afterAll(() => shop.end(repo));

const code = async (work: Promise<unknown>) =>
  work.then(
    () => 'no error',
    (e: unknown) => (e instanceof TerminalError || e instanceof RetryableError ? { code: e.code, message: e.message } : e),
  );
const version = async (url: string) => (JSON.parse((await get(url)).body) as { version: string }).version;

test('a release from nothing to the second revision: started beside, weighed, drained under load without one lost request, old one stopped', async () => {
  const one = repo.commit('one');
  const first = await shop.start(repo, one, modelOf({ env: { COLOUR: 'of one' } }));
  expect(first).toMatchObject({ state: 'ready', alreadyRunning: false });
  expect((await get(first.address)).status).toBe(503);
  expect(await shop.weigh({ [one]: 100 })).toMatchObject({ address: first.address });
  expect(await version(first.address)).toBe('one');
  expect(await shop.start(repo, one)).toMatchObject({ alreadyRunning: true, port: first.port });

  const two = repo.commit('two');
  await shop.start(repo, two, modelOf({ env: { COLOUR: 'of two' } }));
  await shop.weigh({ [one]: 90, [two]: 10 });
  const oldPid = (await shop.revision(one)).pid ?? 0;
  let going = true;
  const statuses: number[] = [];
  const customers = Array.from({ length: 8 }, async () => {
    while (going) statuses.push((await get(`${first.address}/slow?ms=15`)).status);
  });
  const slow = get(`${first.address}/slow?ms=600`, { 'x-customer': customerOn(await distinct(first.address, 'one')) });
  await eventually('load', () => statuses.length > 20);
  await shop.weigh({ [two]: 100 });
  const stopping = shop.stop(one);
  expect((await shop.revision(one)).state).toBe('draining');
  expect(process.kill(oldPid, 0)).toBe(true);
  expect(await slow).toMatchObject({ status: 200, body: '{"version":"one"}' });
  expect(await stopping).toMatchObject({ stopped: true, drained: true });
  const seen = statuses.length;
  await eventually('load after the stop', () => statuses.length > seen + 50);
  going = false;
  await Promise.all(customers);
  expect(statuses.filter((s) => s !== 200)).toEqual([]);
  expect(() => process.kill(oldPid, 0)).toThrow();
  const [service] = await shop.services();
  expect(service).toMatchObject({ environment: 'test', name: 'cart', address: first.address, previous: one });
  expect(service?.revisions.map((r) => [r.revision, r.state, r.weight])).toEqual([
    [one, 'stopped', 0],
    [two, 'ready', 100],
  ]);
});

/** A customer whose requests the old revision gets. */
async function distinct(address: string, wanted: string): Promise<number> {
  for (let i = 0; ; i += 1) if ((JSON.parse((await get(address, { 'x-customer': customerOn(i) })).body) as { version: string }).version === wanted) return i;
}
const customerOn = (i: number) => `customer-${i}`;

test('the way back needs no model: the kept one is started again with the configuration that it had, and what was left is no way back', async () => {
  const [before] = await shop.services();
  const one = before?.previous ?? '';
  expect(await shop.start(repo, one, null)).toMatchObject({ state: 'ready', alreadyRunning: false });
  await shop.weigh({ [one]: 100 });
  const [after] = await shop.services();
  expect(after?.previous).not.toBe(before?.revisions.find((r) => r.weight === 100)?.revision);
  expect(await version(after?.address ?? '')).toBe('one');
  expect(JSON.parse((await get(`${after?.address}/env`)).body)).toMatchObject({ COLOUR: 'of one' });
});

test("only what is named of the caller's environment reaches the service, with the addresses of its neighbours", async () => {
  const sha = repo.commit('env');
  const started = await shop.start(
    repo,
    sha,
    modelOf({ name: 'web', envFrom: ['SHOP_KEY', 'NOT_SET'], env: { COLOUR: 'blue' }, dependsOn: ['catalog', 'cart'] }),
  );
  const env = JSON.parse((await get(`http://127.0.0.1:${started.port}/env`)).body) as Record<string, string>;
  expect(env).toMatchObject({
    SHOP_KEY: 'wanted',
    COLOUR: 'blue',
    HOST: '127.0.0.1',
    NODE_ENV: 'production',
    PORT: String(started.port),
    WEB_URL: started.address,
  });
  expect(env['CALLER_SECRET']).toBeUndefined();
  expect(Object.keys(env).toSorted()).toEqual([
    'AWO_LAUNCH',
    'CART_URL',
    'CATALOG_URL',
    'COLOUR',
    'HOME',
    'HOST',
    'LANG',
    'NODE_ENV',
    'PATH',
    'PORT',
    'SHOP_KEY',
    'WEB_URL',
  ]);
  expect(env['HOME']?.startsWith(shop.home)).toBe(true);
  expect((await get(env['CATALOG_URL'] ?? '')).status).toBe(503);
});

describe('a start that fails', () => {
  test('says the end of what the install wrote, and the install is done again next time', async () => {
    const sha = repo.commit('install', {
      'install.cjs': "console.log('fetching'); console.error('ERR! 404 left-pad is not in this registry'); process.exit(3)",
    });
    const model = modelOf({ install: [{ dir: '.', command: ['node', 'install.cjs'], lockfile: null }] });
    expect(await code(shop.start(repo, sha, model))).toMatchObject({ code: 'install-failed', message: expect.stringContaining('ended with 3.') });
    expect(await code(shop.start(repo, sha, model))).toMatchObject({ message: expect.stringContaining('ERR! 404 left-pad') });
    expect((await shop.revision(sha)).state).toBe('failed');
    expect(await code(shop.weigh({ [sha]: 100 }))).toMatchObject({
      code: 'bad-arguments',
      message: expect.stringContaining('is failed in test, expected ready'),
    });
    const missing = modelOf({ build: [{ dir: '.', command: ['no-such-tool', 'build'] }] });
    expect(await code(shop.start(repo, sha, missing))).toMatchObject({
      code: 'install-failed',
      message: expect.stringContaining('needs "no-such-tool", which is not on PATH'),
    });
  });

  test('tells a process that ends from one whose program is missing, with the log', async () => {
    const sha = repo.commit('ends-at-once');
    expect(await code(shop.start(repo, sha))).toMatchObject({ code: 'start-failed', message: expect.stringContaining('no database called "shop"') });
    expect(await code(shop.start(repo, sha, modelOf({ start: ['no-such-program'] })))).toMatchObject({
      code: 'start-failed',
      message: expect.stringContaining('"no-such-program" is not on PATH'),
    });
    expect((await shop.revision(sha)).pid).toBeNull();
  });

  test('is over at once when it is stopped meanwhile, and leaves no process', async () => {
    const sha = repo.commit('never-healthy');
    const starting = code(shop.start(repo, sha));
    const { pid } = await eventually('it was started', async () =>
      (await shop.services()).flatMap((s) => s.revisions).find((r) => r.revision === sha && r.pid !== null),
    );
    expect(await shop.stop(sha)).toMatchObject({ stopped: true });
    expect(await starting).toMatchObject({ code: 'start-failed', message: expect.stringContaining('was cancelled') });
    expect(() => process.kill(pid ?? 0, 0)).toThrow();
    expect(await shop.stop(sha)).toMatchObject({ stopped: true, drained: true });
  });

  test('names the commit or the repository that is not there', async () => {
    expect(await code(shop.start(repo, 'c'.repeat(40)))).toMatchObject({ code: 'unknown-revision' });
    expect(await code(shop.start({ ...repo, path: join(repo.path, 'gone') }, 'c'.repeat(40), modelOf({ name: 'other' })))).toMatchObject({
      code: 'unknown-repository',
    });
    expect(await code(shop.start(repo, 'd'.repeat(40), null))).toMatchObject({ code: 'unknown-revision', message: expect.stringContaining('no model kept') });
    expect(await code(shop.start({ ...repo, path: '/elsewhere' }, 'd'.repeat(40)))).toMatchObject({ code: 'service-of-another-repository' });
  });
});

test('weights that do not fit, revisions that are not there and a stop of what has traffic are refused with what is wrong', async () => {
  const live = (await shop.services()).find((s) => s.name === 'cart')?.revisions.find((r) => r.weight === 100)?.revision ?? '';
  const sha = repo.commit('refused');
  await shop.start(repo, sha);
  expect(await code(shop.weigh({ [sha]: 50, [live]: 40 }))).toMatchObject({ code: 'bad-arguments', message: 'The weights add up to 90, expected 100.' });
  expect(await code(shop.weigh({ ['e'.repeat(40)]: 100 }))).toMatchObject({
    code: 'bad-arguments',
    message: expect.stringContaining('eeeeeeeeeeee of cart is unknown'),
  });
  expect(await code(shop.weigh({ [sha]: 100 }, 'kart'))).toMatchObject({ code: 'bad-arguments', message: expect.stringContaining('Known: cart') });
  expect(await code(shop.stop(live))).toMatchObject({ code: 'bad-arguments', message: expect.stringContaining('has 100% of the traffic') });
  await shop.stop(sha);
});

test('an older fence is refused after a newer one has acted, by every tool that changes anything', async () => {
  const live = (await shop.services()).find((s) => s.name === 'cart')?.revisions.find((r) => r.weight === 100)?.revision ?? '';
  await shop.weigh({ [live]: 100 }, 'cart', 7);
  expect(await code(shop.weigh({ [live]: 100 }, 'cart', 6))).toMatchObject({
    code: 'stale-fence',
    message: expect.stringContaining('under fence 7; this request has 6'),
  });
  expect(await code(shop.start(repo, live, null, 6))).toMatchObject({ code: 'stale-fence' });
  expect(await code(shop.stop(live, 0, 6))).toMatchObject({ code: 'stale-fence' });
  await shop.weigh({ [live]: 100 }, 'cart', 7);
});

test('where old and new must not run together, the old one ends first, and comes back when the new one fails', async () => {
  const alone = modelOf({ name: 'mail', sideBySide: false });
  const one = repo.commit('mail-one');
  const { address } = await shop.start(repo, one, alone);
  await shop.weigh({ [one]: 100 }, 'mail');
  const bad = repo.commit('ends-at-once');
  expect(await code(shop.start(repo, bad, alone))).toMatchObject({ code: 'start-failed' });
  await eventually('the old one is back', async () => (await shop.revision(one)).state === 'ready' && (await get(address)).status === 200);
  const two = repo.commit('mail-two');
  await shop.start(repo, two, alone);
  expect((await shop.revision(one)).state).toBe('stopped');
  await shop.weigh({ [two]: 100 }, 'mail');
  expect(await version(address)).toBe('mail-two');
});

test('what a start command starts in turn ends with it, and runs on the Node of this installation', async () => {
  const sha = repo.commit('npm', { 'package.json': JSON.stringify({ scripts: { start: 'node -e "console.log(process.version)" && node server.cjs $PORT' } }) });
  const { port } = await shop.start(repo, sha, modelOf({ start: ['npm', 'start'] }), 7);
  const inner = JSON.parse((await get(`http://127.0.0.1:${port}/`)).body) as { pid: number };
  expect(inner.pid).not.toBe((await shop.revision(sha)).pid);
  expect(readFileSync(revisionLog(shop.home, 'test', 'cart', sha), 'utf8')).toContain(process.version);
  await shop.stop(sha, 0, 7);
  expect(markOf(inner.pid)).toBeNull();
});

test('a websocket reaches the service through its address', async () => {
  const { address } = (await shop.services()).find((s) => s.name === 'cart') ?? { address: '' };
  const socket = new WebSocket(address.replace('http', 'ws'));
  const heard: string[] = [];
  socket.addEventListener('message', (event) => heard.push(String(event.data)));
  await eventually('the greeting', () => heard[0] === 'hello');
  socket.send('over the edge');
  await eventually('the echo', () => heard[1] === 'over the edge');
  socket.close();
});

test("the user's repository stays as it was: no file, no branch, no hook run, and no entry of a checkout that has gone", async () => {
  expect(repo.git('status', '--porcelain')).toBe('');
  expect(repo.git('branch', '--format=%(refname:short)')).toBe('main');
  const kept = (await shop.services()).flatMap((s) =>
    s.revisions.filter((r) => ['ready'].includes(r.state) || r.revision === s.previous).map((r) => r.revision.slice(0, 12)),
  );
  const folders = () =>
    readdirSync(join(shop.home, 'local', 'worktrees')).flatMap((d) =>
      readdirSync(join(shop.home, 'local', 'worktrees', d)).filter((e) => /^[0-9a-f]{12}$/.test(e)),
    );
  const entries = () => repo.git('worktree', 'list', '--porcelain').match(/^worktree /gm)?.length ?? 0;
  await eventually('only those are left that run or are a way back', () => folders().every((f) => kept.includes(f)));
  await eventually('git knows of no other', () => entries() === folders().length + 1);
});

test('a repository that cannot be written to is released from an archive', async () => {
  const other = makeRepo();
  const sha = other.commit('archive');
  // A file where git wants to keep its list of work trees.
  writeFileSync(join(other.path, '.git', 'worktrees'), '');
  const started = await shop.start(other, sha, modelOf({ name: 'archived' }));
  expect(await version(`http://127.0.0.1:${started.port}`)).toBe('archive');
});

test('the control socket, state and logs are for their owner only', async () => {
  for (const file of ['edge.json', 'state.json', 'routes.json']) expect(statSync(join(shop.home, 'local', 'test', file)).mode & 0o077).toBe(0);
  const control = JSON.parse(readFileSync(join(shop.home, 'local', 'test', 'edge.json'), 'utf8')) as { socket: string };
  expect(statSync(control.socket).mode & 0o077).toBe(0);
});

test('a plain TCP connection that talks nonsense gets a 400 and harms nobody', async () => {
  const { address } = (await shop.services()).find((s) => s.name === 'cart') ?? { address: '' };
  const socket = connect(Number(new URL(address).port), '127.0.0.1');
  let said = '';
  socket.on('data', (chunk: Buffer) => (said += chunk.toString()));
  socket.on('error', () => undefined);
  socket.write('this is no http\r\n\r\n');
  await eventually('the refusal', () => said.startsWith('HTTP/1.1 400'));
  expect((await get(address)).status).toBe(200);
});
