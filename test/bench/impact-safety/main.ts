// Recall and precision of the impact analysis by kind of dependency:
// node test/bench/impact-safety/main.ts [mutants per place] [repository...] [--seed N] [--kinds rpc,graphql] [--part 1/3] [--rows FILE], or --table FILE: rows of several runs as one table.
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Mutant, mutantsOf, sampleMutants } from '@awo/mutation';
import { describeRepository, openRepository } from '@awo/repository';
import { auditMutants, type MutantAudit } from '../../../packages/cli/src/audit/mutant-audit.ts';
import type { Kind } from '../../../packages/cli/src/audit/suspect.ts';
import { packageLevel } from './baselines.ts';
import type { Aim } from './part.ts';
import { type Generated, repositories } from './repositories.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    kinds: { type: 'string' },
    part: { type: 'string', default: '1/1' },
    rows: { type: 'string' },
    table: { type: 'string' },
  },
});
const [count = '2', ...wanted] = positionals;
const SEED = Number(values.seed);
const [part = 1, parts = 1] = values.part.split('/').map(Number);
const KINDS = values.kinds?.split(',');
type Labelled = Mutant & { kind: Kind };
type Row = {
  kind: Kind;
  mutants: number;
  failing: number;
  found: number;
  chosen: number;
  hit: number;
  share: number;
  packages: number;
  packagesShare: number;
  by: Partial<Record<Kind, number>>;
};

async function labelled(aims: readonly Aim[], texts: Readonly<Record<string, string>>, each: number): Promise<Labelled[]> {
  const all: Labelled[] = [];
  for (const [i, { kind, path, pattern, replace }] of aims.entries()) {
    if (KINDS !== undefined && !KINDS.includes(kind)) continue;
    const text = texts[path] ?? '';
    const lines = text.split('\n');
    const hit = lines.flatMap((line, at) => (pattern.test(line) ? [at] : []));
    const made: Mutant[] = replace
      ? hit.map((at) => ({ file: path, line: at + 1, operator: 'name-changed', description: `line ${at + 1} says something else`, text: lines.with(at, replace(lines[at] ?? '')).join('\n') }))
      : await mutantsOf(path, text, { lines: hit.map((at) => [at + 1, at + 1] as const) });
    all.push(...sampleMutants(made.filter((one) => one.text !== text), each, SEED + i).map((one) => ({ ...one, kind })));
  } // prettier-ignore
  return all;
}

function write(dir: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  const git = (...args: string[]) => execFileSync('git', ['-C', dir, '-c', 'user.name=bench', '-c', 'user.email=bench@example.org', ...args]);
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-q', '-m', 'as generated');
}

async function measure({ name, files, aims }: Generated): Promise<{ rows: Map<Kind, Row>; audit: MutantAudit }> {
  const dir = mkdtempSync(join(tmpdir(), 'impact-safety-'));
  try {
    write(dir, files);
    const mutants = (await labelled(aims, files, Number(count))).filter((_, i) => i % parts === part - 1);
    const kindOf = new Map(mutants.map((one) => [`${one.file}:${one.line}:${one.description}`, one.kind]));
    const audit = await auditMutants({ repo: dir, head: 'HEAD', base: null, mutants: mutants.length, seed: SEED, jobs: 1,
      together: true, env: process.env, signal: new AbortController().signal, given: async () => mutants }); // prettier-ignore
    const repository = await openRepository(dir);
    const model = await describeRepository(repository, audit.head);
    await repository.close();
    const tests = audit.counted;
    const rows = new Map<Kind, Row>();
    for (const { file, line, description, failing, chosen } of audit.trials) {
      const kind = kindOf.get(`${file}:${line}:${description}`) ?? 'unknown';
      const row = rows.get(kind) ?? { kind, mutants: 0, failing: 0, found: 0, chosen: 0, hit: 0, share: 0, packages: 0, packagesShare: 0, by: {} };
      const whole = packageLevel(model, file, tests);
      const hit = failing.filter((test) => chosen.has(test)).length;
      row.mutants += 1;
      row.failing += failing.length;
      row.found += hit;
      // Where nothing failed, what was chosen says nothing about precision: the mistake may be none.
      if (failing.length > 0) [row.chosen, row.hit] = [row.chosen + chosen.size, row.hit + hit];
      for (const by of failing.flatMap((test) => chosen.get(test) ?? [])) row.by[by] = (row.by[by] ?? 0) + 1;
      row.share += chosen.size / audit.tests.run;
      row.packages += failing.filter((test) => whole.has(test)).length;
      row.packagesShare += whole.size / audit.tests.run;
      rows.set(kind, row);
    }
    for (const { file, line, description, missed } of audit.trials)
      for (const { test, suspect } of missed)
        console.error(`missed in ${name}: ${test} when ${file}:${line} ${description} (${suspect.kind}: ${suspect.name} at ${suspect.at})`);
    return { rows, audit };
  } finally {
    if (!process.env['KEEP']) rmSync(dir, { recursive: true, force: true });
    else console.error(dir);
  }
}

