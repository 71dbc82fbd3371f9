// Several processes of one revision behind one address: requests are shared, a death is made good, and nobody is turned away when they become fewer.
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, get, install, type Installation, makeRepo, modelOf, type Repo } from './fixtures/shop.ts';
import { isAlive, markOf } from './process-identity.ts';
import { configureTool } from './repair/configure.ts';
import { drainTool } from './repair/drain.ts';
import { restartTool } from './repair/restart.ts';
import { scaleTool } from './repair/scale.ts';
import { flightOf } from './start-revision.ts';

const call = { fence: 9, signal: new AbortController().signal };
const where = { environment: 'test', service: 'cart' };
let shop: Installation;
let repo: Repo;
let sha: string;
let address: string;

beforeAll(async () => {
  repo = makeRepo();
  shop = install().own();
  sha = repo.commit('one');
  ({ address } = await shop.start(repo, sha, modelOf({ replicas: { max: 3 } })));
  await shop.weigh({ [sha]: 100 });
});
afterAll(() => shop.end(repo));

const scale = (replicas: number) => scaleTool(shop.local())({ ...where, replicas }, call);
const processes = async () => (await shop.revision(sha)).processes;
/** Who answers, when many ask at once. */
const pids = async (): Promise<number[]> => {
  const answers = await Promise.all(Array.from({ length: 12 }, () => get(`${address}/`)));
  return [...new Set(answers.filter((a) => a.status === 200).map((a) => (JSON.parse(a.body) as { pid: number }).pid))];
};

/** Never a made-up number: a signal to group 0 would end the tests themselves. */
const sure = (pid: number | null | undefined): number => {
  if (!pid) throw new Error('it does not run');
  return pid;
};

const inHand = async (): Promise<number> => {
  const environment = shop.local().environment('test');
  const ports = (await shop.revision(sha)).serving?.map((one) => one.port ?? 0) ?? [];
  return (await Promise.all(ports.map((port) => environment.inFlightAt('cart', port)))).reduce((sum, n) => sum + n, 0);
};

/** What customers see who ask all the time. */
async function whileAsked(work: (asked: () => number) => Promise<unknown>): Promise<{ asked: number; failed: number }> {
  let [asked, failed, asking] = [0, 0, true];
  const customers = Array.from({ length: 4 }, async () => {
    for (; asking; await sleep(5)) {
      asked += 1;
      if ((await get(`${address}/slow?ms=20`).catch(() => ({ status: 0 }))).status !== 200) failed += 1;
    }
  });
  try {
    await work(() => asked);
  } finally {
    asking = false;
    await Promise.all(customers);
  }
  return { asked, failed };
}

test('requests are shared by as many processes as were asked for, and counted as those of one revision', async () => {
  expect(await processes()).toBe(1);
  expect(await scale(3)).toEqual({ replicas: 3 });
  expect(await processes()).toBe(3);
  expect(new Set(await pids()).size).toBe(3);
  expect((await shop.services())[0]?.replicas).toEqual({ value: 3, max: 3 });
});

test('more than awo.yaml allows is refused, with what it allows', async () => {
  await expect(scale(4)).rejects.toMatchObject({ code: 'bad-arguments', message: expect.stringContaining('awo.yaml allows 3') });
});

test.each(['the first one', 'a further one'])('%s dies: the others serve, and it is made good', async (which) => {
  const { pid: first, restarts } = await shop.revision(sha);
  const victim = sure(which === 'the first one' ? first : (await pids()).find((pid) => pid !== first));
  const { asked, failed } = await whileAsked(async (askedSoFar) => {
    process.kill(victim, 'SIGKILL');
    await eventually('three again', async () => {
      const now = await pids();
      return now.length === 3 && !now.includes(victim);
    });
    const since = askedSoFar();
    await eventually('customers have come since', () => askedSoFar() > since + 40);
  });
  expect((await shop.revision(sha)).restarts).toBe(restarts + 1);
  // Those whose requests it had, and who came before anybody knew.
  expect(failed, `of ${asked}`).toBeLessThan(20);
  expect(asked).toBeGreaterThan(2 * failed);
});

