// Promise 8: never silently stuck. One fault after another while goals are in flight: after each cure everything that is open goes on, or ends as needs-human with the reason.
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { provision, readBusSpec } from '@awo/bus';
import type { LogHead } from '@awo/bus';
import { BUS_FILE, watchBus } from '@awo/embedded';
import { startTestNats } from '@awo/testing';
import { checkEffects } from '../effects-check.ts';
import { recoveryOf } from '../experiment.ts';
import type { Experiment, RunOptions, Summary } from '../experiment.ts';
import { checkHistories } from '../history.ts';
import { forkedPlan } from '../plans.ts';
import { keepRunning } from '../processes.ts';
import { randomBy } from '../random.ts';
import { startTraffic } from '../traffic.ts';
import { startWorld } from '../world.ts';
import type { World } from '../world.ts';
import { FAULTS, FULL_DISK } from './faults.ts';
import type { Fault, Stage } from './faults.ts';
import { onDisk, smallDisk } from './small-disk.ts';

const LEASE_S = 2;
/** What the promise says. */
const GO_ON_MS = 30_000;
const ALL_ENDED_MS = 120_000;
const DISK_MB = 768;
/** So that a message is at its limit within seconds; the product's own are a quarter of an hour and an hour. */
const SHORT_PATIENCE = { deliveries: 3, backOffMs: [200], unanswered: 3 };

/** `goals` are in flight at the same time, `faults` come one after another: each of the table three times. */
export const neverStuck: Experiment = {
  promise: 8,
  name: 'never silently stuck',
  full: { goals: 12, faults: 3 * FAULTS.length },
  run: (options) => breakOneByOne(options, 'full'),
};

/** `smoke`: shorter faults, and only those of the table that are quick to show. */
export async function breakOneByOne({ size, seed, report }: RunOptions, scale: 'full' | 'smoke'): Promise<Summary> {
  const random = randomBy(seed);
  const disk = smallDisk(DISK_MB);
  if (!disk) report('no right to mount a small disk here: it is not filled');
  const startBus = () => startTestNats({ leaseS: LEASE_S });
  const world = await startWorld({ leaseS: LEASE_S, replicas: { deploy: 2, toolgate: 2 }, startBus: () => (disk ? onDisk(disk, startBus) : startBus()) });
  const undo: (() => Promise<void> | void)[] = [() => disk?.remove(), () => world.stop()];
  try {
    const [planner, provisioner] = await Promise.all([world.nats.as('planner', 'poisoner'), world.nats.as('provisioner', 'checker')]);
    const supervised = await superviseLikeTheProduct(world, provisioner);
    undo.push(supervised.stop);
    const traffic = startTraffic({
      operator: world.operator,
      reader: provisioner,
      width: size.goals,
      run: `stuck:${seed}`,
      plan: (environment) => forkedPlan(environment, random),
      asks: (lane) => lane % 3 === 0,
    });
    const stage: Stage = { world, traffic, random, disk, planner, provisioner };
    const possible = FAULTS.filter((fault) => (fault.name !== FULL_DISK || disk) && (scale === 'full' || fault.holdMs.smoke !== null));
    const counts: Record<string, number> = {};
    const violations: string[] = [];
    const times: number[] = [];
    const hopeless = new Set<string>();
    for (let n = 0; n < size.faults; n++) {
      const fault = possible[n % possible.length] as Fault;
      const seen = await inflict(stage, fault, fault.holdMs[scale] ?? 0);
      counts[fault.name] = (counts[fault.name] ?? 0) + 1;
      times.push(...seen.times);
      for (const goal of seen.hopeless) hopeless.add(goal);
      violations.push(...seen.violations.map((what) => `${fault.name}: ${what}`));
      const { p50Ms, worstMs } = recoveryOf(seen.times);
      report(`${fault.name}: ${seen.times.length} open steps went on after p50 ${p50Ms}, worst ${worstMs} ms; ${seen.violations.length} did not`);
    }
    const left = await traffic.finish(ALL_ENDED_MS);
    // Their logs are broken on purpose: that their ends say so was looked at above.
    const sound = new Map([...traffic.heads].filter(([goal]) => !hopeless.has(goal)));
    const accepted = new Set([...traffic.accepted].filter((goal) => !hopeless.has(goal)));
    const histories = await checkHistories(world.operator, sound.keys(), accepted);
    const effects = await checkEffects(provisioner, world.ledger, sound);
    const needHuman = [...traffic.heads.values()].filter((head) => outcomeOf(head) === 'needs-human');
    return {
      counts: {
        'goals accepted': traffic.accepted.size,
        'submissions repeated': traffic.repeated(),
        commits: traffic.commits(),
        ...Object.fromEntries(Object.entries(histories.outcomes).map(([outcome, count]) => [`ended ${outcome}`, count])),
        'hopeless, ended needs-human': [...hopeless].filter((goal) => outcomeOf(traffic.heads.get(goal)) === 'needs-human').length,
        'effects done': effects.effects,
        'unknown, given to a person': effects.unknown,
        'read back': effects.readBack,
        'slow consumers cut off by the server': await slowConsumers(world),
        'remedies of the watch': supervised.said.length,
        stalled: left.length,
        ...Object.fromEntries(Object.entries(counts).map(([name, count]) => [`fault: ${name}`, count])),
      },
      violations: [
        ...violations,
        ...left.map((goal) => `${goal} never ended`),
        ...needHuman.filter((head) => !head.commit.state.ended?.because).map((head) => `${head.commit.goal} needs a human, and nobody says why`),
        ...histories.violations,
        ...effects.violations,
        ...world.unexpected,
      ],
      recovery: recoveryOf(times),
    };
  } finally {
    for (const step of undo.toReversed()) await step();
  }
}