const NOTHING: Omit<Row, 'kind'> = { mutants: 0, failing: 0, found: 0, chosen: 0, hit: 0, share: 0, packages: 0, packagesShare: 0, by: {} };
function added(a: Omit<Row, 'kind'>, b: Omit<Row, 'kind'>): Omit<Row, 'kind'> {
  const sum = { ...NOTHING, by: { ...a.by } };
  for (const [kind, tests] of Object.entries(b.by) as [Kind, number][]) sum.by[kind] = (sum.by[kind] ?? 0) + tests;
  for (const key of ['mutants', 'failing', 'found', 'chosen', 'hit', 'share', 'packages', 'packagesShare'] as const) sum[key] = a[key] + b[key];
  return sum;
}
const percent = (part: number, of: number): string => (of === 0 ? '-' : `${((100 * part) / of).toFixed(1)} %`);
const line = (name: string, { mutants, failing, found, chosen, hit, share, packages, packagesShare, by }: Omit<Row, 'kind'>): string =>
  `| ${name} | ${mutants} | ${failing} | ${percent(found, failing)} | ${percent(hit, chosen)} | ${percent(share, mutants)} | ${percent(packages, failing)} / ${percent(packagesShare, mutants)} | ${Object.entries(by).toSorted(([, a], [, b]) => b - a).map(([kind, tests]) => `${kind} ${tests}`).join(', ')} |`; // prettier-ignore

type Measured = { house: string; tests: number; rows: Row[] };
async function measureAll(): Promise<Measured[]> {
  const found: Measured[] = [];
  for (const one of repositories(SEED).filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.startsWith(word)))) {
    const { rows, audit } = await measure(one);
    const { unstable, notRun, run } = audit.tests;
    if (unstable.length + notRun.length > 0) console.error(`${one.name}: not counted: ${[...unstable, ...notRun].join(', ')}`);
    const measured = { house: one.name, tests: run, rows: [...rows.values()] };
    if (values.rows !== undefined) appendFileSync(values.rows, `${JSON.stringify(measured)}\n`);
    found.push(measured);
  }
  return found;
}

const measured = values.table === undefined ? await measureAll() : readFileSync(values.table, 'utf8').trim().split('\n').map((text) => JSON.parse(text) as Measured); // prettier-ignore
const every = measured.flatMap(({ rows }) => rows);
const sumOf = (rows: readonly Row[]) => rows.reduce<Omit<Row, 'kind'>>(added, NOTHING);
console.log(
  '| kind | mistakes | failing tests | recall | precision | share chosen | package level: recall / share | found by |\n|---|---:|---:|---:|---:|---:|---:|---|',
);
for (const [kind, rows] of [...Map.groupBy(every, (row) => row.kind)].toSorted(([a], [b]) => (a < b ? -1 : 1))) console.log(line(kind, sumOf(rows)));
for (const [house, parts] of Map.groupBy(measured, (one) => one.house)) {
  const tests = [...new Set(parts.map((one) => one.tests))].join(', ');
  console.log(line(`**${house}**, ${tests} test files`, sumOf(parts.flatMap(({ rows }) => rows))));
}
console.log(line('**all**', sumOf(every)));
