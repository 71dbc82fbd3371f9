// node test/bench/diagnosis/booking/main.ts [--cases N] [--seed S] [--odd N] [-v]: logs, traces and metrics of a booking system with one fault each, and how often its service is named.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { diagnose, readEvidence } from '@awo/root-cause';
import { randomOf } from '../random.ts';
import { strew } from './oddities.ts';
import { reachable, systemOf, WELL, type Trouble } from './system.ts';
import { play, TIMES } from './telemetry.ts';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    odd: { type: 'string', default: '0' },
    verbose: { type: 'boolean', short: 'v', default: false },
  },
});
const KINDS: readonly Trouble[] = [
  { ...WELL, kind: 'slow', slower: 8 },
  { ...WELL, kind: 'a little slow', slower: 3 },
  { ...WELL, kind: 'fails', fails: 0.4, says: 'java.lang.NullPointerException: Cannot invoke "Order.getId()" because "order" is null (request #)' },
  { ...WELL, kind: 'fails without a word', fails: 0.4 },
  { ...WELL, kind: 'wrong path', fails: 0.15, says: 'IllegalArgumentException: Unexpected value # in calculatePrice' },
  { ...WELL, kind: 'network delay', delayMs: 200 },
  { ...WELL, kind: 'network loss', loses: 0.3 },
  { ...WELL, kind: 'cpu', slower: 2.5, cpu: 6 },
  { ...WELL, kind: 'memory', slower: 1.3, memory: 2.2, fails: 0.05, says: 'java.lang.OutOfMemoryError: Java heap space' },
  { ...WELL, kind: 'gone', gone: true },
];
const PARTS = [
  ['metrics', 'logs', 'traces'],
  ['metrics', 'logs', 'traces'],
  ['metrics', 'traces'],
  ['metrics', 'logs'],
  ['traces', 'logs'],
  ['metrics'],
] as const;
type Result = { kind: string; parts: string; rank: number; confidence: number; ms: number };
const results: Result[] = [];
const dir = mkdtempSync(join(tmpdir(), 'awo-booking-'));
const put = (file: string, rows: readonly object[]): void => writeFileSync(join(dir, file), rows.map((row) => JSON.stringify(row)).join('\n'));
try {
  for (const [k, trouble] of KINDS.entries())
    for (let n = 0; n < Number(values.cases); n += 1) {
      const seed = Number(values.seed) * 100_003 + k * 1009 + n;
      const random = randomOf(seed);
      const system = systemOf(random);
      const target = random.pick(reachable(system));
      const made = play(system, random, target, trouble, random.pick([0.15, 0.3, 0.6]), random.pick([0.05, 0.15, 0.3]));
      const parts = PARTS[n % PARTS.length] ?? PARTS[0];
      rmSync(dir, { recursive: true, force: true });
      mkdirSync(dir);
      const asked = random.chance(0.7);
      writeFileSync(
        join(dir, 'incident.json'),
        JSON.stringify({
          at: TIMES.onset + 120_000,
          entity: asked ? 'gateway' : null,
          symptom: random.pick(['latency and errors at the gateway', 'users complain', 'alert']),
          window: [TIMES.onset, TIMES.to],
          baseline: [TIMES.from, TIMES.onset - 1],
        }),
      );
      if (random.chance(0.7) || !(parts as readonly string[]).includes('traces'))
        writeFileSync(
          join(dir, 'topology.json'),
          JSON.stringify({
            nodes: [...system.services.keys()].map((id) => ({ id, kind: 'service' })),
            edges: [...system.services.values()].flatMap((s) => s.calls.map((to) => ({ from: s.name, to, kind: 'calls' }))),
          }),
        );
      const odd = strew(made, random, system, target, Number(values.odd));
      if (odd.changes.length > 0) put('changes.jsonl', odd.changes);
      for (const part of parts) put(`${part}.jsonl`, random.shuffle(made[part]));
      const began = process.cpuUsage();
      const { hypotheses } = diagnose(await readEvidence(dir));
      const { user, system: kernel } = process.cpuUsage(began);
      const ms = (user + kernel) / 1000;
      const ranked = [...new Set(hypotheses.map((h) => h.entity))];
      const rank = ranked.indexOf(target) + 1;
      results.push({ kind: trouble.kind, parts: parts.join('+'), rank, confidence: hypotheses[0]?.confidence ?? 0, ms });
      if (values.verbose && rank !== 1) {
        console.log(`\n${trouble.kind} seed ${seed} ${parts.join('+')} rank ${rank} ${target} asked ${asked} beside ${odd.names.join(', ')}`);
        for (const h of hypotheses.slice(0, 4))
          console.log(
            `   ${h.score} ${h.confidence} ${h.entity} ${h.cause} | ${h.for
              .map((f) => f.says)
              .join(' ; ')
              .slice(0, 330)} | ${h.against
              .map((f) => f.says)
              .join(' ; ')
              .slice(0, 160)}`,
          );
      }
    }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
const share = (list: readonly Result[], k: number): string => (list.filter((r) => r.rank > 0 && r.rank <= k).length / Math.max(1, list.length)).toFixed(2);
for (const key of ['kind', 'parts'] as const)
  for (const [name, list] of Map.groupBy(results, (r) => r[key]))
    console.log(`${name.padEnd(24)} n ${list.length}  top-1 ${share(list, 1)}  top-3 ${share(list, 3)}`);
console.log(
  `all  n ${results.length}  top-1 ${share(results, 1)}  top-3 ${share(results, 3)}  slowest ${Math.round(Math.max(...results.map((r) => r.ms)))} ms of processor time`,
);
for (const [low, high] of [
  [0, 0.3],
  [0.3, 0.5],
  [0.5, 0.7],
  [0.7, 0.9],
  [0.9, 1.01],
] as const) {
  const own = results.filter((r) => r.confidence >= low && r.confidence < high);
  if (own.length > 0)
    console.log(
      `confidence ${low}-${Math.min(1, high)}  n ${own.length}  mean ${(own.reduce((s, r) => s + r.confidence, 0) / own.length).toFixed(2)}  right ${share(own, 1)}`,
    );
}
