// awo test select: which tests a change calls for, why, and at which risk the others are left out.
import { createReadStream } from 'node:fs';
import { join, resolve } from 'node:path';
import { analyseImpact, isTestFile, openReachCache } from '@awo/code-graph';
import type { ImpactReport } from '@awo/contracts';
import { describeRemembered, openRepository } from '@awo/repository';
import type { Repository } from '@awo/repository';
import { beyondCoverage, CoverageLine, foldCycles, gatherEvidence, HistoryLine, readLines, selectFrom } from '@awo/test-order';
import type { Change, Link, Selection } from '@awo/test-order';
import { readChange } from '../change/read-change.ts';
import type { CliContext } from '../context.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { findHome } from '../home.ts';
import { print } from '../output/print.ts';
import { formatOf, readAll, unreadable } from './test-history.ts';

export type SelectFlags = {
  repo?: string | undefined;
  base?: string | undefined;
  head?: string | undefined;
  coverage?: string | undefined;
  history?: string | undefined;
  risk?: string | undefined;
  share?: string | undefined;
};
type Past = { tests: Set<string>; rates: Map<string, { failed: number; runs: number }> };

export async function selectTests(context: CliContext, options: SelectFlags): Promise<ExitCode> {
  if (options.base === undefined) throw new UsageError('Which change? --base is missing.', 'Such as: awo test select --base main');
  const risk = shareOf(options.risk ?? '0.001', '--risk');
  const share = shareOf(options.share ?? '1', '--share');
  const past = options.history === undefined ? { tests: new Set<string>(), rates: new Map() } : await pastOf(context, options.history);
  const repository = await openRepository(resolve(context.cwd, options.repo ?? '.'));
  try {
    const [base, head] = [await repository.resolve(options.base), await repository.resolve(options.head ?? 'HEAD')];
    const change = await readChange(repository, base.sha, head.sha);
    const evidence = gatherEvidence(change);
    if (options.coverage !== undefined) await cover(context, options.coverage, evidence.cover);
    const report = await impactOf(repository, base.sha, head.sha, join(findHome(context), 'cache', 'imports'));
    const seen =
      options.coverage === undefined
        ? await linksOf(repository, head.sha, report)
        : { links: beyondCoverage(report.tests, change, evidence), widened: [...change.widened, ...notLookedAt(report)] };
    const selection = selectFrom({ ...change, widened: seen.widened }, evidence, past.tests, { risk, share, rates: past.rates, links: seen.links });
    await print(context.terminal, formatOf(context), { base: base.sha, head: head.sha, ...selection }, () => lines(selection));
    return EXIT.reached;
  } finally {
    await repository.close();
  }
}

function shareOf(text: string, flag: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1)) throw new UsageError(`"${text}" cannot be ${flag}: expected a number from 0 to 1.`);
  return value;
}

async function pastOf(context: CliContext, file: string): Promise<Past> {
  const past: Past = { tests: new Set(), rates: new Map() };
  for (const { results } of foldCycles(await readAll(context, file, HistoryLine)))
    for (const { test, failed, ran } of results) {
      past.tests.add(test);
      if (!ran) continue;
      const rate = past.rates.get(test) ?? { failed: 0, runs: 0 };
      past.rates.set(test, { failed: rate.failed + Number(failed), runs: rate.runs + 1 });
    }
  return past;
}

async function cover(context: CliContext, file: string, take: (line: CoverageLine) => void): Promise<void> {
  try {
    for await (const line of readLines(createReadStream(resolve(context.cwd, file)), CoverageLine, file)) take(line);
  } catch (error) {
    throw unreadable(file, error);
  }
}

async function impactOf(repository: Repository, base: string, head: string, dir: string): Promise<ImpactReport> {
  const cache = openReachCache({ dir });
  try {
    return await analyseImpact(repository, await describeRemembered(repository, head, dir), base, head, { cache });
  } finally {
    cache.close();
  }
}

type Seen = { links: Map<string, Link>; widened: Change['widened'] };

/** Where there is no coverage, tests are files, and the chains of the analysis say which of them a change reaches. */
async function linksOf(repository: Repository, head: string, { tests, fallback }: ImpactReport): Promise<Seen> {
  const reached = new Map(tests.map((one) => [one.file, one]));
  const links = new Map<string, Link>();
  const files = (await repository.tree(head)).map(({ path }) => path).filter((path) => isTestFile(path, () => false));
  for (const path of new Set([...files, ...reached.keys()])) {
    const chain = reached
      .get(path)
      ?.reasons.map((reason) => reason.text)
      .join(' → ');
    links.set(path, chain === undefined ? { kind: 'unreached', text: 'no chain leads from the change to it' } : { kind: 'reached', text: chain });
  }
  return { links, widened: fallback ? fallback.files.map((path) => ({ path, because: fallback.because })) : [] };
}

/** Coverage stands in for imports that are not understood, not for names that were not looked for. */
const notLookedAt = ({ fallback }: ImpactReport): Change['widened'] =>
  fallback?.kind === 'too-many-names' ? fallback.files.map((path) => ({ path, because: fallback.because })) : [];

function* lines(selection: Selection): Generator<string> {
  const { chosen, total, leftOutRisk, risk, share, capped, uncovered, fallback } = selection;
  yield `${chosen} of ${total} tests; the others would alone find something with a chance of ${leftOutRisk}`;
  if (fallback) yield `Everything is run: ${fallback.because}`;
  if (capped) yield `That is more than ${risk}: the choice ended at ${share * 100} % of the tests (raise --share)`;
  if (uncovered.length > 0) yield `No test executes: ${uncovered.join(', ')}`;
  for (const one of selection.tests.filter((test) => test.chosen)) yield `  ${one.probability.toFixed(3)}  ${one.test}  ${one.reasons.join('; ')}`;
}
