// A system of some forty services that call each other: requests as traces, what they log, what is measured. Pure.
import type { Random } from '../random.ts';

type Service = { name: string; calls: string[]; selfMs: number; store: boolean; cpu: number; memory: number; cores: number };
export type System = { services: Map<string, Service>; entries: string[] };
/** How a service behaves while a fault lasts; all of it is 1, 0 or false where nothing is wrong. */
export type Trouble = {
  kind: string;
  slower: number;
  fails: number;
  delayMs: number;
  loses: number;
  cpu: number;
  memory: number;
  gone: boolean;
  says: string | null;
};
export const WELL: Trouble = { kind: '', slower: 1, fails: 0, delayMs: 0, loses: 0, cpu: 1, memory: 1, gone: false, says: null };

const NAMES =
  'auth user order pay inside-pay seat route station train travel travel2 basic price config contacts assurance food station-food train-food consign consign-price security notify preserve preserve-other cancel rebook execute ticket-info voucher delivery verify admin-order admin-route admin-user news wait-order plan'.split(
    ' ',
  );

export function systemOf(random: Random): System {
  const services = new Map<string, Service>();
  const add = (name: string, calls: string[], store = false): void =>
    void services.set(name, {
      name,
      calls,
      store,
      selfMs: store ? 2 + 4 * random.next() : 3 + 15 * random.next(),
      cpu: 0.05 + 0.2 * random.next(),
      memory: 200 + 400 * random.next(),
      cores: 1,
    });
  for (const name of ['order-mysql', 'user-mongo', 'cache-redis']) add(name, [], true);
  const made: string[] = [];
  for (const short of random.shuffle(NAMES).slice(0, random.int(24, 36))) {
    const calls = random.shuffle(made.slice(-14)).slice(0, made.length < 6 ? 0 : random.int(0, 3));
    if (random.chance(0.4)) calls.push(random.pick(['order-mysql', 'user-mongo', 'cache-redis']));
    add(`ts-${short}-service`, calls);
    made.push(`ts-${short}-service`);
  }
  add('gateway', made.slice(-8));
  return { services, entries: ['gateway'] };
}

/** Services that a request from the way in can reach, without the way in itself. */
export function reachable(system: System): string[] {
  const seen = new Set(system.entries);
  for (const name of seen) for (const callee of system.services.get(name)?.calls ?? []) seen.add(callee);
  return [...seen].filter((name) => !system.entries.includes(name));
}
