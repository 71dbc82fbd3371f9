// What goes on in every system and is nobody's fault: jobs that run, errors that were always there, releases of others, clocks that differ. Added to the telemetry of a fault.
import type { Random } from '../random.ts';
import type { System } from './system.ts';
import { TIMES, type Telemetry } from './telemetry.ts';

type Made = Telemetry & { changes: object[] };
type MetricRow = { t: number; entity: string; metric: string; value: number };
type LogRow = { t: string; entity: string; level: string; message: string };
type Oddity = (made: Made, random: Random, innocent: () => string, system: System) => void;

const metricsOf = ({ metrics }: Made, entity: string, metric: string): MetricRow[] =>
  (metrics as MetricRow[]).filter((row) => row.entity === entity && row.metric === metric);
const log = (made: Made, t: number, entity: string, level: string, message: string): void =>
  void made.logs.push({ t: new Date(t).toISOString(), entity, level, message });
const span = TIMES.to - TIMES.from;

const ODDITIES: Readonly<Record<string, Oddity>> = {
  'a job that began before it and ends in it': (made, _, innocent) => {
    for (const row of metricsOf(made, innocent(), 'cpu_usage'))
      if (row.t * 1000 > TIMES.onset - 240_000 && row.t * 1000 < TIMES.onset + 180_000) row.value += 0.5;
  },
  'memory that grows all the time': (made, _, innocent) => {
    for (const row of metricsOf(made, innocent(), 'memory_usage_mb')) row.value *= 1 + 0.5 * ((row.t * 1000 - TIMES.from) / span);
  },
  'errors that were always there': (made, random, innocent) => {
    const entity = innocent();
    for (let t = TIMES.from; t < TIMES.to; t += 20_000)
      log(made, t + random.int(0, 9000), entity, 'ERROR', `cannot send statistics: 403 from ${random.word(5)}`);
  },
  'a configuration that is read anew': (made, random, innocent) => {
    const entity = innocent();
    for (let i = 0; i < 6; i += 1)
      log(made, TIMES.onset + 20_000 + i * 50, entity, 'WARN', `reloading configuration from config-server, property group ${random.int(1, 9)}`);
  },
  'a release of somebody else at that moment': (made, _, innocent) => {
    made.changes.push({ t: new Date(TIMES.onset - 5000).toISOString(), entity: innocent(), kind: 'release', what: 'v2.14.1' });
  },
  'more customers from then on': (made) => {
    for (const row of made.metrics as MetricRow[]) if (row.metric === 'network_receive_kb' && row.t * 1000 >= TIMES.onset) row.value *= 1.4;
  },
  'a host whose clock is off': (made, random, innocent) => {
    const entity = innocent();
    const off = random.pick([-4000, 3000, 7000]);
    for (const row of made.logs as LogRow[]) if (row.entity === entity) row.t = new Date(Date.parse(row.t) + off).toISOString();
  },
  'figures with holes': (made, random) => {
    made.metrics = made.metrics.filter(() => random.chance(0.85));
  },
  'figures of machines and runtimes besides': (made, random, _, system) => {
    for (const { name } of system.services.values()) {
      const [threads, heap] = [random.int(20, 80), random.int(100, 300)];
      for (let t = TIMES.from; t < TIMES.to; t += 15_000) {
        made.metrics.push({ t: t / 1000, entity: name, metric: 'jvm_threads', value: threads + random.int(-2, 2) });
        made.metrics.push({
          t: t / 1000,
          entity: name,
          metric: 'jvm_heap_used_mb',
          value: heap * (0.5 + (0.5 * (((t - TIMES.from) / 15_000 + threads) % 11)) / 11),
        });
      }
    }
    for (let node = 1; node <= 4; node += 1)
      for (let t = TIMES.from; t < TIMES.to; t += 15_000)
        made.metrics.push({
          t: t / 1000,
          entity: `node-${node}`,
          metric: 'load1',
          value: 1 + 0.4 * random.normal() + (t > TIMES.onset + 60_000 && node === 2 ? 0.8 : 0),
        });
  },
  'a restart of somebody else': (made, random, innocent) => {
    const entity = innocent();
    const at = TIMES.onset + random.int(-90_000, 60_000);
    for (const [i, line] of [
      'Stopping service [Tomcat]',
      'HikariPool-1 - Shutdown completed.',
      'Starting Application using Java 17',
      'Started Application in 14.2 seconds',
    ].entries())
      log(made, at + i * 900, entity, 'INFO', line);
    for (const row of metricsOf(made, entity, 'memory_usage_mb')) if (row.t * 1000 > at) row.value *= 0.7;
  },
};

export function strew(made: Telemetry, random: Random, system: System, target: string, count: number): { names: string[]; changes: object[] } {
  const all: Made = { ...made, changes: [] };
  if (count === 0) return { names: [], changes: [] };
  const others = [...system.services.keys()].filter((name) => name !== target && name !== 'gateway');
  const names = random.shuffle(Object.keys(ODDITIES)).slice(0, count);
  for (const name of names) ODDITIES[name]?.(all, random, () => random.pick(others), system);
  Object.assign(made, { metrics: all.metrics, logs: all.logs, traces: all.traces });
  return { names, changes: all.changes };
}
