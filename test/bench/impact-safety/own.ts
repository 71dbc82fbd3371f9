// This repository as its own ground truth: mistakes in its pure packages, all of their unit tests run for each.
// node test/bench/impact-safety/own.ts [mistakes] [--packages goal,strategy] [--seed N] [--rows FILE], or --table FILE: several runs as one.
import { appendFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findNatsServer } from '@awo/embedded';
import { mutantsOf, sampleMutants } from '@awo/mutation';
import { auditMutants } from '../../../packages/cli/src/audit/mutant-audit.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    packages: { type: 'string', default: 'analysis,canary-judge,goal,mutation,root-cause,strategy,test-order' },
    seed: { type: 'string', default: '1' },
    rows: { type: 'string' },
    table: { type: 'string' },
  },
});
const [count = '20'] = positionals;
/** Packages whose tests start no server: a run of all takes seconds, not minutes. */
const SAMPLE = new RegExp(`^packages/(?:${values.packages.replaceAll(',', '|')})/`);
const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));

type Row = { package: string; failing: number; found: number; chosen: number; hit: number; tests: number; missed: string[] };

async function measure(): Promise<Row[]> {
  // The suite looks for a nats-server before its first test. The copy has none of its own and would build one for each mistake.
  const bin = mkdtempSync(join(tmpdir(), 'impact-own-'));
  try {
    const { path } = await findNatsServer({ env: process.env, report: () => undefined });
    symlinkSync(path, join(bin, 'nats-server'));
    const audit = await auditMutants({
      repo: REPOSITORY,
      head: 'HEAD',
      base: null,
      mutants: Number(count),
      seed: Number(values.seed),
      jobs: 1,
      env: { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` },
      signal: new AbortController().signal,
      isTest: (file) => SAMPLE.test(file),
      given: async (texts) => {
        const sources = [...texts].filter(([file]) => SAMPLE.test(file) && file.endsWith('.ts') && !/\.(test|fixture)\.ts$|\/(testing|fixtures)\//.test(file));
        const all = await Promise.all(sources.map(([file, text]) => mutantsOf(file, text)));
        return sampleMutants(all.flat(), Number(count), Number(values.seed));
      },
      progress: (done, of) => console.error(`${done} of ${of}`),
    });
    if (audit.tests.unstable.length > 0) console.error(`not counted: ${audit.tests.unstable.join(', ')}`);
    return audit.trials.map(({ file, line, description, failing, chosen, missed }) => ({
      package: file.split('/').slice(0, 2).join('/'),
      failing: failing.length,
      found: failing.filter((test) => chosen.has(test)).length,
      chosen: chosen.size,
      hit: failing.length > 0 ? failing.filter((test) => chosen.has(test)).length : 0,
      tests: audit.tests.run,
      missed: missed.map(({ test, suspect }) => `${test} when ${file}:${line} ${description} (${suspect.kind} ${suspect.name} at ${suspect.at})`),
    }));
  } finally {
    rmSync(bin, { recursive: true, force: true });
  }
}

const percent = (part: number, of: number): string => (of === 0 ? '-' : `${((100 * part) / of).toFixed(1)} %`);
function line(name: string, rows: readonly Row[]): string {
  const sum = (of: (row: Row) => number): number => rows.reduce((all, row) => all + of(row), 0);
  // Where nothing failed, what was chosen says nothing about precision.
  const noticed = rows.filter(({ failing }) => failing > 0);
  const chosen = noticed.reduce((all, row) => all + row.chosen, 0);
  return `| ${name} | ${rows.length} | ${sum((row) => row.failing)} | ${percent(
    sum((row) => row.found),
    sum((row) => row.failing),
  )} | ${percent(
    sum((row) => row.hit),
    chosen,
  )} | ${percent(
    sum((row) => row.chosen / row.tests),
    rows.length,
  )} |`;
}

const rows =
  values.table === undefined
    ? await measure()
    : readFileSync(values.table, 'utf8')
        .trim()
        .split('\n')
        .map((text) => JSON.parse(text) as Row);
if (values.rows !== undefined) for (const row of rows) appendFileSync(values.rows, `${JSON.stringify(row)}\n`);
console.log('| package | mistakes | failing tests | recall | precision | share chosen |\n|---|---:|---:|---:|---:|---:|');
for (const [name, own] of [...Map.groupBy(rows, (row) => row.package)].toSorted(([a], [b]) => (a < b ? -1 : 1))) console.log(line(name, own));
console.log(line(`**all**, ${[...new Set(rows.map(({ tests }) => tests))].join(', ')} test files`, rows));
for (const missed of rows.flatMap((row) => row.missed)) console.log(`missed: ${missed}`);
