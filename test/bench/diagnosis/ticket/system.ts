// A generated ticket system: services in tiers with operations, calls, stores, queues, pods and nodes. Pure.
import type { Random } from '../random.ts';

export type Call = {
  to: Service;
  op: Op;
  p: number;
  times: number;
  retries: number;
  background: boolean;
  parallel: boolean;
  tolerant: boolean;
  timeoutMs: number;
};
export type Op = { name: string; ms: number; bytes: number; calls: Call[]; alwaysFails: number };
export type Service = {
  id: string;
  kind: 'gateway' | 'service' | 'database' | 'cache' | 'queue';
  framework: 'spring' | 'node' | 'go' | 'python' | 'nginx' | 'store';
  node: string;
  pods: string[];
  ops: Op[];
  cpuLimit: number;
  cpuMs: number;
  memoryMi: number;
  sockets: number;
  /** Errors that it logs all the time, as many a minute. */
  grumbles: number;
};
export type System = { services: Service[]; gateway: Service; nodes: string[] };

const NOUNS =
  'order travel station train route price seat ticket user auth contacts payment food consign assurance security notification rebook cancel preserve basic config verification voucher news delivery admin-order admin-route admin-user admin-travel inside-payment wait-order execute avatar cart catalog currency shipping email advert review rating search profile reservation recommendation geo rate loyalty stock invoice refund audit timeline media social graph text url'.split(
    ' ',
  );
const STYLES: readonly ((noun: string) => string)[] = [(n) => `ts-${n}-service`, (n) => `${n}-svc`, (n) => n, (n) => `${n.replaceAll('-', '')}service`];