test('the next owner takes over all of them as they are', async () => {
  const before = (await pids()).toSorted();
  await shop.disown();
  shop.own();
  expect(await processes()).toBe(3);
  expect((await pids()).toSorted()).toEqual(before);
});

test('an owner that comes while the first one is down sees to it that there are as many again', async () => {
  const { pid: first } = await shop.revision(sha);
  await shop.disown();
  process.kill(sure(first), 'SIGKILL');
  shop.own();
  await eventually('three again', async () => (await pids()).length === 3);
  expect(await pids()).not.toContain(first);
});

test('a new configuration reaches all of them, and nobody is turned away meanwhile', async () => {
  const before = await pids();
  const { failed } = await whileAsked(() => configureTool(shop.local())({ ...where, configuration: { env: { COLOUR: 'red' }, files: [] } }, call));
  expect(failed).toBe(0);
  const after = await pids();
  expect(after.length).toBe(3);
  expect(after.filter((pid) => before.includes(pid))).toEqual([]);
  const colours = await Promise.all(Array.from({ length: 12 }, async () => (JSON.parse((await get(`${address}/env`)).body) as { COLOUR: string }).COLOUR));
  expect(new Set(colours)).toEqual(new Set(['red']));
});

test('a configuration that comes while the first one is down reaches the others as well, which serve meanwhile', async () => {
  const { pid: first } = await shop.revision(sha);
  const { failed } = await whileAsked(async () => {
    process.kill(sure(first), 'SIGKILL');
    await eventually('it is seen', async () => (await shop.revision(sha)).state !== 'ready');
    await configureTool(shop.local())({ ...where, configuration: { env: { COLOUR: 'blue' }, files: [] } }, call);
  });
  const colours = await Promise.all(Array.from({ length: 12 }, async () => (JSON.parse((await get(`${address}/env`)).body) as { COLOUR: string }).COLOUR));
  expect(new Set(colours)).toEqual(new Set(['blue']));
  expect((await pids()).length).toBe(3);
  expect(failed).toBeLessThan(20);
});

test('an owner that was killed between writing a configuration down and starting anything anew leaves that to the next one', async () => {
  const environment = shop.local().environment('test');
  const [service] = environment.state.services;
  const revision = service?.revisions.find((r) => r.revision === sha);
  if (service === undefined || revision === undefined) throw new Error('it does not run');
  service.configuration = { env: { COLOUR: 'green' }, files: [] };
  revision.renew = true;
  environment.save();
  await shop.disown();
  shop.own();
  const colours = () => Promise.all(Array.from({ length: 12 }, async () => (JSON.parse((await get(`${address}/env`)).body) as { COLOUR: string }).COLOUR));
  await eventually('all of them are told', async () => (await colours()).every((colour) => colour === 'green') && (await pids()).length === 3);
});

const drain = (process: string) => drainTool(shop.local())({ ...where, revision: sha, process }, call);
const serving = async () => (await shop.revision(sha)).serving ?? [];

test.each(['the first one', 'a further one'])(
  '%s is drained: it answers what it has, a fresh one takes its place, and nobody is turned away',
  async (which) => {
    await eventually('nothing else is under way', () => !shop.local().flights.has(flightOf('test', 'cart', sha)));
    const { launch: first = '' } = await shop.revision(sha);
    const before = await serving();
    const one = before.find((each) => (each.launch === first) === (which === 'the first one'));
    const { restarts } = await shop.revision(sha);
    const { failed } = await whileAsked(async () => {
      const drained = drain(one?.launch ?? '');
      // Two others serve: it gets nothing from the first moment on.
      expect((await serving()).map((each) => each.launch)).not.toContain(one?.launch);
      expect(await drained).toEqual({ process: one?.launch, drained: true });
    });
    expect(failed).toBe(0);
    const after = await serving();
    expect([after.length, after.some((each) => each.launch === one?.launch)]).toEqual([3, false]);
    expect(after.filter((each) => before.some((known) => known.launch === each.launch)).length).toBe(2);
    expect(isAlive(sure(one?.pid), markOf(sure(one?.pid)))).toBe(false);
    expect((await shop.revision(sha)).restarts).toBe(restarts);
    // Told twice, as after a lost answer: the fresh one stays.
    expect(await drain(one?.launch ?? '')).toEqual({ process: one?.launch, drained: false });
    expect(await serving()).toEqual(after);
  },
);

