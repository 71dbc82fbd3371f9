// One cluster, goals in flight all the time, one fault after another: everything that was accepted ends, and nothing is done twice.
import { setTimeout as pause } from 'node:timers/promises';
import { waitFor } from '@awo/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkEffects } from '../chaos/effects-check.ts';
import { checkHistories } from '../chaos/history.ts';
import { forkedPlan } from '../chaos/plans.ts';
import { randomBy } from '../chaos/random.ts';
import { startTraffic } from '../chaos/traffic.ts';
import type { Traffic } from '../chaos/traffic.ts';
import { note, printReport } from './report.ts';
import { startWorld } from './world.ts';
import type { World } from './world.ts';

const seed = Number(process.env['AWO_CLUSTER_SEED'] ?? Date.now() % 1_000_000);
/** How often each server is killed and each is emptied; the other faults come once. */
const ROUNDS = Number(process.env['AWO_CLUSTER_ROUNDS'] ?? 2);
const PAUSE_MS = 60_000;
const WIDTH = 12;
/** An election takes the servers 4 to 9 s; what takes longer than this is stuck. */
const GO_ON_MS = 60_000;

let world: World;
let traffic: Traffic;
const started = Date.now();
beforeAll(async () => {
  console.log(`seed ${seed}`);
  world = await startWorld();
  const random = randomBy(seed);
  const { operator, provisioner } = world;
  // Somebody else's tool is not what a cluster is tried with.
  const plan = (environment: string) => forkedPlan(environment, random, false);
  traffic = startTraffic({ operator, reader: provisioner, width: WIDTH, run: `cluster:${seed}`, plan });
  await waitFor(() => traffic.ended() >= WIDTH, { what: 'goals to come and go', timeoutMs: 120_000 });
});
afterAll(() => world?.stop());

/** Waits until every goal that is in flight now has gone on. */
async function goesOn(what: string, more = ''): Promise<void> {
  const { stuck, ...recovery } = await traffic.goOn(GO_ON_MS);
  note(what, recovery, more);
  expect(stuck, what).toEqual([]);
}
const others = (node: string) => world.cluster.nodes().filter((name) => name !== node);
const follower = async () => others(await world.leader())[0] ?? '';

test('nothing is broken: what the figures below are to be read against', async () => {
  for (let i = 0; i < 3; i++) await goesOn('nothing broken');
});

test('the leader of the log is killed: the others elect one, and the goals go on', async () => {
  for (let i = 0; i < ROUNDS; i++) {
    const leader = await world.leader();
    await world.cluster.kill(leader);
    await goesOn('leader killed');
    await world.cluster.start(leader);
    await world.cluster.healthy();
    await goesOn('  and started again');
  }
});

test('a follower loses its store: it comes back empty and has everything again', async () => {
  for (let i = 0; i < ROUNDS; i++) {
    const node = await follower();
    await world.cluster.kill(node);
    await world.cluster.wipe(node);
    const from = performance.now();
    await world.cluster.start(node);
    await goesOn('follower emptied');
    await world.cluster.healthy();
    const stored = await waitFor(
      async () => {
        const { cluster, state } = await world.provisioner.jsm.streams.info('GOALS');
        return cluster?.replicas?.every((r) => r.current) && state;
      },
      { what: 'every copy to be current', timeoutMs: 60_000 },
    );
    note('  and has everything again', { count: stored.messages, p50Ms: 0, p99Ms: 0, worstMs: Math.round(performance.now() - from) });
  }
});

test('the leader stands still for a minute: the others take over, and what it thinks when it wakes up is no longer true', async () => {
  const leader = await world.leader();
  await world.cluster.pause(leader);
  try {
    await goesOn('leader paused');
    await pause(PAUSE_MS / 2);
    await goesOn('  in the middle of the minute');
    await pause(PAUSE_MS / 2);
  } finally {
    await world.cluster.resume(leader);
  }
  await goesOn('  and woken up');
  await world.cluster.healthy();
});

