// Makes mistakes in a repository, runs everything once per mistake, and holds against it what the selection would have run.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { analyseImpact, classify, openReachCache } from '@awo/code-graph';
import { type ImpactReason, TerminalError } from '@awo/contracts';
import { languageOf, type Mutant, mutantsOf, sampleMutants } from '@awo/mutation';
import { describeRepository, openRepository, type Repository } from '@awo/repository';
import type { ImpactReport } from '@awo/contracts';
import { beyondCoverage, type CoverageLine, gatherEvidence, selectFrom } from '@awo/test-order';
import { hunksBetween } from '../change/hunks.ts';
import { readChange } from '../change/read-change.ts';
import { installedFolders, type Lab, openLab, removeLab } from './lab.ts';
import { runBatch, type RunLimits } from './run-batch.ts';
import { type Batch, batchesOf } from './runners.ts';
import { type Chosen, chosenBy, tally, type Tally, type Trial } from './tally.ts';
import { witnessesOf } from './witnesses.ts';

export type AuditOptions = {
  repo: string;
  head: string;
  /** Mistakes are made in the lines that changed since; everywhere where it is null. */
  base: string | null;
  mutants: number;
  seed: number;
  jobs: number;
  /** Detectors taken as not there. */
  without?: readonly ImpactReason['kind'][];
  coverage?: readonly CoverageLine[];
  env: RunLimits['env'];
  signal: AbortSignal;
  /** Only these tests; all where it is missing. */
  isTest?: (path: string) => boolean;
  /** These mistakes instead of drawn ones. */
  given?: (texts: ReadonlyMap<string, string>) => Promise<Mutant[]>;
  /** Tests of one runner in one process: see ./runners.ts. */
  together?: boolean;
  progress?: (done: number, of: number) => void;
};
export type MutantAudit = {
  head: string;
  seed: number;
  mutants: { seeded: number; noticed: number; unnoticed: number; notCompiled: number };
  tests: { run: number; unstable: string[]; notRun: string[] };
  impact: Tally;
  coverage: Tally | null;
  trials: Trial[];
  /** The tests that pass without a mistake. */
  counted: string[];
};

const FIRST_MS = 600_000;
/** A mistake may make tests run for ever. */
const patience = (usualMs: number): number => Math.max(20_000, 5 * usualMs);

export async function auditMutants(options: AuditOptions): Promise<MutantAudit> {
  const repository = await openRepository(options.repo);
  const folder = mkdtempSync(join(tmpdir(), 'awo-audit-'));
  try {
    const head = (await repository.resolve(options.head)).sha;
    const model = await describeRepository(repository, head);
    const texts = await readTexts(repository, head);
    const paths = new Set((await repository.tree(head)).map(({ path }) => path));
    const sources = { has: (path: string) => paths.has(path), text: (path: string) => texts.get(path) ?? '' };
    const all = (await analyseImpact(repository, model, null, head)).tests.map(({ file }) => file).filter(options.isTest ?? (() => true));
    const { batches, unknown } = batchesOf(all, sources, options.together);
    if (batches.length === 0)
      throw new TerminalError('bad-arguments', `No test of ${repository.root} can be run file by file. Known are node:test, vitest, jest, mocha, pytest, go.`);
    const drawn = options.given ? await options.given(texts) : await draw(options, repository, head, texts);
    const installed = installedFolders(
      repository.root,
      [...texts.keys()].filter((path) => /(^|\/)(package\.json|pyproject\.toml)$/.test(path)),
    );
    const labs = await Promise.all(
      Array.from({ length: Math.max(1, Math.min(options.jobs, drawn.length)) }, (_, i) => openLab(repository.root, head, join(folder, `lab${i}`), installed)),
    );
    const runs = new Map(labs.map((lab, i) => [lab, runner(lab, batches, options, join(folder, `scratch${i}`))]));
    const before = await stable([...runs.values()], all);
    const counted = new Set(before);
    const trials: Trial[] = [];
    const byCoverage: Trial[] = [];
    const result = { seeded: drawn.length, noticed: 0, unnoticed: 0, notCompiled: 0 };
    const queue = [...drawn];
    let done = 0;
    await Promise.all(
      labs.map(async (lab) => {
        const clone = await openRepository(lab.tree);
        const cache = openReachCache();
        const why = await witnessesOf(clone, head, model, cache);
        try {
          for (let mutant = queue.shift(); mutant; mutant = queue.shift()) {
            options.signal.throwIfAborted();
            const sha = await lab.commit(mutant.file, mutant.text);
            const after = await runs.get(lab)?.(counted);
            options.progress?.((done += 1), drawn.length);
            if (!after || after.broken) {
              result.notCompiled += 1;
              continue;
            }
            const failing = before.filter((test) => !after.passed.has(test));
            result[failing.length > 0 ? 'noticed' : 'unnoticed'] += 1;
            const { file, line, operator, description } = mutant;
            const judge = async (chosen: Chosen): Promise<Trial> => {
              const changed = { file, before: (texts.get(file) ?? '').split('\n').slice(line - 1, line) };
              const missed = await Promise.all(failing.filter((test) => !chosen.has(test)).map(async (test) => ({ test, suspect: await why(changed, test) })));
              return { file, line, operator, description, failing, chosen, missed };
            };
            const report = await analyseImpact(clone, model, head, sha, { cache, history: false, without: options.without ?? [] });
            trials.push(await judge(new Map([...chosenBy(report)].filter(([test]) => counted.has(test)))));
            if (options.coverage) byCoverage.push(await judge(await covered(clone, report, options.coverage, before)));
          }
        } finally {
          cache.close();
          await clone.close();
        }
      }),
    );
    return {
      head,
      seed: options.seed,
      mutants: result,
      tests: { run: before.length, unstable: all.filter((test) => !before.includes(test) && !unknown.includes(test)), notRun: unknown },
      impact: tally(trials, before.length),
      coverage: options.coverage ? tally(byCoverage, before.length) : null,
      trials,
      counted: before,
    };
  } finally {
    removeLab(folder);
    await repository.close();
  }
}

