// Promise 1: an accepted goal is never lost. Random processes, nats-server among them, are killed at random moments; every commit is read.
import { setTimeout as pause } from 'node:timers/promises';
import { waitFor } from '@awo/testing';
import { ANYBODY, keepChronicle } from './chronicle.ts';
import type { Chronicle } from './chronicle.ts';
import { keepSaying, recoveryOf } from './experiment.ts';
import type { Experiment, RunOptions, Summary } from './experiment.ts';
import { judge, named } from './judge.ts';
import { forkedPlan } from './plans.ts';
import { randomBy } from './random.ts';
import type { Random } from './random.ts';
import { submitter } from './submit.ts';
import { SOON, startWorld } from './world.ts';
import type { World } from './world.ts';

const LEASE_S = 2;
const LANES = 16;
/** Between two kills, on average. Each costs the machine a start of half a second. */
const GAP_MS = 150;
/** Shares of the kills. nats-server less often: while it is away nothing else can be caught at work. */
const VICTIMS = ['nats-server', 'planner', 'toolgate', 'toolgate', 'mcp-local', 'impact', 'test', 'deploy', 'deploy', 'deploy', 'monitor', 'monitor'];

export const neverLost: Experiment = { promise: 1, name: 'an accepted goal is never lost', full: { goals: 1000, faults: 3000 }, run };

async function run({ size, seed, report }: RunOptions): Promise<Summary> {
  const random = randomBy(seed);
  const world = await startWorld({ leaseS: LEASE_S, replicas: { deploy: 2, toolgate: 2 }, patience: SOON });
  const chronicle = keepChronicle(world.operator);
  const kills: Record<string, number> = {};
  const late: string[] = [];
  let done = 0;
  const quiet = keepSaying(() => `${done} kills, ${chronicle.ended()} of ${chronicle.heads.size} goals ended`, report);
  try {
    const submit = submitter(world.operator, `lost:${seed}`);
    const submissions: Promise<unknown>[] = [];
    for (let goals = 0; done < size.faults; done++) {
      for (; goals * size.faults <= done * size.goals && goals < size.goals; goals++) {
        const lane = `lane-${goals % LANES}`;
        submissions.push(random.next() < 0.4 ? submit.ask(lane) : submit.open((environment) => forkedPlan(environment, random)));
      }
      const victim = random.pick(VICTIMS);
      await pause(random.between(0, 2 * GAP_MS));
      // One that does not come to work is a violation, and no reason to stop.
      await killOne(world, chronicle, random, victim).catch((error: unknown) => void late.push(`kill ${done + 1}: ${String(error)}`));
      kills[victim] = (kills[victim] ?? 0) + 1;
    }
    const { counts, violations } = await judge({ world, chronicle, submit, submissions: Promise.all(submissions) });
    for (const victim of Object.keys(kills)) {
      const { count, p50Ms, worstMs } = recoveryOf(chronicle.recoveries.filter((r) => r.victim === victim).map((r) => r.ms));
      if (count > 0) report(`after ${victim} a goal it held went on within p50 ${p50Ms}, worst ${worstMs} ms (${count})`);
    }
    return {
      counts: { ...counts, ...named('kills of', kills) },
      violations: [...late, ...violations],
      recovery: recoveryOf(chronicle.recoveries.map((r) => r.ms)),
    };
  } finally {
    quiet();
    await world.stop();
  }
}

/** Kills one process that is at work: waits for the one that was chosen, so that the shares stay what they are. */
async function killOne(world: World, chronicle: Chronicle, random: Random, user: string): Promise<void> {
  if (user === 'nats-server') {
    await waitFor(() => world.members.filter((m) => m.proxy.connected()).length > world.members.length / 2 && world.crashNats(), {
      what: 'nats-server and half of the processes to be there',
      timeoutMs: 60_000,
    });
    return chronicle.faultAt(ANYBODY, user);
  }
  const member = random.pick(world.members.filter((m) => m.user === user));
  await waitFor(() => member.proxy.connected() && member.kill(), { what: `${member.name} to be at work`, timeoutMs: 60_000 });
  const held = heldBy(chronicle, user === 'toolgate' || user === 'mcp-local' ? 'deploy' : user);
  if (held) chronicle.faultAt(held, user);
}

/** A goal with a step in the hands of this role: it cannot go on without it. */
function heldBy({ heads }: Chronicle, role: string): string | null {
  for (const [goal, { commit }] of heads) {
    if (!commit.state.ended && commit.state.steps.some((s) => s.role === role && s.status === 'dispatched' && !s.wait)) return goal;
  }
  return null;
}