type Seen = { times: number[]; hopeless: string[]; violations: string[] };

async function inflict(stage: Stage, fault: Fault, holdMs: number): Promise<Seen> {
  const { traffic } = stage;
  const { cure, hopeless = [] } = await fault.inflict(stage);
  await pause(holdMs);
  const from = performance.now();
  cure?.();
  const endings = hopeless.map(async ({ goal, reason }) => {
    const head = await traffic.until(goal, ({ commit }) => commit.state.ended !== undefined, GO_ON_MS);
    const ended = head?.commit.state.ended;
    const wrong =
      ended?.outcome !== 'needs-human'
        ? [`${goal} ended ${ended?.outcome ?? 'not at all'}`]
        : reason.test(ended.because)
          ? []
          : [`${goal} says ${ended.because}`];
    return { wrong, ms: performance.now() - from };
  });
  const [others, ...ends] = await Promise.all([traffic.goOn(GO_ON_MS), ...endings]);
  return {
    times: [...others.times, ...ends.map((end) => end.ms)],
    hopeless: hopeless.map(({ goal }) => goal),
    violations: [...others.stuck.map((what) => `${what} did not go on within ${GO_ON_MS / 1000} s`), ...ends.flatMap((end) => end.wrong)],
  };
}

/** The supervisor's watch over the bus, and the role whose work nobody can do, with less patience than the product has. */
async function superviseLikeTheProduct(world: World, provisioner: Stage['provisioner']) {
  const spec = await readBusSpec(BUS_FILE);
  const said: string[] = [];
  const consumers = spec.consumers.map((consumer) => ({ ...consumer, ack_wait_s: LEASE_S }));
  const watch = watchBus({
    monitorUrl: () => world.nats.monitorUrl,
    folder: join(world.nats.home, 'nats'),
    provision: () => provision(provisioner, { ...spec, consumers }, 1),
    restart: async () => void world.crashNats(),
    report: ({ text }) => said.push(text),
  });
  const env = {
    PATH: process.env['PATH'] ?? '',
    AWO_LOG_LEVEL: 'silent',
    ...world.programs.env,
    CHAOS_PATIENCE: JSON.stringify(SHORT_PATIENCE),
    ...world.nats.env('diagnosis'),
  };
  // Its process ends on purpose, again and again.
  const doomed = keepRunning('diagnosis-1', world.programs.args('worker'), env, () => undefined);
  return {
    said,
    stop: async () => {
      await Promise.all([watch.stop(), doomed.stop()]);
    },
  };
}

const outcomeOf = (head: LogHead | undefined) => head?.commit.state.ended?.outcome;

async function slowConsumers(world: World): Promise<number> {
  const { slow_consumers: count } = (await (await fetch(`${world.nats.monitorUrl}/varz`)).json()) as { slow_consumers: number };
  return count;
}
