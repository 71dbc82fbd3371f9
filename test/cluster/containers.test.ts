// The same cluster with each nats-server in a container: what an orchestrator of containers does to it, and goals go on.
import { noContainers, waitFor } from '@awo/testing';
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
const WIDTH = 8;
const GO_ON_MS = 60_000;
const unavailable = await noContainers();
const title = (text: string) => (unavailable === undefined ? text : `${text} (left out: ${unavailable})`);

let world: World;
let traffic: Traffic;
beforeAll(async () => {
  if (unavailable !== undefined) return;
  console.log(`seed ${seed}`);
  world = await startWorld('containers');
  const random = randomBy(seed);
  traffic = startTraffic({
    operator: world.operator,
    reader: world.provisioner,
    width: WIDTH,
    run: `containers:${seed}`,
    plan: (environment: string) => forkedPlan(environment, random, false),
  });
  await waitFor(() => traffic.ended() >= WIDTH, { what: 'goals to come and go', timeoutMs: 120_000 });
});
afterAll(() => world?.stop());

async function goesOn(what: string): Promise<void> {
  const { stuck, ...recovery } = await traffic.goOn(GO_ON_MS);
  note(what, recovery);
  expect(stuck, what).toEqual([]);
}

test.skipIf(unavailable !== undefined)(
  title('containers are killed, paused, emptied and replaced, and every goal that was accepted ends, each effect once'),
  async () => {
    const { cluster } = world;
    await goesOn('nothing broken');

    const leader = await world.leader();
    await cluster.kill(leader);
    await goesOn('container of the leader killed');
    await cluster.start(leader);
    await cluster.healthy();

    const next = await world.leader();
    await cluster.pause(next);
    await goesOn('container of the leader paused');
    await cluster.resume(next);
    await cluster.healthy();

    const emptied = cluster.nodes().find((node) => node !== next) ?? '';
    await cluster.kill(emptied);
    await cluster.wipe(emptied);
    await cluster.start(emptied);
    await goesOn('container replaced by an empty one');
    await cluster.healthy();

    for (const node of cluster.nodes()) {
      await cluster.drain(node);
      await goesOn(`${node} drained`);
      await cluster.start(node);
      await cluster.healthy();
    }

    expect(await traffic.finish(120_000)).toEqual([]);
    const histories = await checkHistories(world.operator, traffic.heads.keys(), traffic.accepted);
    const effects = await checkEffects(world.provisioner, world.ledger, traffic.heads);
    const violations = [...histories.violations, ...effects.violations, ...world.unexpected];
    printReport(`cluster of three containers, R3, sync always; seed ${seed}`, {
      'goals accepted': traffic.accepted.size,
      commits: histories.commits,
      effects: effects.effects,
      violations: violations.length,
    });
    expect(violations).toEqual([]);
  },
);