test('what a drained process has in hand longer than a moment is answered before it ends', async () => {
  const all = Promise.all(Array.from({ length: 6 }, () => get(`${address}/slow?ms=1500`)));
  await eventually('they are under way', async () => (await inHand()) === 6);
  for (const { launch } of (await serving()).slice(1)) await drain(launch);
  expect((await all).map((answer) => answer.status)).toEqual([200, 200, 200, 200, 200, 200]);
});

test('a new revision has as many, and the old one leaves none behind', async () => {
  const before = await pids();
  const next = repo.commit('two');
  await shop.start(repo, next, modelOf({ replicas: { max: 3 } }), 9);
  expect((await shop.revision(next)).processes).toBe(3);
  await shop.weigh({ [next]: 100 }, 'cart', 9);
  await shop.stop(sha, 5000, 9);
  expect(before.filter((pid) => isAlive(pid, markOf(pid)))).toEqual([]);
  sha = next;
  expect((await pids()).length).toBe(3);
});

test('fewer again: nobody who asks is turned away', async () => {
  const { failed } = await whileAsked(async (asked) => {
    await scale(1);
    await eventually('customers have come', () => asked() > 20);
  });
  expect(failed).toBe(0);
  expect(await processes()).toBe(1);
  expect((await pids()).length).toBe(1);
  const [only] = await serving();
  await expect(drain(only?.launch ?? '')).rejects.toMatchObject({ code: 'bad-arguments', message: expect.stringContaining('No other process') });
});

/** Every process that says it is one of this installation's. */
const living = (): number =>
  readdirSync('/proc').filter((entry) => {
    try {
      return /^\d+$/.test(entry) && readFileSync(`/proc/${entry}/environ`, 'utf8').includes(`HOME=${shop.home}/`);
    } catch {
      return false;
    }
  }).length;

test.skipIf(process.platform !== 'linux').each([1, 2])(
  'deaths, hand-overs, restarts, scales and drains in any order leave as many as there should be, and no others (seed %i)',
  async (seed) => {
    let state = seed;
    const below = (n: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return Math.floor((state / 2 ** 32) * n);
    };
    const told: string[] = [];
    const calls: Promise<unknown>[] = [];
    // One that a later one cancels fails before anybody waits for it, and is nobody's error.
    const begin = (work: Promise<unknown>): number => calls.push(work.catch(() => undefined));
    for (let i = 0; i < 12; i += 1) {
      const { pid, launch = '' } = await shop.revision(sha);
      const act = below(7);
      told.push(String(act));
      // One that dies again and again is started again after longer and longer pauses.
      if (act === 0 && pid !== null && told.filter((one) => one === '0').length < 4) process.kill(pid, 'SIGKILL');
      if (act === 1) {
        const other = (await pids().catch(() => [])).find((one) => one !== pid && markOf(one) !== null);
        if (other !== undefined) process.kill(other, 'SIGKILL');
      }
      if (act === 2) {
        // An owner ends with its calls.
        await Promise.all(calls);
        await shop.disown();
        shop.own();
      }
      if (act === 3) begin(scale(1 + below(3)));
      if (act === 4) begin(restartTool(shop.local())({ ...where, revision: sha, launch }, call));
      if (act === 5) begin(configureTool(shop.local())({ ...where, configuration: { env: { COLOUR: String(below(99)) }, files: [] } }, call));
      if (act === 6) begin(serving().then((all) => drain(all[below(all.length)]?.launch ?? '')));
      await sleep(below(400));
    }
    await Promise.all(calls);
    await scale(2);
    await eventually(
      `two that answer, after ${told.join(' ')}`,
      async () => (await pids()).length === 2 && (await shop.revision(sha)).state === 'ready' && living() === 2,
    );
    for (let i = 0; i < 10; i += 1) expect((await get(`${address}/`)).status).toBe(200);
  },
);
