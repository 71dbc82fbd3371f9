// The incidents of the PetShop data set as folders of evidence, read into memory one by one.
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEvidence, type Evidence } from '@awo/root-cause';
import { z } from 'zod';

const Target = z.object({
  target: z.object({ node: z.string(), metric: z.string(), timestamp: z.number() }),
  root_cause: z.object({ node: z.string() }),
  metadata: z.object({ reproducibility: z.object({ command: z.string() }) }),
});
type Row = { t: number; entity: string; metric: string; value: number };

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

/** Milliseconds of processor time that reading took are told with the evidence. */
export type Case = { name: string; kind: string; fault: string; cause: string; evidence: Evidence; readMs: number };

export async function* casesOf(root: string): AsyncGenerator<Case> {
  const normal = rowsOf(join(root, 'noissue/metrics.csv'));
  const edges = edgesOf(join(root, 'graph.csv'));
  const before = spanOf(normal);
  const dir = mkdtempSync(join(tmpdir(), 'awo-petshop-'));
  try {
    for (const part of ['train', 'test'])
      for (const issue of readdirSync(join(root, part)).toSorted()) {
        const { target, root_cause, metadata } = Target.parse(JSON.parse(readFileSync(join(root, part, issue, 'target.json'), 'utf8')));
        const rows = rowsOf(join(root, part, issue, 'metrics.csv'));
        mkdirSync(dir, { recursive: true });
        const symptom = `${target.metric} is not as it was`;
        writeFileSync(
          join(dir, 'incident.json'),
          JSON.stringify({ at: target.timestamp, entity: target.node, symptom, window: spanOf(rows), baseline: before }),
        );
        writeFileSync(join(dir, 'topology.json'), JSON.stringify({ nodes: [...new Set(edges.flatMap((e) => [e.from, e.to]))].map((id) => ({ id })), edges }));
        writeFileSync(join(dir, 'metrics.jsonl'), [...normal, ...rows].map((row) => JSON.stringify(row)).join('\n'));
        const began = process.cpuUsage();
        const evidence = await readEvidence(dir);
        const { user, system } = process.cpuUsage(began);
        const command = metadata.reproducibility.command.replace(/[\d.]+/g, 'N');
        yield {
          name: `${part} ${issue}`,
          kind: target.metric,
          fault: `${root_cause.node} ${command}`,
          cause: root_cause.node,
          evidence,
          readMs: (user + system) / 1000,
        };
      }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function spanOf(rows: readonly Row[]): [number, number] {
  const times = rows.map((row) => row.t);
  return [times.reduce((a, b) => Math.min(a, b)), times.reduce((a, b) => Math.max(a, b))];
}
