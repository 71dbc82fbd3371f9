// The control of a canary: a fresh process of the old revision with the new one's share, counted by itself, gone when the comparison is over.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EdgeControl, type LocalControl, LocalEnvironment, localFiles } from '@awo/contracts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { down } from './down.ts';
import { getCounters } from './edge-client.ts';
import { eventually, get, install, type Installation, makeRepo, modelOf, type Repo, spawnOwner } from './fixtures/shop.ts';
import { isAlive } from './process-identity.ts';
import { startTool } from './rollout-start.ts';
import { trafficTool } from './traffic-set.ts';

let shop: Installation;
let repo: Repo;
let [old, fresh, address] = ['', '', ''];

beforeEach(async () => {
  repo = makeRepo();
  shop = install().own();
  old = repo.commit('one');
  ({ address } = await shop.start(repo, old));
  await shop.weigh({ [old]: 100 });
  fresh = repo.commit('two');
});
afterEach(() => shop.end(repo));

const begin = (revision = fresh, change: Parameters<typeof modelOf>[0] = {}, control = old) =>
  startTool(shop.local())(
    { environment: 'test', service: 'cart', repo: repo.path, revision, model: modelOf(change), control },
    { fence: 1, signal: new AbortController().signal },
  );
/** As it stands on disk, where other processes read it. */
const written = (): LocalControl | undefined =>
  LocalEnvironment.parse(JSON.parse(readFileSync(localFiles(shop.home, 'test').state, 'utf8'))).services[0]?.revisions.find((r) => r.revision === old)?.control;
const living = (control: LocalControl | undefined): boolean => control !== undefined && isAlive(control.pid, control.mark);
const sure = (control: LocalControl | undefined): LocalControl & { pid: number } => {
  if (control === undefined || control.pid === null) throw new Error('there is no control');
  return { ...control, pid: control.pid };
};

/** Requests to each arm since the start, of 600 from as many customers. */
async function arms(): Promise<{ old: number; control: number; fresh: number; customers: Map<string, string> }> {
  const edge = shop.local().environment('test').edge();
  if (edge === null) throw new Error('no edge');
  const counts = async () => (await getCounters(edge)).services.flatMap((s) => s.revisions);
  const before = new Map((await counts()).map((c) => [c.generation, c.requests]));
  const customers = new Map<string, string>();
  for (let i = 0; i < 600; i += 20)
    await Promise.all(
      Array.from({ length: 20 }, async (_, j) => {
        const customer = `c${i + j}`;
        customers.set(customer, (JSON.parse((await get(address, { 'x-customer': customer })).body) as { version: string }).version);
      }),
    );
  const of = (is: (c: { revision: string; control?: true | undefined }) => boolean): number =>
    last.filter(is).reduce((sum, c) => sum + c.requests - (before.get(c.generation) ?? 0), 0);
  const last = await counts();
  return { old: of((c) => c.revision === old && !c.control), control: of((c) => c.control === true), fresh: of((c) => c.revision === fresh), customers };
}

test('it is a process of the old revision as young as the new one, with as much traffic, counted by itself', async () => {
  expect(await begin()).toMatchObject({ state: 'ready', controlled: true });
  expect(living(written())).toBe(true);
  const log = join(localFiles(shop.home, 'test').logs, `cart-${old.slice(0, 12)}.log`);
  await eventually('both have said that they listen', () => readFileSync(log, 'utf8').split('version one listens').length === 3);
  expect((await shop.revision(old)).control).toEqual({ pid: written()?.pid, port: written()?.port });
  await shop.weigh({ [old]: 90, [fresh]: 10 });
  const ten = await arms();
  expect(ten.old + ten.control + ten.fresh).toBe(600);
  // 60 are to be expected of each; the chance of fewer than 35, or of more than 90, is below 1 in 1,000.
  for (const share of [ten.control, ten.fresh]) expect(share).toSatisfy((n: number) => n >= 35 && n <= 90);
  await shop.weigh({ [old]: 50, [fresh]: 50 });
  const fifty = await arms();
  // Half of what the old one has: the others go on.
  expect(fifty.old / 600).toBeCloseTo(0.25, 1);
  expect(fifty.control / 600).toBeCloseTo(0.25, 1);
  // Who has met the new one stays with it.
  for (const [customer, version] of ten.customers) if (version === 'two') expect(fifty.customers.get(customer)).toBe('two');
});

test('while the new one gets copies it gets the same, counted by themselves', async () => {
  await begin();
  await trafficTool(shop.local())(
    { environment: 'test', service: 'cart', weights: [{ revision: old, weight: 100 }], copies: { revision: fresh, share: 100 } },
    { fence: 1, signal: new AbortController().signal },
  );
  const edge = shop.local().environment('test').edge();
  if (edge === null) throw new Error('no edge');
  for (let i = 0; i < 5; i += 1) await get(address);
  const copies = async () =>
    (await getCounters(edge)).services
      .flatMap((s) => s.revisions)
      .map((c) => ({ control: c.control === true, requests: c.requests, copies: c.copies?.requests ?? 0 }));
  await eventually('five of each', async () => (await copies()).filter((c) => c.copies === 5).length === 2);
  expect((await copies()).toSorted((a, b) => b.requests - a.requests)).toEqual([
    { control: false, requests: 5, copies: 0 },
    { control: true, requests: 0, copies: 5 },
    { control: false, requests: 0, copies: 5 },
  ]);
});

