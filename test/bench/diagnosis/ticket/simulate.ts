// Requests one by one through the system: what each service and call had in each second, the spans of those that are sampled, and the events that become logs. Deterministic.
import type { Random } from '../random.ts';
import type { Fault } from './fault.ts';
import type { Call, Op, Service, System } from './system.ts';

export type Second = {
  requests: number;
  errors: number;
  served: number[];
  seen: number[];
  bytesOut: number;
  bytesIn: number;
  out: number;
  outMs: number;
  outErrors: number;
  retransmits: number;
  busyMs: number;
};
export type Span = {
  trace: string;
  span: string;
  parent: string | null;
  service: Service;
  name: string;
  at: number;
  ms: number;
  error: boolean;
  client: boolean;
};
export type Event = {
  at: number;
  service: Service;
  kind: 'ok' | 'failed' | 'call-failed' | 'rejected' | 'bad-answer';
  op: Op;
  of?: Service;
  why: string;
  trace?: string;
  deep?: boolean;
};
export type Load = {
  fromMs: number;
  seconds: number;
  faultSecond: number;
  rps: number;
  weight: number;
  sampled: number;
  closed: boolean;
  cold: ReadonlyMap<Service, readonly number[]>;
  neighbours: ReadonlySet<Service>;
};
export type Run = { seconds: Map<Service, Second[]>; spans: Span[]; events: Event[] };
type Answer = { ms: number; ok: boolean; bytes: number; why: string; bad?: boolean; rejected?: boolean };

const RETRANSMIT_MS = 200;

