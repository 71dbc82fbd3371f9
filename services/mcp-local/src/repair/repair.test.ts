// The repair tools on real processes behind a real edge: nobody is turned away by a restart, and what does not work changes nothing.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually, get, install, makeRepo, modelOf, type Installation, type Repo } from '../fixtures/shop.ts';
import { createRecorder } from '../recorder/recorder.ts';
import { collectTool } from '../recorder/collect.ts';
import { configureTool } from './configure.ts';
import { restartTool } from './restart.ts';
import { shedTool } from './shed.ts';

const call = { fence: 9, signal: new AbortController().signal };
const where = { environment: 'test', service: 'cart' };
let shop: Installation;
let repo: Repo;
let sha: string;
let address: string;
let file: string;

beforeEach(async () => {
  repo = makeRepo();
  shop = install().own();
  file = join(repo.path, 'told.json');
  writeFileSync(file, '{"good":true}');
  sha = repo.commit('one');
  await shop.start(repo, sha, modelOf({ env: { COLOUR: 'green' }, files: [file] }));
  await shop.weigh({ [sha]: 100 });
  address = (await shop.services())[0]?.address ?? '';
});
afterEach(() => shop.end(repo));

const service = async () => (await shop.services())[0]!;
const pid = async () => (JSON.parse((await get(`${address}/`)).body) as { pid: number }).pid;
const colour = async () => (JSON.parse((await get(`${address}/env`)).body) as { COLOUR: string }).COLOUR;

test('a restart is a fresh process that takes over: of those who ask meanwhile nobody is turned away; asked twice it is done once', async () => {
  const [before, launch] = [await pid(), (await service()).revisions[0]?.launch ?? ''];
  let failed = 0;
  let asking = true;
  const customers = (async () => {
    for (; asking; await sleep(10)) if ((await get(`${address}/`).catch(() => ({ status: 0 }))).status !== 200) failed += 1;
  })();
  const restart = () => restartTool(shop.local())({ ...where, revision: sha, launch }, call);
  expect(await restart()).toMatchObject({ restarted: true });
  expect(await pid()).not.toBe(before);
  const after = await pid();
  expect(await restart()).toMatchObject({ restarted: false });
  expect(await pid()).toBe(after);
  asking = false;
  await customers;
  expect(failed).toBe(0);
  expect((await service()).revisions[0]?.restarts).toBe(0);
});

test('a configuration takes over with its process, what was before is known, and going back brings it back', async () => {
  const configure = (env: Record<string, string>) => configureTool(shop.local())({ ...where, configuration: { env, files: [] } }, call);
  expect(await configure({ COLOUR: 'red' })).toMatchObject({ changed: true });
  expect(await colour()).toBe('red');
  expect(await configure({ COLOUR: 'red' })).toMatchObject({ changed: false });
  const before = (await service()).configurationsBefore?.[0]?.configuration;
  expect(before?.env).toEqual({});
  await configure(before?.env ?? {});
  expect(await colour()).toBe('green');
  expect((await service()).configurationsBefore, 'what was gone back from is nothing to go back to').toEqual([]);
});

test('a password in the address of a source is seen by nobody else, and who hands the marked address back means the real one', async () => {
  const [primary, standby] = ['redis://app:s3cr3t-one@127.0.0.1:1', 'redis://app:s3cr3t-two@127.0.0.1:2'];
  const next = repo.commit('two');
  await shop.start(repo, next, modelOf({ env: { COLOUR: primary }, sources: { COLOUR: { standby: [standby] } } }));
  await shop.weigh({ [next]: 100 });
  const configure = (env: Record<string, string>) => configureTool(shop.local())({ ...where, configuration: { env, files: [] } }, call);
  const [source] = (await service()).sources ?? [];
  expect(source).toMatchObject({ address: 'redis://app:[redacted]@127.0.0.1:1', standby: ['redis://app:[redacted]@127.0.0.1:2'] });
  await configure({ COLOUR: source?.standby[0] ?? '' });
  expect(await colour()).toBe(standby);
  expect(JSON.stringify(await service())).not.toContain('s3cr3t');
  expect((await service()).sources?.[0]).toMatchObject({ address: source?.standby[0], standby: [source?.address], original: source?.address });
  await configure({ COLOUR: source?.address ?? '' });
  expect(await colour()).toBe(primary);
  await expect(configure({ COLOUR: 'redis://app:[redacted]@127.0.0.1:3' })).rejects.toMatchObject({ code: 'bad-arguments' });
});

test('a file is brought back in the version that was seen before', async () => {
  const recorder = createRecorder(shop.local());
  const stop = new AbortController();
  const running = recorder.run(stop.signal);
  const good = await eventually('the first version', async () => (await service()).configuration?.files[0]?.digest);
  writeFileSync(file, '{"good":fals');
  await eventually('the change', async () => (await service()).configuration?.files[0]?.digest !== good);
  const [before] = (await service()).configurationsBefore ?? [];
  expect(before?.configuration.files[0]?.digest).toBe(good);
  const collected = await collectTool(shop.local(), recorder)({ environment: 'test', seconds: 60, logs: true, processes: true, traces: true });
  expect(collected.changes).toEqual(expect.arrayContaining([expect.objectContaining({ entity: 'cart', kind: 'configuration' })]));
  expect(collected.tracks.filter((t) => t.entity === 'cart').map((t) => t.metric)).toEqual(expect.arrayContaining(['up', 'restarts']));
  await configureTool(shop.local())({ ...where, configuration: before!.configuration }, call);
  expect(readFileSync(file, 'utf8')).toBe('{"good":true}');
  stop.abort();
  await running;
});

test('a share of the customers is turned away, always the same ones, until it is ended', async () => {
  const statuses = async () => Promise.all(Array.from({ length: 60 }, async (_, i) => (await get(`${address}/`, { 'x-customer': `c${i}` })).status));
  await shedTool(shop.local())({ ...where, share: 50 }, call);
  const first = await statuses();
  expect(first.filter((s) => s === 503).length).toBeGreaterThan(15);
  expect(first.filter((s) => s === 200).length).toBeGreaterThan(15);
  expect(await statuses()).toEqual(first);
  await shedTool(shop.local())({ ...where, share: 0 }, call);
  expect(new Set(await statuses())).toEqual(new Set([200]));
});

test('whose view is older than that of somebody who acted already is refused', async () => {
  await shedTool(shop.local())({ ...where, share: 10 }, call);
  await expect(shedTool(shop.local())({ ...where, share: 0 }, { ...call, fence: 3 })).rejects.toMatchObject({ code: 'stale-fence' });
  await expect(shedTool(shop.local())({ ...where, service: 'kart', share: 0 }, call)).rejects.toMatchObject({
    message: expect.stringContaining('Known: cart'),
  });
});
