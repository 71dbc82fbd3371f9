// Recall and precision of the impact analysis by kind of dependency:
// node test/bench/impact-safety/main.ts [mutants per place] [repository...] [--seed N] [--kinds rpc,graphql] [--commits 150] [--part 1/3] [--rows FILE], or --table FILE: rows of several runs as one table.
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Mutant, mutantsOf, randomFrom, sampleMutants } from '@awo/mutation';
import { describeRepository, openRepository } from '@awo/repository';
import { auditMutants, type MutantAudit } from '../../../packages/cli/src/audit/mutant-audit.ts';
import type { Kind } from '../../../packages/cli/src/audit/suspect.ts';
import { coChanges } from '../../../packages/code-graph/src/impact/co-change.ts';
import { changedBefore, packageLevel } from './baselines.ts';
import { historyOf, streamOf } from './history.ts';
import type { Aim } from './part.ts';
import { type Generated, repositories } from './repositories.ts';
import { type Measured, type Row, rowOf, tableOf } from './rows.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    kinds: { type: 'string' },
    commits: { type: 'string', default: '150' },
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

async function labelled(aims: readonly Aim[], texts: Readonly<Record<string, string>>, each: number): Promise<Labelled[]> {
  const all: Labelled[] = [];
  for (const [i, { kind, path, pattern, replace }] of aims.entries()) {
    if (KINDS !== undefined && !KINDS.includes(kind)) continue;
    const text = texts[path] ?? '';
    const lines = text.split('\n');
    const hit = lines.flatMap((line, at) => (pattern.test(line) ? [at] : []));
    const made: Mutant[] = replace
      ? hit.map((at) => ({
          file: path,
          line: at + 1,
          operator: 'name-changed',
          description: `line ${at + 1} says something else`,
          text: lines.with(at, replace(lines[at] ?? '')).join('\n'),
        }))
      : await mutantsOf(path, text, { lines: hit.map((at) => [at + 1, at + 1] as const) });
    all.push(
      ...sampleMutants(
        made.filter((one) => one.text !== text),
        each,
        SEED + i,
      ).map((one) => ({ ...one, kind })),
    );
  }
  return all;
}

function write(dir: string, files: Readonly<Record<string, string>>, history: readonly (readonly string[])[]): void {
  const git = (args: readonly string[], input = '') => execFileSync('git', ['-C', dir, ...args], { input });
  git(['init', '-q', '-b', 'main']);
  git(['fast-import', '--quiet'], streamOf(files, history));
  git(['reset', '-q', '--hard']);
}

async function measure({ name, files, aims, groups }: Generated): Promise<{ rows: Row[]; audit: MutantAudit }> {
  const dir = mkdtempSync(join(tmpdir(), 'impact-safety-'));
  try {
    write(dir, files, historyOf(groups, Number(values.commits), randomFrom(SEED)));
    const mutants = (await labelled(aims, files, Number(count))).filter((_, i) => i % parts === part - 1);
    const kindOf = new Map(mutants.map((one) => [`${one.file}:${one.line}:${one.description}`, one.kind]));
    const audit = await auditMutants({
      repo: dir,
      head: 'HEAD',
      base: null,
      mutants: mutants.length,
      seed: SEED,
      jobs: 1,
      // go gives a kept pass to a test whose subprocess was built from what changed.
      together: true,
      env: { ...process.env, GOFLAGS: '-count=1' },
      signal: new AbortController().signal,
      given: async () => mutants,
    });
    const repository = await openRepository(dir);
    const model = await describeRepository(repository, audit.head);
    const commits = await repository.commits(null, audit.head, 400);
    await repository.close();
    const tests = audit.counted;
    const rows = audit.trials.map(({ file, line, description, failing, chosen }) => {
      // The audit leaves history out; this is what it adds to `awo impact`.
      const past = coChanges([file], commits).flatMap(({ to }) => (tests.includes(to) ? [to] : []));
      return rowOf(kindOf.get(`${file}:${line}:${description}`) ?? 'unknown', audit.tests.run, failing, chosen, {
        impact: new Set(chosen.keys()),
        withHistory: new Set([...chosen.keys(), ...past]),
        packages: packageLevel(model, file, tests),
        history: changedBefore(commits, file, tests),
      });
    });
    for (const { file, line, description, missed } of audit.trials)
      for (const { test, suspect } of missed)
        console.error(`missed in ${name}: ${test} when ${file}:${line} ${description} (${suspect.kind}: ${suspect.name} at ${suspect.at})`);
    return { rows, audit };
  } finally {
    if (!process.env['KEEP']) rmSync(dir, { recursive: true, force: true });
    else console.error(dir);
  }
}

async function measureAll(): Promise<Measured[]> {
  const found: Measured[] = [];
  for (const one of repositories(SEED).filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.startsWith(word)))) {
    const { rows, audit } = await measure(one);
    const { unstable, notRun, run } = audit.tests;
    if (unstable.length + notRun.length > 0) console.error(`${one.name}: not counted: ${[...unstable, ...notRun].join(', ')}`);
    const measured = { house: one.name, tests: run, rows };
    if (values.rows !== undefined) appendFileSync(values.rows, `${JSON.stringify(measured)}\n`);
    found.push(measured);
  }
  return found;
}

const measured =
  values.table === undefined
    ? await measureAll()
    : readFileSync(values.table, 'utf8')
        .trim()
        .split('\n')
        .map((text) => JSON.parse(text) as Measured);
console.log(tableOf(measured));
