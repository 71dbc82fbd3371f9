// node test/bench/diagnosis/platform/main.ts [--cases N] [--seed S] [--list first|late|second|third|fourth|fifth|sixth|healthy] [--odd N] [--oddities first|second|third|all] [--thin 'no status|no spec|events only|words'] [--kind TEXT] [--half 0|1] [-v]: generated states of a platform with one fault each, and how often it is named.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { diagnose, readEvidence } from '@awo/root-cause';
import { randomOf } from '../random.ts';
import { Cluster } from './cluster.ts';
import { LISTS } from './lists.ts';
import { strew } from './oddities.ts';
import { entityOf, folderOf, shapeOf } from './shape.ts';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    kind: { type: 'string' },
    thin: { type: 'string', default: 'nothing' },
    verbose: { type: 'boolean', short: 'v', default: false },
    list: { type: 'string', default: 'all' },
    odd: { type: 'string', default: '0' },
    oddities: { type: 'string', default: 'first' },
    half: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});
const FAULTS = (LISTS[values.list] ?? Object.values(LISTS).flat()).filter((f) => values.kind === undefined || f.kind.includes(values.kind));
type Result = { kind: string; family: string; rank: number; entityRank: number; confidence: number; verdict: string; ms: number };
const results: Result[] = [];
const dir = mkdtempSync(join(tmpdir(), 'awo-platform-'));
const lines = (rows: readonly object[]): string => rows.map((row) => JSON.stringify(row)).join('\n');
try {
  for (const [k, fault] of FAULTS.entries()) {
    // Kinds that the mending looked at, and those that it did not.
    if (values.half !== undefined && k % 2 !== Number(values.half)) continue;
    for (let n = 0; n < Number(values.cases); n += 1) {
      const seed = Number(values.seed) * 1_000_003 + k * 7919 + n;
      const random = randomOf(seed);
      const cluster = new Cluster(random);
      const right = fault.bring(cluster);
      if (right.on.length === 0) continue;
      const odd = strew(cluster, right.on, Number(values.odd), values.oddities);
      // What shows in logs only cannot be told without them.
      const shape = { ...shapeOf(random, values.thin), ...(['store', 'permission', 'mesh'].includes(fault.family) ? { logs: true } : {}) };
      const folder = folderOf(cluster, right, shape, random);
      rmSync(dir, { recursive: true, force: true });
      mkdirSync(dir);
      if (folder.incident !== null) writeFileSync(join(dir, 'incident.json'), JSON.stringify(folder.incident));
      if (folder.topology !== null) writeFileSync(join(dir, 'topology.json'), JSON.stringify(folder.topology));
      if (folder.logs.length > 0) writeFileSync(join(dir, 'logs.jsonl'), lines(folder.logs));
      writeFileSync(join(dir, 'resources.jsonl'), lines(folder.resources));
      const began = process.cpuUsage();
      let answer: ReturnType<typeof diagnose>;
      try {
        answer = diagnose(await readEvidence(dir));
      } catch (error) {
        console.log(`${fault.kind}: ${String(error).slice(0, 200)}`);
        results.push({ kind: fault.kind, family: fault.family, rank: 0, entityRank: 0, confidence: 0, verdict: 'error', ms: 0 });
        continue;
      }
      const { user, system: kernel } = process.cpuUsage(began);
      const ms = (user + kernel) / 1000;
      // Where objects are known by their events only, nobody has told how they are called beyond their name.
      const plain = (entity: string): string => (shape.thin === 'events only' ? (entity.split('/').at(-1) ?? entity) : entity).toLowerCase();
      const named = new Set(right.on.map((o) => plain(entityOf(o, shape))));
      const rank = answer.hypotheses.findIndex((h) => named.has(plain(h.entity)) && right.causes.includes(h.cause)) + 1;
      const entityRank = answer.hypotheses.findIndex((h) => named.has(plain(h.entity))) + 1;
      results.push({
        kind: fault.kind,
        family: fault.family,
        rank,
        entityRank,
        confidence: answer.hypotheses[0]?.confidence ?? 0,
        verdict: answer.verdict,
        ms,
      });
      if (values.verbose && rank !== 1) {
        console.log(
          `\n${fault.kind} seed ${seed} rank ${rank} expected ${[...named].slice(0, 3).join(' | ')} ${right.causes.join(' | ')}  ${JSON.stringify(shape)} beside ${odd.join(', ')} asked ${JSON.stringify(folder.incident)}`,
        );
        for (const h of answer.hypotheses.slice(0, 4))
          console.log(
            `   ${h.score} ${h.confidence} ${h.entity} ${h.cause} | ${h.for
              .map((f) => f.says)
              .join(' ; ')
              .slice(0, 260)} | ${h.against
              .map((f) => f.says)
              .join(' ; ')
              .slice(0, 100)}`,
          );
        for (const note of answer.notes) console.log(`   note ${note.slice(0, 200)}`);
      }
    }
  }
} finally {
  if (values.keep) console.log(dir);
  else rmSync(dir, { recursive: true, force: true });
}

const share = (list: readonly Result[], k: number): string => (list.filter((r) => r.rank > 0 && r.rank <= k).length / Math.max(1, list.length)).toFixed(2);
const shareOfEntity = (list: readonly Result[]): string => (list.filter((r) => r.entityRank === 1).length / Math.max(1, list.length)).toFixed(2);
for (const [key, list] of Map.groupBy(results, (r) => `${r.family.padEnd(12)} ${r.kind}`))
  if (list.some((r) => r.rank !== 1))
    console.log(`${key.padEnd(58)} n ${list.length}  top-1 ${share(list, 1)}  top-3 ${share(list, 3)}  entity ${shareOfEntity(list)}`);
for (const [family, list] of Map.groupBy(results, (r) => r.family))
  console.log(`${family.padEnd(14)} n ${String(list.length).padStart(4)}  top-1 ${share(list, 1)}  top-3 ${share(list, 3)}`);
console.log(
  `all ${FAULTS.length} kinds  n ${results.length}  top-1 ${share(results, 1)}  top-3 ${share(results, 3)}  entity ${shareOfEntity(results)}  called found ${results.filter((r) => r.verdict === 'found').length}  slowest ${Math.round(Math.max(...results.map((r) => r.ms)))} ms of processor time`,
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