type Outcome = { passed: Set<string>; broken: boolean };
type Run = (only: ReadonlySet<string>) => Promise<Outcome>;

function runner({ tree }: Lab, batches: readonly Batch[], { env, signal }: AuditOptions, scratch: string): Run {
  const usual = new Map<Batch, number>();
  mkdirSync(scratch, { recursive: true });
  return async (only) => {
    const outcome: Outcome = { passed: new Set(), broken: false };
    for (const batch of batches) {
      const files = batch.files.filter((path) => only.has(path));
      if (files.length === 0) continue;
      const started = performance.now();
      const known = usual.get(batch);
      const limits = { timeoutMs: known === undefined ? FIRST_MS : patience(known), scratch, signal, mark: `audit.${process.pid}.${tree.slice(-6)}`, env };
      const { passed, broken } = await runBatch(tree, { ...batch, files }, limits);
      if (known === undefined) usual.set(batch, performance.now() - started);
      for (const path of passed) outcome.passed.add(path);
      outcome.broken ||= broken;
      rmSync(scratch, { recursive: true, force: true });
      mkdirSync(scratch, { recursive: true });
    }
    return outcome;
  };
}

/** Tests that pass without any mistake, in every copy and twice: the others would be taken for ones that notice. */
async function stable(runs: readonly Run[], tests: readonly string[]): Promise<string[]> {
  const outcomes = await Promise.all(runs.map(async (run) => [await run(new Set(tests)), await run(new Set(tests))]));
  return tests.filter((test) => outcomes.flat().every(({ passed }) => passed.has(test)));
}

async function readTexts(repository: Repository, sha: string): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const entry of await repository.tree(sha)) {
    if (languageOf(entry.path) === null || entry.size > 512 * 1024 || !entry.mode.startsWith('100')) continue;
    texts.set(entry.path, (await repository.read(entry.blob))?.toString('utf8') ?? '');
  }
  return texts;
}

/** In code and settings that run, not in tests, documents, lock files and what others wrote. */
async function draw({ base, mutants, seed }: AuditOptions, repository: Repository, head: string, texts: ReadonlyMap<string, string>): Promise<Mutant[]> {
  const hunks = base === null ? null : await hunksBetween(repository.root, (await repository.resolve(base)).sha, head);
  const found: Mutant[] = [];
  for (const [path, text] of texts) {
    const kind = classify(path, null);
    if ((kind !== 'code' && kind !== 'config') || /(^|\/)(node_modules|vendor|dist|build|testdata|fixtures)\//.test(path)) continue;
    const lines = hunks?.get(path)?.new.lines;
    if (hunks === null) found.push(...(await mutantsOf(path, text)));
    else if (lines) found.push(...(await mutantsOf(path, text, { lines })));
  }
  return sampleMutants(found, mutants, seed);
}

/** Tests of coverage are named by file, or by file and title. */
async function covered(clone: Repository, report: ImpactReport, coverage: readonly CoverageLine[], tests: readonly string[]): Promise<Chosen> {
  const change = await readChange(clone, report.base ?? report.head, report.head);
  const evidence = gatherEvidence(change);
  for (const line of coverage) evidence.cover(line);
  const ids = new Set(
    selectFrom(change, evidence, new Set(tests), { risk: 0.001, share: 1, links: beyondCoverage(report.tests, change, evidence) }).tests.flatMap((one) =>
      one.chosen ? [one.test] : [],
    ),
  );
  return new Map(
    tests.flatMap((test) => ([...ids].some((id) => id === test || id.startsWith(`${test} `) || id.startsWith(`${test}:`)) ? [[test, 'unknown'] as const] : [])),
  );
}