export function simulate(random: Random, system: System, fault: Fault | undefined, load: Load): Run {
  const { next, chance } = random;
  const fresh = (): Second => ({
    requests: 0,
    errors: 0,
    served: [],
    seen: [],
    bytesOut: 0,
    bytesIn: 0,
    out: 0,
    outMs: 0,
    outErrors: 0,
    retransmits: 0,
    busyMs: 0,
  });
  const seconds = new Map(system.services.map((s) => [s, Array.from({ length: load.seconds }, fresh)]));
  const spans: Span[] = [];
  const events: Event[] = [];
  let now = 0;
  let ids = 0;
  const id = (): string => ((ids += 1) * 2654435761).toString(16).padStart(12, '0');
  const force = (): number => (fault === undefined || now < load.faultSecond ? 0 : Math.min(1, (now - load.faultSecond + 1) / fault.rampSeconds));
  const at = (s: Service): Second => seconds.get(s)?.[now] ?? fresh();
  const hit = (s: Service): number => (fault?.service === s ? force() : 0);
  const down = (s: Service): boolean =>
    fault !== undefined && fault.killedEvery > 0 && hit(s) === 1 && (now - load.faultSecond) % fault.killedEvery > fault.killedEvery - 12;

  const visit = (s: Service, op: Op, start: number, trace: string | undefined, parent: string | null, badInput: boolean): Answer => {
    const span = trace === undefined ? null : id();
    const own = hit(s);
    const mine = fault !== undefined && own > 0 && fault.op === op && chance(fault.share) ? fault : undefined;
    const cold = load.cold.get(s)?.some((c) => now >= c && now < c + 25) === true ? 3 : 1;
    const near = fault !== undefined && load.neighbours.has(s) ? 1 + 0.12 * force() : 1;
    const self = op.ms * Math.exp(random.normal() * 0.35) * (chance(0.004) ? 8 : 1) * cold * near * (1 + own * ((fault?.slower ?? 1) - 1) * (0.5 + next()));
    const answer: Answer = { ms: self * 0.4, ok: true, bytes: op.bytes * (0.7 + next() * 0.6), why: '' };
    const say = (kind: Event['kind'], why: string, of?: Service, deep?: boolean): void =>
      void events.push({
        at: start + answer.ms,
        service: s,
        kind,
        op,
        why,
        ...(of === undefined ? {} : { of }),
        ...(trace === undefined ? {} : { trace }),
        ...(deep === undefined ? {} : { deep }),
      });
    const fail = (why: string): void => void Object.assign(answer, { ok: false, why, bytes: 150 });
    if (badInput) {
      say('rejected', 'invalid');
      Object.assign(answer, { rejected: true });
      fail('400');
    } else if (chance(op.alwaysFails)) {
      say('failed', 'not-found');
      fail('404');
    } else {
      let longest = 0;
      for (const call of op.calls) {
        const touched = mine !== undefined && mine.call === call;
        if (touched && mine.kind === 'missing-call') {
          if (mine.form === 0) {
            say('failed', 'null');
            fail('500');
          } else Object.assign(answer, { bad: true, bytes: answer.bytes * 0.3 });
          if (!answer.ok) break;
          continue;
        }
        if (call.p < 1 && !chance(call.p)) continue;
        const times = touched && mine.kind === 'missing-condition' && mine.form === 1 ? call.times * 6 : call.times;
        for (let i = 0; i < times && answer.ok; i += 1) {
          const got = remote(s, call, start + answer.ms, trace, span, touched && mine.kind === 'wrong-parameter');
          if (call.background) continue;
          if (call.parallel && times === 1) longest = Math.max(longest, got.ms);
          else answer.ms += got.ms;
          const caught = call.tolerant && !(touched && (mine.kind === 'missing-handler' || mine.kind === 'wrong-parameter'));
          if (got.ok && got.bad === true) {
            say('bad-answer', 'parse', call.to);
            fail('500');
          } else if (!got.ok && !caught) {
            if (touched && mine.kind === 'missing-handler') say('failed', 'unhandled', call.to);
            else say('call-failed', got.why, call.to, got.why === '500');
            fail('500');
          }
        }
        if (!answer.ok) break;
      }
      answer.ms += longest;
      if (mine !== undefined && answer.ok && mine.kind === 'missing-condition' && mine.form === 0) {
        say('failed', 'constraint');
        fail('500');
      }
      if (mine !== undefined && answer.ok && mine.kind === 'wrong-return') {
        if (mine.form === 0) fail('500');
        else Object.assign(answer, { bad: true, bytes: answer.bytes * 0.15 });
      }
    }
    answer.ms += self * 0.6;
    const second = at(s);
    second.requests += 1;
    if (!answer.ok && answer.rejected !== true && answer.why !== '404') second.errors += 1;
    second.served.push(answer.ms);
    second.bytesOut += answer.bytes;
    second.busyMs += self;
    if (answer.ok) say('ok', '');
    if (trace !== undefined && span !== null)
      spans.push({
        trace,
        span,
        parent,
        service: s,
        name: op.name,
        at: start,
        ms: answer.ms,
        error: !answer.ok && answer.rejected !== true && answer.why !== '404',
        client: false,
      });
    return answer;
  };

  const remote = (caller: Service, call: Call, start: number, trace: string | undefined, parent: string | null, badInput: boolean): Answer => {
    let spent = 0;
    let last: Answer = { ms: 0, ok: false, bytes: 0, why: 'timeout' };
    for (let attempt = 0; attempt <= call.retries; attempt += 1) {
      const client = trace === undefined ? null : id();
      const involved = Math.max(hit(caller), hit(call.to));
      let net = 0.4 + next() * 0.6;
      if (fault !== undefined && involved > 0) {
        if (fault.delayMs > 0) net += fault.delayMs * (0.85 + next() * 0.3);
        for (let tries = 0; tries < 4 && chance(fault.loss); tries += 1) {
          net += RETRANSMIT_MS * 2 ** tries;
          at(fault.service).retransmits += 1;
        }
        if (fault.bytesPerSecond > 0) net += (1000 * (hit(call.to) > 0 ? call.op.bytes : 400)) / fault.bytesPerSecond;
      }
      const p = fault === undefined || involved === 0 ? 0 : fault.kind === 'partition' ? 1 : hit(call.to) > 0 ? fault.refused * involved : 0;
      if (chance(p) || down(call.to)) {
        const timed = fault?.kind === 'partition' || (fault?.kind === 'socket' && chance(0.3));
        last = { ms: timed ? Math.min(call.timeoutMs, 1500) : 2, ok: false, bytes: 0, why: timed ? 'timeout' : fault?.kind === 'socket' ? 'reset' : 'refused' };
      } else {
        const got = visit(call.to, call.op, start + spent + net / 2, trace, client ?? parent, badInput);
        last = got.ms + net > call.timeoutMs ? { ms: call.timeoutMs, ok: false, bytes: 0, why: 'timeout' } : { ...got, ms: got.ms + net };
      }
      const second = at(caller);
      second.out += 1;
      second.outMs += last.ms;
      second.bytesIn += last.bytes;
      at(call.to).seen.push(last.ms);
      if (!last.ok && last.why !== '404') second.outErrors += 1;
      if (trace !== undefined && client !== null)
        spans.push({
          trace,
          span: client,
          parent,
          service: caller,
          name: `${call.to.kind === 'service' ? call.op.name : `${call.to.id} ${call.op.name}`}`,
          at: start + spent,
          ms: last.ms,
          error: !last.ok,
          client: true,
        });
      spent += last.ms;
      if (last.ok || last.why === '404' || last.rejected === true) break;
    }
    return { ...last, ms: spent };
  };

  let mean = 0;
  let usual = 0;
  for (now = 0; now < load.seconds; now += 1) {
    const tide = 1 + 0.15 * Math.sin((now / 1900 + load.rps) * 2 * Math.PI) + 0.03 * random.normal();
    const held = load.closed && usual > 0 ? (700 + usual) / (700 + Math.max(mean, usual * 0.7)) : 1;
    const expected = load.rps * tide * held;
    const count = Math.max(0, Math.round(expected + Math.sqrt(expected) * random.normal()));
    for (let i = 0; i < count; i += 1) {
      const op = random.pick(system.gateway.ops);
      const trace = chance(load.sampled) ? id() + id() : undefined;
      const { ms } = visit(system.gateway, op, load.fromMs + (now + next()) * 1000, trace, null, false);
      mean = mean === 0 ? ms : mean * 0.98 + ms * 0.02;
    }
    if (now === Math.min(120, load.faultSecond - 1)) usual = mean;
  }
  return { seconds, spans, events };
}
