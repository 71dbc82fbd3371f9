// Thirteen faults as research suites inject them, and what each does to its service: time, network, connections, code and resources. Pure.
import type { Random } from '../random.ts';
import { trafficOf, type Call, type Op, type Service, type System } from './system.ts';

export const RESOURCE = ['cpu', 'memory', 'disk', 'socket'] as const;
export const NETWORK = ['delay', 'loss', 'bandwidth', 'partition'] as const;
export const CODE = ['wrong-parameter', 'missing-call', 'missing-condition', 'wrong-return', 'missing-handler'] as const;
export const KINDS = [...RESOURCE, ...NETWORK, ...CODE];
export type Kind = (typeof KINDS)[number];

export type Fault = {
  kind: Kind;
  service: Service;
  /** Factor on its own time; grows over `rampSeconds`. */
  slower: number;
  rampSeconds: number;
  delayMs: number;
  loss: number;
  bytesPerSecond: number;
  refused: number;
  /** Killed for its memory every so many seconds; 0: never. */
  killedEvery: number;
  /** For code: in which operation, of which call, how often, in which of its two forms. */
  op?: Op;
  call?: Call;
  share: number;
  form: 0 | 1;
};

export function faultOf(random: Random, system: System, kind: Kind, seesCalls: boolean): Fault {
  const { int, next, chance } = random;
  const traffic = trafficOf(system);
  const callers = (s: Service): number => system.services.filter((c) => c.ops.some((o) => o.calls.some((e) => e.to === s && !e.background))).length;
  const code = (CODE as readonly string[]).includes(kind);
  const able = system.services.filter((s) => {
    if (s === system.gateway || s.kind === 'queue' || (traffic.get(s) ?? 0) < 0.04) return false;
    if (code) return s.kind === 'service' && s.ops.some((o) => o.calls.some((c) => !c.background && c.to.kind === 'service'));
    // Where nobody records the calls to a store, delay on its network is its only caller's own time.
    return callers(s) > 0 && (seesCalls || s.kind === 'service' || !(NETWORK as readonly string[]).includes(kind));
  });
  const stores = able.filter((s) => s.kind === 'database');
  const service = random.pick(kind === 'disk' && stores.length > 0 && chance(0.6) ? stores : able);
  const fault: Fault = {
    kind,
    service,
    slower: 1,
    rampSeconds: 1,
    delayMs: 0,
    loss: 0,
    bytesPerSecond: 0,
    refused: 0,
    killedEvery: 0,
    share: 0.3 + next() * 0.7,
    form: chance(0.5) ? 0 : 1,
  };
  if (kind === 'cpu') Object.assign(fault, { slower: 1.3 + next() * 5 });
  if (kind === 'memory') Object.assign(fault, { slower: 1.1 + next() * 1.5, rampSeconds: int(30, 150), killedEvery: chance(0.35) ? int(60, 150) : 0 });
  if (kind === 'disk') Object.assign(fault, { slower: service.kind === 'database' ? 3 + next() * 15 : 1.05 + next() * 0.5 });
  if (kind === 'socket') Object.assign(fault, { refused: 0.1 + next() * 0.6, rampSeconds: int(10, 40) });
  if (kind === 'delay') Object.assign(fault, { delayMs: int(40, 600) });
  if (kind === 'loss') Object.assign(fault, { loss: 0.05 + next() * 0.35 });
  if (kind === 'bandwidth') Object.assign(fault, { bytesPerSecond: 1000 * int(8, 60) });
  if (kind === 'partition') Object.assign(fault, { refused: 1 });
  if (code) {
    const called = new Set(system.services.flatMap((s) => s.ops.flatMap((o) => o.calls.map((c) => c.op))));
    const ops = service.ops.filter((o) => called.has(o) && o.calls.some((c) => !c.background && c.to.kind === 'service'));
    const op = ops.length > 0 ? random.pick(ops) : undefined;
    if (op === undefined) return faultOf(random, system, kind, seesCalls);
    const call = random.pick(op.calls.filter((c) => !c.background && c.to.kind === 'service'));
    call.p = 1;
    // What the lost handler caught was always there.
    if (kind === 'missing-handler') {
      call.tolerant = true;
      call.retries = 0;
      call.op.alwaysFails = 0.1 + next() * 0.3;
      for (const s of system.services) for (const o of s.ops) for (const c of o.calls) if (c.op === call.op) c.tolerant = true;
    }
    Object.assign(fault, { op, call });
  }
  return fault;
}

/** What an alert would see of it: failed requests rather than slow ones. */
export const failsMostly = ({ kind, form, killedEvery }: Fault): boolean =>
  kind === 'missing-condition'
    ? form === 0
    : kind === 'memory'
      ? killedEvery > 0
      : (CODE as readonly string[]).includes(kind) || kind === 'socket' || kind === 'partition';
