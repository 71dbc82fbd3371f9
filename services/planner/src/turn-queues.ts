// Who waits for a service of an environment: first come, first served. Kept in the KV bucket `environments`, a queue per service.
import { TurnQueue } from '@awo/contracts';
import type { TurnWaiter } from '@awo/contracts';
import type { Bus } from '@awo/bus';
import { isEnded } from '@awo/goal';
import { put } from './turns.ts';

const key = (environment: string, service: string) => `queue.${environment}.${service}`;
const isBefore = (a: TurnWaiter, b: TurnWaiter) => a.acceptedAt < b.acceptedAt || (a.acceptedAt === b.acceptedAt && a.goal < b.goal);

/** The goals that came before this one and still wait for one of the services. */
export async function waitingBefore(
  bus: Bus,
  environment: string,
  services: readonly string[],
  self: TurnWaiter,
): Promise<{ service: string; goal: string }[]> {
  const kv = await bus.kv('environments');
  const found = await Promise.all(
    services.map(async (service) => {
      const before = waitersOf(await kv.get(key(environment, service))).filter((one) => isBefore(one, self));
      return (await stillOpen(bus, before)).map(({ goal }) => ({ service, goal }));
    }),
  );
  return found.flat();
}

/** Puts a goal into the queues of these services. Doing it twice changes nothing. */
export const queueUp = (bus: Bus, environment: string, services: readonly string[], self: TurnWaiter): Promise<void> =>
  change(bus, environment, services, self, true);

/** Takes it out again. One that ends without doing so is no longer counted. */
export const leaveQueues = (bus: Bus, environment: string, services: readonly string[], self: TurnWaiter): Promise<void> =>
  change(bus, environment, services, self, false);

async function change(bus: Bus, environment: string, services: readonly string[], self: TurnWaiter, stays: boolean): Promise<void> {
  const kv = await bus.kv('environments');
  for (const service of services) {
    const name = key(environment, service);
    for (let done = false; !done;) {
      const entry = await kv.get(name);
      const waiters = waitersOf(entry);
      if (waiters.some((one) => one.goal === self.goal) === stays) break;
      const others = await stillOpen(
        bus,
        waiters.filter((one) => one.goal !== self.goal),
      );
      const value = JSON.stringify(stays ? [...others, self].sort((a, b) => (isBefore(a, b) ? -1 : 1)) : others);
      done = await put(() => (entry ? kv.update(name, value, entry.revision) : kv.create(name, value)));
    }
  }
}

const waitersOf = (entry: { operation: string; string: () => string } | null): TurnWaiter[] =>
  entry?.operation === 'PUT' ? TurnQueue.parse(JSON.parse(entry.string())) : [];

async function stillOpen(bus: Bus, waiters: readonly TurnWaiter[]): Promise<TurnWaiter[]> {
  const heads = await Promise.all(waiters.map(({ goal }) => bus.lastCommit(goal)));
  return waiters.filter((_, i) => {
    const state = heads[i]?.commit.state;
    return state !== undefined && !isEnded(state);
  });
}
