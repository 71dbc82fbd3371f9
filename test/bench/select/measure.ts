// Asks the functions behind `awo test select` about every seeded bug, in both directions, and compares with what the tests revealed.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { analyseImpact, openReachCache } from '@awo/code-graph';
import type { ImpactReport } from '@awo/contracts';
import { describeRepository, openRepository } from '@awo/repository';
import { beyondCoverage, type Change, type CoverageLine, gatherEvidence, selectFrom } from '@awo/test-order';
import { readChange } from '../../../packages/cli/src/change/read-change.ts';
import { git } from './prepare.ts';
import type { Seeded } from './seed.ts';

export const WAYS = ['risk', 'share', 'functions', 'lines', 'random'] as const;
/** Of one commit: was every revealing test chosen (for random: how likely), and which share of the tests. */
export type Answer = Record<(typeof WAYS)[number], { all: number; share: number }>;

/** Base is the good revision and head the bad one, then the reverse; coverage is always of the good one. */
export async function measure(seeded: Seeded, alone: boolean): Promise<Answer[]> {
  const { repo, tests } = seeded;
  git(repo, 'checkout', '-q', '--force', 'main');
  const good = git(repo, 'rev-parse', 'main');
  const known = new Set(tests);
  const own = seeded.coverage.filter(({ test }) => known.has(test));
  // A test that runs alone loads everything by itself.
  const coverage = alone ? [...own, ...tests.flatMap((test) => seeded.loaded.map((line) => ({ ...line, test })))] : own;
  const repository = await openRepository(repo);
  const cache = openReachCache();
  const answers: Answer[] = [];
  try {
    for (const { files, failing } of seeded.bugs) {
      for (const [file, text] of Object.entries(files)) writeFileSync(join(repo, file), text);
      git(repo, 'checkout', '-q', '--detach', good);
      git(repo, 'commit', '-q', '-a', '-m', 'bug');
      const bad = git(repo, 'rev-parse', 'HEAD');
      git(repo, 'checkout', '-q', '--force', 'main');
      for (const [base, head] of [
        [good, bad],
        [bad, good],
      ] as const) {
        const { tests: reached } = await analyseImpact(repository, await describeRepository(repository, head), base, head, { cache, history: false });
        answers.push(judge(await readChange(repository, base, head), reached, coverage, tests, failing));
      }
    }
  } finally {
    cache.close();
    await repository.close();
  }
  return answers;
}

function judge(
  change: Change,
  reached: ImpactReport['tests'],
  coverage: readonly CoverageLine[],
  tests: readonly string[],
  failing: readonly string[],
): Answer {
  const evidence = gatherEvidence(change);
  for (const line of coverage) evidence.cover(line);
  const links = beyondCoverage(reached, change, evidence);
  const outcome = (chosen: ReadonlySet<string>) => ({ all: Number(failing.every((test) => chosen.has(test))), share: chosen.size / tests.length });
  const select = (share: number) =>
    new Set(selectFrom(change, evidence, tests, { risk: 0.001, share, links }).tests.flatMap((one) => (one.chosen ? [one.test] : [])));
  const byRisk = select(1);
  let random = 1;
  for (let i = 0; i < failing.length; i += 1) random *= Math.max(0, byRisk.size - i) / (tests.length - i);
  return {
    risk: outcome(byRisk),
    share: outcome(select(0.3)),
    functions: outcome(
      executing(change, coverage, (line, file) => (file.functions ?? []).some((one) => line.functions?.some((text) => text.endsWith(`@${one.line}`)))),
    ),
    lines: outcome(executing(change, coverage, (line, file) => file.lines.some(([from, to]) => line.lines?.some(([a, b]) => a <= to && from <= b)))),
    random: { all: random, share: byRisk.size / tests.length },
  };
}

/** The plain ways, written apart from what is measured. */
function executing(
  change: Change,
  coverage: readonly CoverageLine[],
  does: (line: CoverageLine, file: Change['files'][number]) => boolean | undefined,
): Set<string> {
  return new Set(coverage.flatMap((line) => (change.files.some((file) => file.path === line.file && does(line, file)) ? [line.test] : [])));
}
