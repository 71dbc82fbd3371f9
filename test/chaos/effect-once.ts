// Promise 2: one effect per action key. Processes are killed at the very moments where an effect is half done; the tool's own ledger is counted.
import { setTimeout as pause } from 'node:timers/promises';
import { ANYBODY, keepChronicle } from './chronicle.ts';
import type { Chronicle } from './chronicle.ts';
import { keepSaying, recoveryOf } from './experiment.ts';
import type { Experiment, RunOptions, Summary } from './experiment.ts';
import { judge, named } from './judge.ts';
import { KILL_POINTS, goalOf } from './kill-points.ts';
import type { KillPoint } from './kill-points.ts';
import { effectPlan } from './plans.ts';
import { randomBy } from './random.ts';
import type { Random } from './random.ts';
import { submitter } from './submit.ts';
import { SOON, startWorld } from './world.ts';
import type { World } from './world.ts';

const LEASE_S = 2;
/** Goals under way at the same time: something can always be caught in the act. */
const IN_FLIGHT = 80;
/** A moment that does not come is passed over: the next one is waited for. */
const MOMENT_MS = 2000;
const NOTHING_MS = 120_000;

export const effectOnce: Experiment = { promise: 2, name: 'one effect per action key', full: { goals: 1000, faults: 3000 }, run };

async function run({ size, seed, report }: RunOptions): Promise<Summary> {
  const random = randomBy(seed);
  const world = await startWorld({ leaseS: LEASE_S, replicas: { deploy: 3, toolgate: 3 }, patience: SOON });
  const chronicle = keepChronicle(world.operator);
  const submit = submitter(world.operator, `once:${seed}`);
  const kills: Record<string, number> = {};
  let done = 0;
  let begun = 0;
  const quiet = keepSaying(() => `${done} kills, ${chronicle.ended()} of ${begun} goals ended`, report);
  try {
    // Goals for as long as there are faults to come, and as many as were asked for.
    const feed = async () => {
      while (done < size.faults || begun < size.goals) {
        if (begun - chronicle.ended() >= Math.min(IN_FLIGHT, size.goals)) {
          await pause(20);
          continue;
        }
        const foreign = begun++ % 5 === 0;
        await submit.open((environment) => effectPlan(environment, foreign));
      }
    };
    const submissions = feed();
    const late: string[] = [];
    for (; done < size.faults; done++) {
      const point = await killAt(world, chronicle, random);
      if (point) kills[point] = (kills[point] ?? 0) + 1;
      else late.push(`kill ${done + 1}: nothing was caught in the act for ${NOTHING_MS / 1000} s`);
    }
    const { counts, violations } = await judge({ world, chronicle, submit, submissions });
    for (const { victim, by, ms } of chronicle.recoveries.toSorted((x, y) => y.ms - x.ms).slice(0, 3))
      report(`slowest: ${by} after ${victim}, ${Math.round(ms)} ms`);
    return {
      counts: { ...counts, ...named('killed:', kills) },
      violations: [...late, ...violations],
      recovery: recoveryOf(chronicle.recoveries.map((r) => r.ms)),
    };
  } finally {
    quiet();
    await world.stop();
  }
}

/** Waits for a moment of the chosen kind and kills in it. Gives its name; null: no moment of any kind came. */
async function killAt(world: World, chronicle: Chronicle, random: Random): Promise<string | null> {
  const until = Date.now() + NOTHING_MS;
  while (Date.now() < until) {
    const point = random.pick(KILL_POINTS);
    // Not always the first that comes: the moments differ by what goes on beside them.
    const caught = await catchMoment(world, chronicle, point, random.between(0, 3));
    if (caught) return point.name;
  }
  return null;
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
        const killed = point.passage === 'cut' ? kill() : (setImmediate(kill), true);
        if (!killed) return 'pass';
        chronicle.faultAt(goalOf(frame) ?? ANYBODY, point.name);
        end(true);
        return point.passage;
      });
    }
  });
}
