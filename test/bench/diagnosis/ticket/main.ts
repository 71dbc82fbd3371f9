// node test/bench/diagnosis/ticket/main.ts [--cases N] [--seed S] [--half 0|1] [--kinds a,b] [--keep DIR] [-v]: faults in generated ticket systems; how often the service at fault is first, by kind and evidence.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { diagnose, readEvidence } from '@awo/root-cause';
import { caseOf } from './case.ts';
import { KINDS } from './fault.ts';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    half: { type: 'string' },
    kinds: { type: 'string' },
    keep: { type: 'string' },
    v: { type: 'boolean', short: 'v', default: false },
  },
});
type Result = { kind: string; evidence: string; stack: string; rank: number; confidence: number; ms: number };
const results: Result[] = [];
const folder = values.keep ?? mkdtempSync(join(tmpdir(), 'ticket-'));
const share = (list: readonly Result[], k: number): string => (list.filter((r) => r.rank > 0 && r.rank <= k).length / Math.max(1, list.length)).toFixed(2);

for (const kind of KINDS.filter((k) => values.kinds === undefined || values.kinds.split(',').includes(k)))
  for (let i = 0; i < Number(values.cases); i += 1) {
    const seed = Number(values.seed) * 1000 + i;
    if (values.half !== undefined && seed % 2 !== Number(values.half)) continue;
    const { name, evidence, stack, about, cause, serviceOf, files } = caseOf(seed * KINDS.length + KINDS.indexOf(kind), kind);
    const dir = join(folder, name);
    mkdirSync(dir, { recursive: true });
    for (const [file, text] of Object.entries(files)) writeFileSync(join(dir, file), text);
    const began = process.cpuUsage();
    const { hypotheses, verdict } = diagnose(await readEvidence(dir));
    const { user, system } = process.cpuUsage(began);
    const rank = [...new Set(hypotheses.map((h) => serviceOf.get(h.entity) ?? h.entity))].indexOf(cause) + 1;
    results.push({
      kind,
      evidence,
      stack: evidence.includes('metrics') ? stack : '-',
      rank,
      confidence: hypotheses[0]?.confidence ?? 0,
      ms: (user + system) / 1000,
    });
    if (values.keep === undefined) rmSync(dir, { recursive: true });
    if (!values.v || rank === 1) continue;
    console.log(`\n${name} rank ${rank} of ${cause} | ${verdict} | ${evidence} | ${about}`);
    for (const [at, h] of hypotheses.entries())
      if (at < 3 || (serviceOf.get(h.entity) ?? h.entity) === cause)
        console.log(
          `   ${h.score} ${h.confidence} ${h.entity} ${h.cause} | ${h.for
            .map((s) => s.says)
            .join(' ; ')
            .slice(0, 330)} | ${h.against
            .map((s) => s.says)
            .join(' ; ')
            .slice(0, 130)}`,
        );
  }
if (values.keep === undefined) rmSync(folder, { recursive: true, force: true });

for (const field of ['kind', 'evidence', 'stack'] as const)
  for (const name of new Set(results.map((r) => r[field]))) {
    const own = results.filter((r) => r[field] === name);
    console.log(`${name.padEnd(24)} n ${String(own.length).padStart(3)}   top-1 ${share(own, 1)}   top-3 ${share(own, 3)}`);
  }
const sure = results.filter((r) => r.confidence > 0.9);
const mean = results.reduce((sum, r) => sum + r.ms, 0) / Math.max(1, results.length);
console.log(
  `all n ${results.length}   top-1 ${share(results, 1)}   top-3 ${share(results, 3)}   above .9 right ${share(sure, 1)} of ${sure.length}   mean ${Math.round(mean)} ms, slowest ${Math.round(Math.max(...results.map((r) => r.ms)))} ms of processor time, reading included`,
);