test('it ends when the new one does, and the old one has all of its traffic again', async () => {
  await begin();
  await shop.weigh({ [old]: 90, [fresh]: 10 });
  const control = sure(written());
  await shop.weigh({ [old]: 100 });
  await shop.stop(fresh);
  await eventually('it has ended', () => !living(control) && written() === undefined);
  expect((await arms()).old).toBe(600);
  expect((await shop.revision(old)).restarts).toBe(0);
});

test('it ends with the old one, where the new one was promoted', async () => {
  await begin();
  const control = sure(written());
  await shop.weigh({ [fresh]: 100 });
  await shop.stop(old);
  expect(living(control)).toBe(false);
  expect(written()).toBeUndefined();
});

test('what it has in hand is answered when the old one is stopped', async () => {
  await begin();
  await shop.weigh({ [old]: 50, [fresh]: 50 });
  const control = sure(written());
  const pidFor = async (customer: string) => (JSON.parse((await get(address, { 'x-customer': customer })).body) as { pid: number }).pid;
  // Nobody else has any: the old one's other processes would be waited for as well.
  const served = await eventually('a customer of the control', async () => {
    for (let i = 0; i < 50; i += 1) if ((await pidFor(`c${i}`)) === control.pid) return `c${i}`;
    return null;
  });
  const slow = get(`${address}/slow?ms=800`, { 'x-customer': served });
  await eventually(
    'it has it',
    async () =>
      (await shop
        .local()
        .environment('test')
        .inFlightAt('cart', control.port ?? 0)) > 0,
  );
  await shop.weigh({ [fresh]: 100 });
  await shop.stop(old);
  expect((await slow).status).toBe(200);
});

test('down ends it with everything else, and leaves no edge that was started to hear of it', async () => {
  await begin();
  const control = sure(written());
  await shop.disown();
  expect(await down(shop.home)).toMatchObject({ processes: 3, edges: 1 });
  expect(living(control)).toBe(false);
  const edge = EdgeControl.parse(JSON.parse(readFileSync(localFiles(shop.home, 'test').edge, 'utf8')));
  expect(isAlive(edge.pid, edge.mark)).toBe(false);
});

test('one that dies is not started again, because it would be younger than what it is compared with', async () => {
  await begin();
  await shop.weigh({ [old]: 90, [fresh]: 10 });
  process.kill(sure(written()).pid, 'SIGKILL');
  await eventually('it is known', () => written() === undefined);
  const { old: rest, control } = await arms();
  expect(control).toBe(0);
  expect(rest).toBeGreaterThan(480);
  expect((await shop.revision(old)).restarts).toBe(0);
  expect(await begin()).toMatchObject({ alreadyRunning: true });
});

test('one that does not start keeps no release from beginning: the answer says that there is none', async () => {
  // The first process of the old revision goes on; a second one of it would end at once.
  const environment = shop.local().environment('test');
  const revision = environment.state.services[0]?.revisions.find((r) => r.revision === old);
  if (revision === undefined) throw new Error('it does not run');
  revision.model = { ...revision.model, start: ['node', 'no-such-file.cjs'] };
  expect(await begin()).toMatchObject({ state: 'ready', controlled: false });
  expect(written()).toBeUndefined();
});

test('it goes where the new one does not start', async () => {
  const broken = repo.commit('ends-at-once');
  await expect(begin(broken)).rejects.toMatchObject({ code: 'start-failed' });
  await eventually('nothing of it is left', () => written() === undefined);
});

test('of what does not run there is none, nor of services whose revisions must not run together', async () => {
  const never = repo.commit('three');
  expect(await begin(fresh, {}, never)).toMatchObject({ state: 'ready', controlled: false });
  expect(await begin(never, { sideBySide: false })).toMatchObject({ state: 'ready', controlled: false });
});

test('the next owner keeps it, and ends one that was half started when the owner before was killed', async () => {
  await begin();
  const control = sure(written());
  await shop.disown();
  const owner = spawnOwner(shop.home);
  await eventually('it has adopted', () => owner.said().includes('"adopted"'));
  owner.child.kill('SIGKILL');
  await eventually('it is dead', () => owner.child.signalCode === 'SIGKILL');
  expect(living(written())).toBe(true);
  const revision = shop
    .own()
    .local()
    .environment('test')
    .state.services[0]?.revisions.find((r) => r.revision === old);
  if (revision?.control === undefined) throw new Error('there is no control');
  // As it stands on disk between its start and its first answer.
  revision.control.ready = false;
  await eventually('it has ended', () => !living(control) && written() === undefined);
});
