// awo test run: the suites that a change calls for, run here as the agents run them. Needs no running installation.
import { mkdir, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';
import { DEFAULT_TEST_POLICY, VERSION } from '@awo/contracts';
import type { RepoModel, TestReport } from '@awo/contracts';
import { describeRepository, openRepository } from '@awo/repository';
import { excuse, filesToRun, orderSuites } from '@awo/test-order';
import { settingsFrom, suiteRunner } from '@awo/test-run';
import type { CliContext } from '../context.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { findHome } from '../home.ts';
import { print } from '../output/print.ts';
import { carryOut, type CarriedOut, type Ran } from '../test-run/carry-out.ts';
import { chooseSuites, type Chosen } from '../test-run/choose.ts';
import { keepRuns, readRuns } from '../test-run/kept-runs.ts';
import { ctrfOf, junitOf } from '../test-run/reports.ts';
import { milliseconds } from './test-history.ts';

export type RunFlags = {
  repo?: string | undefined;
  base?: string | undefined;
  head?: string | undefined;
  all?: boolean | undefined;
  budget?: string | undefined;
  stopAtFirstFailure?: boolean | undefined;
  fresh?: boolean | undefined;
  junit?: string | undefined;
  ctrf?: string | undefined;
};

/** Exit code 0 only where every suite that was to be run has passed. */
export async function runTests(context: CliContext, options: RunFlags): Promise<ExitCode> {
  if (options.all && options.base !== undefined) throw new UsageError('--all and --base exclude each other.', 'Leave --base out to run every suite.');
  const budgetMs = options.budget === undefined ? null : milliseconds(options.budget);
  const home = findHome(context);
  const repository = await openRepository(resolve(context.cwd, options.repo ?? '.'));
  const startedAt = Date.now();
  let model: RepoModel;
  let revision: { base: string | null; head: string };
  let chosen: Chosen;
  try {
    const head = await repository.resolve(options.head ?? 'HEAD');
    const base = options.all ? null : options.base === undefined ? head.parent : (await repository.resolve(options.base)).sha;
    revision = { base, head: head.sha };
    model = await describeRepository(repository, head.sha);
    chosen = await chooseSuites(repository, model, { ...revision, cacheDir: join(home, 'cache', 'imports') });
  } finally {
    await repository.close();
  }
  const order = orderSuites(chosen.suites, chosen.units.length > 0 ? chosen : null, await readRuns(home, repository.root));
  const settings = settingsFrom(context.env, home);
  const run = suiteRunner(settings);
  const live = context.format === undefined && context.terminal.isTty;
  const done = await carryOut(
    order,
    (place, signal) => {
      const { suite, first } = place;
      const only = filesToRun(place, chosen.narrow);
      return run({ repo: repository.root, sha: revision.head, suite, install: suite.install, only, first, fresh: options.fresh ?? false }, { signal });
    },
    (ran) => live && context.terminal.out(suiteLine(ran)),
    { width: settings.cores, budgetMs, stopAtFirstFailure: options.stopAtFirstFailure ?? false, signal: context.signal },
  );
  const reports = done.ran.map(({ report }) => report);
  await keepRuns(home, repository.root, { head: revision.head, cycle: startedAt, changed: chosen.units.map(({ id }) => id) }, reports);
  if (options.junit !== undefined) await write(context, options.junit, junitOf(reports));
  if (options.ctrf !== undefined)
    await write(context, options.ctrf, `${JSON.stringify(ctrfOf(reports, { startedAt, durationMs: done.durationMs, tool: `awo ${VERSION}` }), null, 2)}\n`);
  const evidence = await keepEvidence(home, reports);
  const { quarantine } = model.testing ?? DEFAULT_TEST_POLICY;
  const { excused, expired } = excuse(reports.map(judgedOf), quarantine, new Date(startedAt).toISOString().slice(0, 10));
  const proven = done.unproven.length === 0 && reports.every(({ suite, verdict }) => verdict === 'passed' || excused.has(suite));
  const answer = {
    repo: repository.root,
    ...revision,
    proven,
    suites: done.ran.map(({ report, endedMs }) => ({ ...summaryOf(report), endedMs, evidence: evidence.get(report.suite) ?? null })),
    unproven: done.unproven,
    leftOut: chosen.leftOut,
    wider: chosen.wider,
    quarantined: [...excused.values()].flat(),
    quarantineExpired: expired,
    order: order.map(({ suite, because, predictedMs }) => ({ suite: suite.id, because, predictedMs })),
    durationMs: done.durationMs,
    firstFailureMs: done.firstFailureMs,
  };
  await print(context.terminal, context.format, answer, () => [...(live ? [] : done.ran.map(suiteLine)), ...summaryLines(answer, done)]);
  return proven ? EXIT.reached : EXIT.endedOtherwise;
}

const judgedOf = ({ suite, verdict, counts, cases }: TestReport) => ({ suite, verdict, counts, failing: cases.filter(({ outcome }) => outcome === 'failed') });

const summaryOf = (report: TestReport) => ({
  suite: report.suite,
  verdict: report.verdict,
  counts: report.counts,
  durationMs: Math.round(report.durationMs),
  because: report.because,
  failing: report.cases.filter(({ outcome }) => outcome === 'failed').slice(0, 20),
  flaky: report.cases.filter(({ outcome }) => outcome === 'flaky').map(({ name }) => name),
  reused: report.reused ?? null,
  only: report.only ?? null,
});

/** The reports with their output, bounded, by content. */
async function keepEvidence(home: string, reports: readonly TestReport[]): Promise<Map<string, string>> {
  const folder = join(home, 'tests', 'evidence');
  await mkdir(folder, { recursive: true });
  const kept = new Map<string, string>();
  for (const report of reports.filter(({ verdict, counts }) => verdict !== 'passed' || counts.flaky > 0)) {
    const text = JSON.stringify(report, null, 2);
    const path = join(folder, `${createHash('sha256').update(text).digest('hex').slice(0, 16)}.json`);
    await writeFile(path, text);
    kept.set(report.suite, path);
  }
  return kept;
}

async function write({ cwd }: CliContext, file: string, text: string): Promise<void> {
  const path = resolve(cwd, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

const MARK = { passed: '✓', failed: '✗', broken: '!' } as const;

function suiteLine({ report }: Ran): string {
  const { passed, failed, skipped, flaky } = report.counts;
  const counts = [
    `${passed} passed`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ...(flaky > 0 ? [`${flaky} flaky`] : []),
  ];
  const how = report.reused ? `reused: the same content passed at ${report.reused.sha.slice(0, 12)}` : `${(report.durationMs / 1000).toFixed(1)} s`;
  const part = report.only ? `, of ${report.only.length} test files that see the change` : '';
  return `${MARK[report.verdict]} ${report.suite}  ${counts.join(', ')}${part}  ${how}${report.because === null ? '' : `  ${report.because}`}`;
}

type Answer = {
  proven: boolean;
  leftOut: Chosen['leftOut'];
  wider: string | null;
  quarantined: string[];
  quarantineExpired: string[];
  suites: { failing: { name: string; file: string | null }[]; suite: string; evidence: string | null }[];
};

function* summaryLines(answer: Answer, done: CarriedOut): Generator<string> {
  for (const { suite, failing, evidence } of answer.suites) {
    for (const { name, file } of failing.slice(0, 10)) yield `  failed   ${suite}: ${name}${file === null ? '' : ` (${file})`}`;
    if (evidence !== null) yield `  output   ${evidence}`;
  }
  for (const { suite, because } of done.unproven) yield `  unproven ${suite}: ${because}`;
  for (const { suite, because } of answer.leftOut) yield `  left out ${suite}: ${because}`;
  if (answer.wider !== null) yield `  wider than needed, perhaps: ${answer.wider}`;
  for (const text of answer.quarantined) yield `  quarantined ${text}`;
  for (const text of answer.quarantineExpired) yield `  its quarantine is over: ${text}`;
  const reused = done.ran.filter(({ report }) => report.reused).length;
  const first = done.firstFailureMs === null ? '' : `, the first failure after ${(done.firstFailureMs / 1000).toFixed(1)} s`;
  yield `${answer.proven ? 'Proven' : 'Not proven'}: ${done.ran.length} suites in ${(done.durationMs / 1000).toFixed(1)} s, ${reused} of them reused${first}`;
}
