// The faults that must never leave work silently stuck: how each is inflicted, for how long, and how it is cured.
import { setTimeout as pause } from 'node:timers/promises';
import type { Bus } from '@awo/bus';
import { waitFor } from '@awo/testing';
import { oneStepPlan } from '../plans.ts';
import type { Random } from '../random.ts';
import type { Traffic } from '../traffic.ts';
import type { Member, World } from '../world.ts';
import type { SmallDisk } from './small-disk.ts';

export type Stage = {
  world: World;
  traffic: Traffic;
  random: Random;
  /** The disk of the bus; null where no small one can be mounted. */
  disk: SmallDisk | null;
  planner: Bus;
  provisioner: Bus;
};

type Inflicted = {
  /** Left out: the installation has to cure it by itself. */
  cure?: () => void;
  /** Goals that nothing can help: each has to end as needs-human, with this in its reason. */
  hopeless?: { goal: string; reason: RegExp }[];
};

export type Fault = {
  name: string;
  /** Milliseconds from the fault to its cure; null: not among the quick ones. */
  holdMs: { full: number; smoke: number | null };
  inflict: (stage: Stage) => Promise<Inflicted>;
};

/** Half of it goes to the one that does not read: more than the 64 MB that the server keeps for a client. */
const FLOOD = { messages: 180, bytes: 900 * 1024 };
const CONSUMERS = ['GOALS impact', 'GOALS deploy', 'GOALS planner', 'TIMERS monitor', 'INBOX planner'];

/** `needs` a small disk: left out, and said so, where none can be mounted. */
export const FULL_DISK = 'disk full';

export const FAULTS: Fault[] = [
  {
    name: 'everybody cut off from the bus',
    holdMs: { full: 60_000, smoke: 3000 },
    inflict: async ({ world }) => held(world.members),
  },
  {
    name: 'one service cut off from the bus',
    holdMs: { full: 60_000, smoke: null },
    inflict: async ({ world, random }) => {
      const { user } = random.pick(world.members);
      return held(world.members.filter((m) => m.user === user));
    },
  },
  {
    name: FULL_DISK,
    holdMs: { full: 20_000, smoke: 2000 },
    inflict: async ({ disk, planner }) => {
      disk?.fill();
      const write = () => planner.js.publish('awo.history.refused.full', 'x'.repeat(4000), { timeout: 500 }).then(Boolean, () => false);
      await waitFor(async () => !(await write()), { what: 'a write to be refused', timeoutMs: 30_000 });
      return { cure: () => disk?.free() };
    },
  },
  {
    name: 'consumer deleted',
    // Until work has piled up. Nothing else cures it but the watch.
    holdMs: { full: 1000, smoke: 1000 },
    inflict: async ({ provisioner, random }) => {
      const [stream = '', consumer = ''] = random.pick(CONSUMERS).split(' ');
      await provisioner.jsm.consumers.delete(stream, consumer);
      return {};
    },
  },
  {
    name: 'message refused to the limit',
    holdMs: { full: 0, smoke: 0 },
    inflict: async ({ traffic }) => ({
      hopeless: [{ goal: await traffic.open(() => oneStepPlan('diagnosis', { do: 'refuse' })), reason: /tried \d+ times, last: busy/ }],
    }),
  },
  {
    name: 'message redelivered to the limit, as it ends whoever takes it',
    holdMs: { full: 0, smoke: 0 },
    inflict: async ({ traffic }) => ({
      hopeless: [{ goal: await traffic.open(() => oneStepPlan('diagnosis', { do: 'die' })), reason: /handed out \d+ times, and no worker came back/ }],
    }),
  },
  {
    name: 'poison commit',
    holdMs: { full: 0, smoke: 0 },
    inflict: async ({ traffic, planner }) => {
      // One is read by the role it is addressed to, the other by whoever goes on with the goal: when its timer rings.
      const [read, waiting] = await Promise.all([
        traffic.open(() => oneStepPlan('impact', { do: 'wait', times: 1, ms: 600_000 })),
        traffic.open(() => oneStepPlan('monitor', { do: 'wait', times: 3, ms: 1000 })),
      ]);
      for (const [goal, to] of [
        [read, 'impact'],
        [waiting, 'nobody'],
      ] as const) {
        await traffic.until(goal, ({ commit }) => commit.state.steps.some((s) => s.wait), 20_000);
        await planner.js.publish(`awo.log.${goal}.planner.${to}`, 'no commit at all');
      }
      return { hopeless: [read, waiting].map((goal) => ({ goal, reason: /is no commit/ })) };
    },
  },
  {
    name: 'tool that does not answer',
    // Longer than a foreign tool's minute: what was asked of it ends, as nobody can say what it did.
    holdMs: { full: 70_000, smoke: 11_000 },
    inflict: async ({ world }) => stopped(world.members.filter((m) => m.user === 'mcp-local')),
  },
  {
    name: 'worker that stands still',
    holdMs: { full: 20_000, smoke: null },
    inflict: async ({ world, random }) => stopped([random.pick(world.members.filter((m) => m.user === 'deploy' || m.user === 'monitor'))]),
  },
  {
    name: 'slow line',
    holdMs: { full: 20_000, smoke: null },
    inflict: async ({ world, random }) => {
      const { proxy } = random.pick(world.members);
      proxy.delay(1500);
      return { cure: () => proxy.delay(0) };
    },
  },
  {
    name: 'slow consumer',
    holdMs: { full: 15_000, smoke: 2000 },
    inflict: async ({ world }) => {
      const { proxy } = world.members.find((m) => m.user === 'toolgate') as Member;
      proxy.stall(true);
      const junk = new Uint8Array(FLOOD.bytes);
      for (let i = 0; i < FLOOD.messages; i++) {
        world.operator.nc.publish('awo.tool.operator.rollout.status', junk);
        await pause(5);
      }
      return { cure: () => proxy.stall(false) };
    },
  },
];

function held(members: Member[]): Inflicted {
  for (const { proxy } of members) proxy.hold();
  return {
    cure: () => {
      for (const { proxy } of members) proxy.release();
    },
  };
}

function stopped(members: Member[]): Inflicted {
  const pids = members.map((m) => m.pid()).filter((pid) => pid !== null);
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  return {
    cure: () => {
      for (const pid of pids) process.kill(pid, 'SIGCONT');
    },
  };
}
