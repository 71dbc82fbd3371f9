// awo test flaky: tests with both verdicts for one cause, what they cost, and whose quarantine they are in.
import { resolve } from 'node:path';
import { historySubject, readKept } from '@awo/bus';
import { DEFAULT_TEST_POLICY, SuiteRuns } from '@awo/contracts';
import type { Quarantined, SuiteRun } from '@awo/contracts';
import { describeRepository, openRepository } from '@awo/repository';
import { flakiness, HistoryLine, linesOfRuns } from '@awo/test-order';
import type { FlakyTest } from '@awo/test-order';
import type { CliContext } from '../context.ts';
import { EXIT, UnreachableError } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { findHome } from '../home.ts';
import { print } from '../output/print.ts';
import { withSession } from '../session.ts';
import { readRuns } from '../test-run/kept-runs.ts';
import { formatOf, readAll } from './test-history.ts';

export type FlakyFlags = { history?: string | undefined; repo?: string | undefined };

export async function flakyTests(context: CliContext, { history, repo }: FlakyFlags): Promise<ExitCode> {
  const known = history === undefined ? await knownOf(context, repo) : { lines: await readAll(context, history, HistoryLine), quarantine: [] };
  const tests = flakiness(known.lines);
  const today = new Date().toISOString().slice(0, 10);
  const quarantine = known.quarantine.map((entry) => ({ ...entry, expired: entry.until < today }));
  const costMs = tests.filter(({ verdict }) => verdict !== 'broken').reduce((sum, one) => sum + one.costMs, 0);
  const line = (one: FlakyTest): string =>
    `${one.verdict.padEnd(8)} ${one.test}  ${one.because}; ${minutes(one.costMs)} in ${one.failed} failures of ${one.runs} runs`;
  await print(context.terminal, formatOf(context), { tests, costMs, quarantine }, () => [
    ...(tests.length === 0 ? ['No test is flaky.'] : [...tests.map(line), `${minutes(costMs)} lost to tests that are not simply broken`]),
    ...quarantine.map(({ test, until, owner, expired }) => `${expired ? 'quarantine is over' : 'quarantined'}: ${test}, until ${until}, ${owner}`),
  ]);
  return EXIT.reached;
}

const minutes = (ms: number): string => `${(ms / 60_000).toFixed(1)} min`;

/** Runs of `awo test run` here, and those of the agents where an installation answers. */
async function knownOf(context: CliContext, repo: string | undefined): Promise<{ lines: HistoryLine[]; quarantine: Quarantined[] }> {
  const repository = await openRepository(resolve(context.cwd, repo ?? '.'));
  const model = await repository
    .resolve('HEAD')
    .then(({ sha }) => describeRepository(repository, sha))
    .finally(() => repository.close());
  const local = await readRuns(findHome(context), repository.root);
  const ofAgents = await agentsRuns(
    context,
    repository.root,
    model.suites.map(({ id }) => id),
  );
  return { lines: linesOfRuns([...local, ...ofAgents]), quarantine: (model.testing ?? DEFAULT_TEST_POLICY).quarantine };
}

async function agentsRuns(context: CliContext, repo: string, suites: readonly string[]): Promise<SuiteRun[]> {
  try {
    return await withSession(context, async ({ bus }) => {
      const kept = await Promise.all(suites.map((suite) => readKept(bus, historySubject('tests', repo, suite), SuiteRuns)));
      return kept.flatMap((one) => one?.runs ?? []);
    });
  } catch (error) {
    if (error instanceof UnreachableError) return [];
    throw error;
  }
}
