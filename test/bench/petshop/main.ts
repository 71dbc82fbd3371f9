// node test/bench/petshop/main.ts DIR: ranks the incidents of the PetShop data set and prints how often the true cause is first, or among three.
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diagnose, readEvidence } from '@awo/root-cause';
import { z } from 'zod';

const Target = z.object({
  target: z.object({ node: z.string(), metric: z.string(), timestamp: z.number() }),
  root_cause: z.object({ node: z.string() }),
  metadata: z.object({ reproducibility: z.object({ command: z.string() }) }),
});
type Row = { t: number; entity: string; metric: string; value: number };
type Result = { kind: string; fault: string; rank: number; ms: number; confidence: number };

/** Three header rows (entity, metric, statistic) and one that names the column of times, then one row per point of time. */
function rowsOf(file: string): Row[] {
  const lines = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  const [entities = [], metrics = [], statistics = [], , ...points] = lines;
  return points.flatMap((point) =>
    point.flatMap((text, column) => {
      const value = Number(text);
      const [entity, metric, statistic] = [entities[column], metrics[column], statistics[column]];
      return column === 0 || text === '' || !Number.isFinite(value) || !entity
        ? []
        : [{ t: Number(point[0]), entity, metric: `${metric}_${statistic}`, value }];
    }),
  );
}

function edgesOf(file: string): { from: string; to: string; kind: string }[] {
  const [head = [], ...rows] = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  return rows.flatMap(([from = '', ...cells]) => cells.flatMap((cell, i) => (Number(cell) > 0 ? [{ from, to: head[i + 1] ?? '', kind: 'calls' }] : [])));
}

const root = process.argv[2];
const verbose = process.argv.includes('-v');
if (root === undefined) throw new Error('Expected the folder of the data set: node test/bench/petshop/main.ts DIR/low_traffic');
const normal = rowsOf(join(root, 'noissue/metrics.csv'));
const edges = edgesOf(join(root, 'graph.csv'));
const results: Result[] = [];
const dir = mkdtempSync(join(tmpdir(), 'awo-petshop-'));
try {
  for (const part of ['train', 'test'].map((name) => join(root, name))) {
    for (const issue of readdirSync(part).toSorted()) {
      const target = Target.parse(JSON.parse(readFileSync(join(part, issue, 'target.json'), 'utf8')));
      const rows = rowsOf(join(part, issue, 'metrics.csv'));
      const [times, before] = [rows, normal].map((list) => list.map((row) => row.t));
      const span = (list: number[] = []) => [list.reduce((a, b) => Math.min(a, b)), list.reduce((a, b) => Math.max(a, b))];
      mkdirSync(dir, { recursive: true });
      const incident = {
        at: target.target.timestamp,
        entity: target.target.node,
        symptom: `${target.target.metric} is not as it was`,
        window: span(times),
        baseline: span(before),
      };
      writeFileSync(join(dir, 'incident.json'), JSON.stringify(incident));
      writeFileSync(join(dir, 'topology.json'), JSON.stringify({ nodes: [...new Set(edges.flatMap((e) => [e.from, e.to]))].map((id) => ({ id })), edges }));
      writeFileSync(join(dir, 'metrics.jsonl'), [...normal, ...rows].map((row) => JSON.stringify(row)).join('\n'));
      const began = process.cpuUsage();
      const { hypotheses } = diagnose(await readEvidence(dir));
      const { user, system: kernel } = process.cpuUsage(began);
      const ms = (user + kernel) / 1000;
      const ranked = [...new Set(hypotheses.map((h) => h.entity))];
      const rank = ranked.indexOf(target.root_cause.node) + 1;
      const command = target.metadata.reproducibility.command.replace(/[\d.]+/g, 'N');
      results.push({ kind: target.target.metric, fault: `${target.root_cause.node} ${command}`, rank, ms, confidence: hypotheses[0]?.confidence ?? 0 });
      if (verbose) {
        console.log(
          `\n${part.slice(-5)} ${issue} ${target.target.metric} rank ${rank} ${target.root_cause.node}  ${target.metadata.reproducibility.command.slice(0, 110)}`,
        );
        for (const h of hypotheses.slice(0, 5))
          console.log(
            `   ${h.score} ${h.confidence} ${h.entity} | ${h.for
              .map((f) => f.says)
              .join(' ; ')
              .slice(0, 170)} | ${h.against
              .map((f) => f.says)
              .join(' ; ')
              .slice(0, 80)}`,
          );
      }
    }
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}

const share = (list: readonly Result[], k: number): string => (list.filter((r) => r.rank > 0 && r.rank <= k).length / Math.max(1, list.length)).toFixed(2);
for (const kind of ['latency', 'availability']) {
  const own = results.filter((r) => r.kind === kind);
  console.log(`${kind.padEnd(14)} n ${String(own.length).padStart(2)}   top-1 ${share(own, 1)}   top-3 ${share(own, 3)}`);
}
// Nothing is fitted by program, so that leaving a fault kind out changes no ranking: each kind by itself shows what holds in general.
for (const fault of [...new Set(results.map((r) => `${r.kind}\t${r.fault}`))].toSorted()) {
  const own = results.filter((r) => `${r.kind}\t${r.fault}` === fault);
  console.log(`  ${fault.slice(0, 90).padEnd(92)} n ${own.length}   top-1 ${share(own, 1)}   top-3 ${share(own, 3)}`);
}
console.log(
  `slowest case ${Math.round(Math.max(...results.map((r) => r.ms)))} ms of processor time, mean confidence of the first ${(results.reduce((sum, r) => sum + r.confidence, 0) / results.length).toFixed(2)}`,
);
