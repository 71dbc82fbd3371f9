// Whose turn it is: one goal at a time has a service of an environment in its hands. Kept in the KV bucket `environments`.
import { isConflict } from '@awo/bus';
import type { Bus } from '@awo/bus';
import { isEnded } from '@awo/goal';

const key = (environment: string, service: string) => `turn.${environment}.${service}`;

/** The goals that hold one of the services now. A holder that has ended holds nothing. */
export async function holders(bus: Bus, environment: string, services: readonly string[], self: string): Promise<{ service: string; goal: string }[]> {
  const kv = await bus.kv('environments');
  const found = await Promise.all(
    services.map(async (service) => {
      const entry = await kv.get(key(environment, service));
      const goal = entry?.operation === 'PUT' ? entry.string() : null;
      if (!goal || goal === self) return null;
      const head = await bus.lastCommit(goal);
      return head && !isEnded(head.commit.state) ? { service, goal } : null;
    }),
  );
  return found.filter((h) => h !== null);
}

/** Takes all services or none. False: somebody was faster. In the order of names, so that two goals cannot block each other. */
export async function takeTurn(bus: Bus, environment: string, services: readonly string[], self: string): Promise<boolean> {
  const kv = await bus.kv('environments');
  for (const service of [...services].sort()) {
    const entry = await kv.get(key(environment, service));
    const holder = entry?.operation === 'PUT' ? entry.string() : null;
    if (holder === self) continue;
    const head = holder ? await bus.lastCommit(holder) : null;
    const free = !head || isEnded(head.commit.state);
    const taken = free && (await put(() => (entry ? kv.update(key(environment, service), self, entry.revision) : kv.create(key(environment, service), self))));
    if (!taken) {
      await giveTurnBack(bus, environment, services, self);
      return false;
    }
  }
  return true;
}

export async function giveTurnBack(bus: Bus, environment: string, services: readonly string[], self: string): Promise<void> {
  const kv = await bus.kv('environments');
  for (const service of services) {
    const entry = await kv.get(key(environment, service));
    if (entry?.operation === 'PUT' && entry.string() === self) await put(() => kv.delete(key(environment, service), { previousSeq: entry.revision }));
  }
}

/** False: somebody else has written since the entry was read. */
export async function put(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (isConflict(error)) return false;
    throw error;
  }
}
