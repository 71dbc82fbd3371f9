// Promise 2: one effect per action key. Processes are killed at the very moments where an effect is half done; the tool's own ledger is counted.
import { setTimeout as pause } from 'node:timers/promises';
import { waitFor } from '@awo/testing';
import { ANYBODY, keepChronicle } from './chronicle.ts';
import type { Chronicle } from './chronicle.ts';
import { checkEffects } from './effects-check.ts';
import { every, recoveryOf } from './experiment.ts';
import type { Experiment, RunOptions, Summary } from './experiment.ts';
import { checkHistories } from './history.ts';
import { KILL_POINTS, goalOf } from './kill-points.ts';
import type { KillPoint } from './kill-points.ts';
import { effectPlan } from './plans.ts';
import { randomBy } from './random.ts';
import type { Random } from './random.ts';
import { submitter } from './submit.ts';
import { startWorld } from './world.ts';
import type { World } from './world.ts';

const LEASE_S = 2;
/** Goals under way at the same time: something can always be caught in the act. */
const IN_FLIGHT = 200;
const ALL_ENDED_MS = 240_000;
/** A moment that does not come is passed over: the next one is waited for. */
const MOMENT_MS = 2000;

export const effectOnce: Experiment = { promise: 2, name: 'one effect per action key', full: { goals: 1000, faults: 3000 }, run };

async function run({ size, seed, report }: RunOptions): Promise<Summary> {
  const random = randomBy(seed);
  const world = await startWorld({ leaseS: LEASE_S, replicas: { deploy: 3, toolgate: 3 } });
  try {
    const chronicle = keepChronicle(world.operator);
    const submit = submitter(world.operator, `once:${seed}`);
    let begun = 0;
    let over = false;
    // Goals for as long as there are faults to come, and as many as were asked for.
    const feed = async () => {
      while (!over || begun < size.goals) {
        if (begun - chronicle.ended() >= IN_FLIGHT) {
          await pause(20);
          continue;
        }
        const foreign = begun++ % 5 === 0;
        await submit.open((environment) => effectPlan(environment, foreign));
      }
    };
    const feeding = feed();
    const progress = every(10_000);
    const kills: Record<string, number> = {};
    for (let fault = 0; fault < size.faults; fault++) {
      const point = await killAt(world, chronicle, random);
      kills[point] = (kills[point] ?? 0) + 1;
      if (progress.due()) report(`${fault + 1} kills, ${chronicle.ended()} of ${begun} goals ended`);
    }
    over = true;
    await feeding;
    const open = chronicle.heads.size - chronicle.ended();
    report(`the last kill is over, ${open} of ${chronicle.heads.size} goals still to end`);
    await waitFor(() => chronicle.ended() >= submit.accepted.size, { what: 'every goal to end', timeoutMs: ALL_ENDED_MS, everyMs: 200 }).catch(() => undefined);
    await chronicle.stop();
    const histories = await checkHistories(world.operator, chronicle.heads.keys(), submit.accepted);
    const effects = await checkEffects(await world.nats.as('provisioner', 'checker'), world.ledger, chronicle.heads);
    for (const { victim, by, ms } of chronicle.recoveries.toSorted((a, b) => b.ms - a.ms).slice(0, 3))
      report(`slowest: ${by} after ${victim}, ${Math.round(ms)} ms`);
    return {
      counts: {
        'goals accepted': submit.accepted.size,
        ...Object.fromEntries(Object.entries(histories.outcomes).map(([outcome, n]) => [`ended ${outcome}`, n])),
        ...Object.fromEntries(Object.entries(histories.failures).map(([code, n]) => [`steps failed, ${code}`, n])),
        effects: effects.effects,
        'answered from the record': effects.recorded,
        'read back': effects.readBack,
        'unknown, given to a person': effects.unknown,
        ...Object.fromEntries(Object.entries(kills).map(([point, n]) => [`killed: ${point}`, n])),
      },
      violations: [...histories.violations, ...effects.violations, ...world.unexpected],
      recovery: recoveryOf(chronicle.recoveries.map((r) => r.ms)),
    };
  } finally {
    await world.stop();
  }
}

/** Waits for a moment of the chosen kind and kills in it. Gives its name. */
async function killAt(world: World, chronicle: Chronicle, random: Random): Promise<string> {
  for (;;) {
    const point = random.pick(KILL_POINTS);
    // Not always the first that comes: the moments differ by what goes on beside them.
    const caught = await catchMoment(world, chronicle, point, random.between(0, 3));
    if (caught) return point.name;
  }
}

function catchMoment(world: World, chronicle: Chronicle, point: KillPoint, skip: number): Promise<boolean> {
  const watched = world.members.filter((m) => m.user === point.at);
  return new Promise((resolve) => {
    const end = (caught: boolean) => {
      clearTimeout(timer);
      for (const member of watched) member.proxy.watch(null);
      resolve(caught);
    };
    const timer = setTimeout(() => end(false), MOMENT_MS);
    let left = skip;
    for (const member of watched) {
      member.proxy.watch((frame) => {
        if (!point.is(frame) || left-- > 0) return 'pass';
        const kill = () => {
          if (point.victim === 'nats-server') return world.crashNats();
          const victim = point.victim === point.at ? member : world.members.find((m) => m.user === point.victim && m.proxy.connected());
          return victim?.kill() ?? false;
        };
        // What goes on must have left this process before nats-server or the publisher is gone.
        const killed = point.then === 'cut' ? kill() : (setImmediate(kill), true);
        if (!killed) return 'pass';
        chronicle.faultAt(goalOf(frame) ?? ANYBODY, point.name);
        end(true);
        return point.then;
      });
    }
  });
}
