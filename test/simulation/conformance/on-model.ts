// A scenario on the model: a process of its own on a network without faults, in virtual time.
import { busOn } from '@awo/bus';
import { Broker } from '../broker.ts';
import { bucketOf } from '../bucket.ts';
import { connectionOf } from '../connection.ts';
import { NO_FAULTS, Network } from '../network.ts';
import { randomOf } from '../random.ts';
import { World } from '../world.ts';
import type { Proc } from '../world.ts';
import { LEASE_S } from './site.ts';
import type { Site, Trace } from './site.ts';

const MAX_EVENTS = 10_000;

export async function onModel(scenario: (site: Site) => Promise<Trace>): Promise<Trace> {
  const world = new World(randomOf(1), false);
  const network = new Network(world, NO_FAULTS);
  const ackWaitMs = LEASE_S * 1000;
  const broker = new Broker(world, { GOALS: ['awo.log.'], TIMERS: ['awo.timer.', 'awo.due.'], KV_effects: ['$KV.effects.'] }, [
    { stream: 'GOALS', name: 'planner', takes: (s) => s.endsWith('.planner'), ackWaitMs, keeps: true },
    { stream: 'TIMERS', name: 'planner', takes: (s) => s.startsWith('awo.due.planner.'), ackWaitMs, keeps: false },
  ]);
  const proc: Proc = { name: 'planner-1', alive: true, pausedUntil: 0, cutUntil: 0, skewMs: 0, stopping: new AbortController() };
  const site: Site = {
    bus: busOn(connectionOf(proc, network, broker)),
    kv: bucketOf(proc, network, broker, 'effects'),
    now: () => world.date(),
    sleep: (ms) => new Promise((resolve) => void world.after(ms, proc, resolve)),
    base: { GOALS: 0, TIMERS: 0, KV_effects: 0 },
    renewConsumer: async () => broker.consumers.get('GOALS/planner')?.renew(),
    crash: async () => {
      network.brokerAwayUntil = world.now + 500;
      broker.crash(1000);
    },
    holdLine: () => {
      // What is sent now arrives after everybody has given it up.
      network.faults = { ...NO_FAULTS, late: 1 };
      return () => void (network.faults = NO_FAULTS);
    },
  };
  let trace: Trace | null = null;
  let failed: unknown = null;
  world.after(0, proc, () => {
    scenario(site).then(
      (seen) => (trace = seen),
      (error: unknown) => (failed = error),
    );
  });
  await world.run(() => trace !== null || failed !== null, MAX_EVENTS);
  if (failed) throw failed;
  if (world.violation) throw world.violation;
  return trace ?? ['came to no end'];
}
