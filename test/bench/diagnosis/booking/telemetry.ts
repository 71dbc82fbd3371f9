// Plays requests through the system and writes down traces, logs and metrics, a fault lasting for the last part of the time.
import type { Random } from '../random.ts';
import { WELL, type System, type Trouble } from './system.ts';

export type Telemetry = { traces: object[]; logs: object[]; metrics: object[] };
type Out = Telemetry & { used: Map<string, { n: number; ms: number; errors: number }> };
const T0 = Date.parse('2026-03-01T10:00:00Z');
export const TIMES = { from: T0, onset: T0 + 20 * 60_000, to: T0 + 28 * 60_000 };

export function play(system: System, random: Random, target: string, trouble: Trouble, rps: number, noise: number): Telemetry {
  const out: Out = { traces: [], logs: [], metrics: [], used: new Map() };
  const stepMs = 15_000;
  for (let t = TIMES.from; t < TIMES.to; t += stepMs) {
    out.used.clear();
    const active = t >= TIMES.onset;
    const n = Math.max(1, Math.round(rps * (stepMs / 1000) * (1 + 0.15 * random.normal())));
    for (let i = 0; i < n; i += 1) {
      const trace = random.word(12);
      call(system, random, out, {
        trace,
        parent: null,
        name: random.pick(system.entries),
        t: t + random.int(0, stepMs - 1),
        of: (name) => (active && name === target ? trouble : WELL),
        depth: 0,
      });
    }
    measure(system, random, out, t, (name) => (active && name === target ? trouble : WELL), noise);
  }
  return out;
}

type Call = { trace: string; parent: string | null; name: string; t: number; of: (name: string) => Trouble; depth: number };
type Answer = { ms: number; failed: boolean };
const log = (out: Out, t: number, entity: string, level: string, message: string): void =>
  void out.logs.push({ t: new Date(t).toISOString(), entity, level, message });

function call(system: System, random: Random, out: Out, c: Call): Answer {
  const service = system.services.get(c.name);
  if (service === undefined) return { ms: 0, failed: false };
  const trouble = c.of(c.name);
  const span = random.word(10);
  const own = service.selfMs * Math.exp(0.35 * random.normal()) * trouble.slower;
  let ms = own / 2;
  let failed = false;
  if (random.chance(0.25)) log(out, c.t, c.name, 'INFO', `[${c.trace}] handle request ${random.int(1000, 9999)} for user ${random.word(6)}`);
  for (const callee of service.calls) {
    if (c.depth > 5 || !random.chance(0.55)) continue;
    const there = c.of(callee);
    if (there.gone || random.chance(there.loses)) {
      ms += there.gone ? 3 : 1000;
      failed = true;
      log(
        out,
        c.t + ms,
        c.name,
        'ERROR',
        there.gone
          ? `Connect to ${callee}:8080 failed: Connection refused`
          : `I/O error on POST request for "http://${callee}:8080/api/v1": Read timed out after 1000 ms`,
      );
      continue;
    }
    const wire = 1 + 0.5 * random.next() + there.delayMs + trouble.delayMs;
    const answer = call(system, random, out, { ...c, parent: span, name: callee, t: c.t + ms + wire / 2, depth: c.depth + 1 });
    ms += answer.ms + wire;
    if (answer.failed && random.chance(0.9)) {
      failed = true;
      log(out, c.t + ms, c.name, 'ERROR', `500 Internal Server Error from ${callee}: request ${random.int(1000, 9999)} failed`);
    } else if (answer.failed) log(out, c.t + ms, c.name, 'WARN', `retry of ${callee} gave an answer`);
  }
  ms += own / 2;
  if (random.chance(trouble.fails)) {
    failed = true;
    if (trouble.says !== null) log(out, c.t + ms, c.name, 'ERROR', trouble.says.replaceAll('#', String(random.int(100, 999))));
  } else if (random.chance(0.002)) {
    failed = true;
    log(out, c.t + ms, c.name, 'ERROR', `validation failed for field ${random.pick(['date', 'name', 'seat'])}`);
  }
  out.traces.push({
    trace: c.trace,
    span,
    parent: c.parent,
    entity: c.name,
    name: `${service.store ? 'query' : 'POST /api/v1'}/${c.name}`,
    start: c.t,
    durationMs: ms,
    error: failed,
  });
  const used = out.used.get(c.name) ?? { n: 0, ms: 0, errors: 0 };
  out.used.set(c.name, { n: used.n + 1, ms: used.ms + ms, errors: used.errors + Number(failed) });
  return { ms, failed };
}

function measure(system: System, random: Random, out: Out, t: number, of: (name: string) => Trouble, noise: number): void {
  for (const s of system.services.values()) {
    const trouble = of(s.name);
    if (trouble.gone) continue;
    const used = out.used.get(s.name) ?? { n: 0, ms: 0, errors: 0 };
    const put = (metric: string, value: number): void => void out.metrics.push({ t: t / 1000, entity: s.name, metric, value });
    const wobble = (): number => 1 + noise * random.normal();
    put('cpu_usage', Math.max(0, s.cpu * trouble.cpu * wobble() + 0.0008 * used.n));
    put('memory_usage_mb', s.memory * trouble.memory * (1 + 0.01 * random.normal()));
    put('request_count', used.n);
    if (used.n > 0) put('latency_avg_ms', used.ms / used.n);
    put('error_count', used.errors);
    put('network_receive_kb', used.n * 2 * wobble());
  }
}