/** 12 to 60 services, stores among them. */
export function systemOf(random: Random): System {
  const { int, pick, chance } = random;
  const nodes = Array.from({ length: int(2, 6) }, (_, i) => `${pick(['worker', 'node', 'ip-10-0-3'])}-${i + 1}`);
  const style = pick(STYLES);
  const main = pick(['spring', 'spring', 'go', 'node', 'python'] as const);
  const suffix = (id: string): string => `${id}-${random.word(random.pick([8, 9, 10]))}-${random.word(5)}`;
  const make = (id: string, kind: Service['kind'], framework: Service['framework']): Service => ({
    id,
    kind,
    framework,
    node: pick(nodes),
    ops: [],
    cpuLimit: pick([0.5, 1, 2]),
    cpuMs: 1 + random.next() * 4,
    memoryMi: framework === 'spring' ? int(300, 700) : int(40, 250),
    sockets: int(6, 60),
    grumbles: chance(0.1) ? int(1, 8) : 0,
    pods: Array.from({ length: kind === 'service' && chance(0.25) ? int(2, 3) : 1 }, () => (kind === 'service' || kind === 'gateway' ? suffix(id) : `${id}-0`)),
  });
  const gateway = make(pick(['gateway', 'frontend', 'ts-ui-dashboard', 'front-end', 'api-gateway']), 'gateway', pick(['nginx', 'node', 'spring'] as const));
  const count = int(9, 44);
  const services = random
    .shuffle(NOUNS)
    .slice(0, count)
    .map((noun) => make(style(noun), 'service', chance(0.75) ? main : pick(['spring', 'go', 'node', 'python'] as const)));
  const stores: Service[] = [];
  const store = (near: string, kind: 'database' | 'cache' | 'queue'): Service => {
    const flavour = kind === 'database' ? pick(['mysql', 'mongo', 'postgres']) : kind === 'cache' ? 'redis' : pick(['rabbitmq', 'kafka']);
    const made = make(near === '' ? flavour : `${near}-${flavour}`, kind, 'store');
    made.ops.push({
      name: kind === 'database' ? pick(['SELECT', 'find', 'query']) : kind === 'cache' ? 'GET' : 'publish',
      ms: kind === 'database' ? 1 + random.next() * 6 : 0.3 + random.next(),
      bytes: int(200, 4000),
      calls: [],
      alwaysFails: 0,
    });
    stores.push(made);
    return made;
  };
  const shared = Array.from({ length: int(1, 2) }, () => store('', 'database')).filter((s, i, all) => all.findIndex((o) => o.id === s.id) === i);
  stores.splice(0, stores.length, ...shared);
  const cache = chance(0.6) ? store('', 'cache') : undefined;
  const queue = chance(0.5) ? store('', 'queue') : undefined;
  const tier = new Map(services.map((s, i) => [s, Math.floor((i / services.length) * 3)]));
  const callOf = (to: Service, more: Partial<Call> = {}): Call => ({
    to,
    op: pick(to.ops),
    p: chance(0.6) ? 1 : 0.3 + random.next() * 0.6,
    times: chance(0.12) ? int(2, 3) : 1,
    retries: chance(0.25) ? int(1, 2) : 0,
    background: false,
    parallel: chance(0.3),
    tolerant: chance(0.1),
    timeoutMs: pick([2000, 3000, 5000, 10_000]),
    ...more,
  });
  for (const service of services.toReversed()) {
    const own = chance(0.55) ? (chance(0.6) && stores.length < count / 3 + 2 ? store(service.id, 'database') : pick(shared)) : undefined;
    const below = services.filter((s) => (tier.get(s) ?? 0) > (tier.get(service) ?? 0));
    for (let i = int(1, 3); i > 0; i -= 1) {
      const calls = random
        .shuffle(below)
        .slice(0, (tier.get(service) ?? 0) === 2 ? 0 : int(1, 3))
        .map((to) => callOf(to));
      if (cache !== undefined && chance(0.25)) calls.push(callOf(cache, { tolerant: true }));
      if (own !== undefined && chance(0.85)) calls.push(callOf(own, { p: 1, parallel: false }));
      if (queue !== undefined && chance(0.12)) calls.push(callOf(queue, { background: true }));
      service.ops.push({
        name: `${pick(['GET', 'POST'])} /api/v1/${service.id.replaceAll(/ts-|-service|-svc/g, '')}/${random.word(4, 'aeioumnrst')}${i}`,
        ms: 1 + Math.exp(random.normal() + 1),
        bytes: int(200, 20_000),
        calls,
        alwaysFails: chance(0.06) ? 0.01 + random.next() * 0.04 : 0,
      });
    }
  }
  // Every service of the first tier is reached from the gateway, and every other one from the tier above.
  for (const service of services) {
    const level = tier.get(service) ?? 0;
    const callers = services.filter((s) => s.ops.some((o) => o.calls.some((c) => c.to === service)));
    const above = services.filter((s) => tier.get(s) === level - 1);
    if (level > 0 && callers.length === 0 && above.length > 0) pick(pick(above).ops).calls.unshift(callOf(service, { p: 1 }));
  }
  for (const first of services.filter((s) => tier.get(s) === 0))
    for (const op of first.ops)
      gateway.ops.push({
        name: op.name,
        ms: 1 + random.next() * 3,
        bytes: op.bytes,
        calls: [callOf(first, { op, p: 1, times: 1, tolerant: false, parallel: false, timeoutMs: 30_000 })],
        alwaysFails: 0,
      });
  return { services: [gateway, ...services, ...stores], gateway, nodes };
}

/** Ways by which requests of the gateway come to a service, each as often as it is taken. */
export function trafficOf(system: System): Map<Service, number> {
  const traffic = new Map<Service, number>();
  const walk = (service: Service, op: Op, share: number): void => {
    traffic.set(service, (traffic.get(service) ?? 0) + share);
    for (const call of op.calls) walk(call.to, call.op, share * call.p * call.times);
  };
  for (const op of system.gateway.ops) walk(system.gateway, op, 1 / system.gateway.ops.length);
  return traffic;
}
