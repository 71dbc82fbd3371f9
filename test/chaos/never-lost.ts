// Promise 1: an accepted goal is never lost. Random processes, nats-server among them, are killed at random moments; every commit is read.
import { setTimeout as pause } from 'node:timers/promises';
import { waitFor } from '@awo/testing';
import { ANYBODY, keepChronicle } from './chronicle.ts';
import type { Chronicle } from './chronicle.ts';
import { checkEffects } from './effects-check.ts';
import { every, recoveryOf } from './experiment.ts';
import type { Experiment, RunOptions, Summary } from './experiment.ts';
import { checkHistories } from './history.ts';
import { forkedPlan } from './plans.ts';
import { randomBy } from './random.ts';
import type { Random } from './random.ts';
import { submitter } from './submit.ts';
import { startWorld } from './world.ts';
import type { World } from './world.ts';

const LEASE_S = 2;
const LANES = 16;
const GAP_MS = 250;
/** Patience, back-off and leases add up; what is open after this is stuck. */
const ALL_ENDED_MS = 240_000;
/** Shares of the kills. nats-server less often: while it is away nothing else can be caught at work. */
const VICTIMS = ['nats-server', 'planner', 'toolgate', 'toolgate', 'mcp-local', 'impact', 'test', 'deploy', 'deploy', 'deploy', 'monitor', 'monitor'];

export const neverLost: Experiment = { promise: 1, name: 'an accepted goal is never lost', full: { goals: 1000, faults: 3000 }, run };

async function run({ size, seed, report }: RunOptions): Promise<Summary> {
  const random = randomBy(seed);
  const world = await startWorld({ leaseS: LEASE_S, replicas: { deploy: 2, toolgate: 2 } });
  try {
    const chronicle = keepChronicle(world.operator);
    const submit = submitter(world.operator, `lost:${seed}`);
    const progress = every(10_000);
    const kills: Record<string, number> = {};
    const submissions: Promise<unknown>[] = [];
    for (let fault = 0, goals = 0; fault < size.faults; fault++) {
      for (; goals * size.faults <= fault * size.goals && goals < size.goals; goals++) {
        const lane = `lane-${goals % LANES}`;
        submissions.push(random.next() < 0.4 ? submit.ask(lane) : submit.open((environment) => forkedPlan(environment, random)));
      }
      const victim = await killOne(world, chronicle, random);
      kills[victim] = (kills[victim] ?? 0) + 1;
      if (progress.due()) report(`${fault + 1} kills, ${chronicle.ended()} of ${chronicle.heads.size} goals ended`);
    }
    await Promise.all(submissions);
    await waitFor(() => chronicle.ended() >= submit.accepted.size, { what: 'every goal to end', timeoutMs: ALL_ENDED_MS, everyMs: 200 }).catch(() => undefined);
    await chronicle.stop();
    const histories = await checkHistories(world.operator, chronicle.heads.keys(), submit.accepted);
    const effects = await checkEffects(await world.nats.as('provisioner', 'checker'), world.ledger, chronicle.heads);
    for (const user of new Set(VICTIMS)) {
      const { count, p50Ms, worstMs } = recoveryOf(chronicle.recoveries.filter((r) => r.victim === user).map((r) => r.ms));
      if (count > 0) report(`after ${user} the work went on within p50 ${p50Ms}, worst ${worstMs} ms (${count})`);
    }
    return {
      counts: {
        'goals accepted': submit.accepted.size,
        'submissions repeated': submit.repeated(),
        commits: histories.commits,
        ...Object.fromEntries(Object.entries(histories.outcomes).map(([outcome, n]) => [`ended ${outcome}`, n])),
        ...Object.fromEntries(Object.entries(histories.failures).map(([code, n]) => [`steps failed, ${code}`, n])),
        effects: effects.effects,
        'answered from the record': effects.recorded,
        'read back': effects.readBack,
        'unknown, given to a person': effects.unknown,
        ...Object.fromEntries(Object.entries(kills).map(([victim, n]) => [`kills of ${victim}`, n])),
      },
      violations: [...histories.violations, ...effects.violations, ...world.unexpected],
      recovery: recoveryOf(chronicle.recoveries.map((r) => r.ms)),
    };
  } finally {
    await world.stop();
  }
}

/** Kills one process that is at work: waits for the one that was chosen, so that the shares stay what they are. */
async function killOne(world: World, chronicle: Chronicle, random: Random): Promise<string> {
  await pause(random.between(0, 2 * GAP_MS));
  const user = random.pick(VICTIMS);
  if (user === 'nats-server') {
    await waitFor(() => world.members.filter((m) => m.proxy.connected()).length > world.members.length / 2 && world.crashNats(), {
      what: 'nats-server and half of the processes to be there',
      timeoutMs: 60_000,
    });
    chronicle.faultAt(ANYBODY, user);
    return user;
  }
  const member = random.pick(world.members.filter((m) => m.user === user));
  await waitFor(() => member.proxy.connected() && member.kill(), { what: `${member.name} to be at work`, timeoutMs: 60_000 });
  chronicle.faultAt(user === 'toolgate' || user === 'mcp-local' ? 'deploy' : user, user);
  return user;
}