test('servers are replaced one after another: each hands its leaderships over first', async () => {
  for (const node of world.cluster.nodes()) {
    const drained = world.cluster.drain(node);
    await goesOn(`${node} drained`);
    await drained;
    await world.cluster.start(node);
    await world.cluster.healthy();
    await goesOn('  and started again');
  }
});

test('services are replaced one after another: what they hold goes to the others', async () => {
  for (const member of world.members) {
    member.kill();
    await waitFor(() => member.pid(), { what: `${member.name} to run again` });
    await goesOn(`${member.name} killed`);
  }
});

test('a server is added and another removed: the log moves, and the goals go on meanwhile', async () => {
  const { cluster, provisioner } = world;
  const leaving = await follower();
  await cluster.start('n4');
  await cluster.healthy();
  await goesOn('n4 added');
  await cluster.kill(leaving);
  const system = await cluster.as('system', { timeoutMs: 10_000 });
  // Repeated: the one that was killed may have led the servers, and until they have a new leader nobody answers.
  const removed = async () => {
    const answer = await system.nc.request('$JS.API.SERVER.REMOVE', JSON.stringify({ peer: leaving }), { timeout: 3000 });
    const { success, error } = JSON.parse(answer.string()) as { success?: boolean; error?: { description: string } };
    return success || /not a member/i.test(error?.description ?? '');
  };
  await waitFor(removed, { what: `${leaving} to be removed`, timeoutMs: 60_000, everyMs: 500 });
  cluster.forget(leaving);
  await goesOn(`${leaving} removed`);
  const copies = await waitFor(
    async () => {
      const { cluster: at } = await provisioner.jsm.streams.info('GOALS');
      return at?.replicas?.length === 2 && at.replicas.every((r) => r.current) && [at.leader, ...at.replicas.map((r) => r.name)].toSorted();
    },
    { what: 'three current copies on the servers that are left', timeoutMs: 120_000, everyMs: 250 },
  );
  expect(copies).toEqual(cluster.nodes().toSorted());
  await goesOn('  and the log has moved');
});

test('two of three are gone: nobody is told that a commit stands; they come back: the goals go on', async () => {
  const { cluster, operator } = world;
  const leader = await world.leader();
  const gone = others(leader);
  const before = (await world.provisioner.jsm.streams.info('GOALS')).state.last_seq;
  await Promise.all(gone.map((node) => cluster.kill(node)));
  const commits = traffic.commits();
  const lone = await cluster.as('operator', { at: leader, name: 'lone' });
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, n) =>
      lone.js.publish(`awo.log.g00000000${10 + n}.operator.nobody`, 'never to be acknowledged', { timeout: 3000 }).then(
        () => 'acknowledged',
        () => 'no answer',
      ),
    ),
  );
  expect(answers.filter((a) => a === 'acknowledged')).toEqual([]);
  // What had been proposed before they went may still be seen; nothing new is.
  await pause(5000);
  const during = traffic.commits() - commits;
  for (const node of gone) await cluster.start(node);
  await goesOn('majority back', `${during} commits seen meanwhile, last before at ${before}`);
  await cluster.healthy();
  expect(operator.nc.isClosed()).toBe(false);
});

test('every goal that was accepted has ended, every chain is whole, and every effect took place once', async () => {
  const left = await traffic.finish(120_000);
  expect(left).toEqual([]);
  const histories = await checkHistories(world.operator, traffic.heads.keys(), traffic.accepted);
  const effects = await checkEffects(world.provisioner, world.ledger, traffic.heads);
  printReport(`cluster of three, R3, sync always; seed ${seed}, ${Math.round((Date.now() - started) / 1000)} s`, {
    'goals accepted': traffic.accepted.size,
    commits: histories.commits,
    ...Object.fromEntries(Object.entries(histories.outcomes).map(([outcome, n]) => [`ended ${outcome}`, n])),
    effects: effects.effects,
    'answered from the record': effects.recorded,
    'read back': effects.readBack,
    'unknown, given to a person': effects.unknown,
    'submissions repeated': traffic.repeated(),
    violations: histories.violations.length + effects.violations.length + world.unexpected.length,
  });
  expect([...histories.violations, ...effects.violations, ...world.unexpected]).toEqual([]);
});
