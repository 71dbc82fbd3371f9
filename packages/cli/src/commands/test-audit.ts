// awo test audit: how much of what it should find a selection of tests would have missed. Here: by mistakes made on purpose.
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { IMPACT_LINKS, type ImpactReason } from '@awo/contracts';
import { CoverageLine } from '@awo/test-order';
import { auditMutants, type MutantAudit } from '../audit/mutant-audit.ts';
import type { Tally } from '../audit/tally.ts';
import type { CliContext } from '../context.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { table } from '../output/columns.ts';
import { print } from '../output/print.ts';
import { formatOf, readAll } from './test-history.ts';

export type AuditFlags = {
  repo?: string | undefined;
  base?: string | undefined;
  head?: string | undefined;
  mutants?: string | undefined;
  seed?: string | undefined;
  jobs?: string | undefined;
  coverage?: string | undefined;
  without?: string[] | undefined;
};

/** Ends with 1 where a test was missed, so that a pipeline can hold on to it. */
export async function auditTests(context: CliContext, flags: AuditFlags & { mutants: string }): Promise<ExitCode> {
  const audit = await auditMutants({
    repo: resolve(context.cwd, flags.repo ?? '.'),
    head: flags.head ?? 'HEAD',
    base: flags.base ?? null,
    mutants: whole(flags.mutants, '--mutants', 1),
    seed: whole(flags.seed ?? '1', '--seed', 0),
    jobs: whole(flags.jobs ?? String(availableParallelism()), '--jobs', 1),
    without: (flags.without ?? []).flatMap((names) => names.split(',')).map(kindOf),
    env: context.env,
    signal: context.signal,
    progress: (done, of) => context.terminal.isTty && done % 10 === 0 && context.terminal.err(`${done} of ${of} mistakes tried`),
    ...(flags.coverage === undefined ? {} : { coverage: await readAll(context, flags.coverage, CoverageLine) }),
  });
  const { trials, counted: _, ...rest } = audit;
  const missed = trials.filter((one) => one.missed.length > 0).map(({ chosen, ...one }) => ({ ...one, chosen: chosen.size }));
  await print(context.terminal, formatOf(context), { ...rest, missed }, () => lines(audit));
  return audit.impact.mutantsMissed > 0 ? EXIT.endedOtherwise : EXIT.reached;
}

function whole(text: string, flag: string, least: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least) throw new UsageError(`"${text}" cannot be ${flag}: expected a whole number from ${least} on.`);
  return value;
}

function kindOf(name: string): ImpactReason['kind'] {
  const kind = IMPACT_LINKS.find((one) => one === name);
  if (kind === undefined) throw new UsageError(`"${name}" is no kind of dependency.`, `Known: ${IMPACT_LINKS.join(', ')}`);
  return kind;
}

const percent = (share: number | null): string => (share === null ? '-' : `${(100 * share).toFixed(1)} %`);

function* lines({ mutants, tests, impact, coverage, trials }: MutantAudit): Generator<string> {
  yield `${mutants.seeded} mistakes: ${mutants.noticed} noticed by some of ${tests.run} test files, ${mutants.unnoticed} by none, ${mutants.notCompiled} did not compile`;
  if (tests.unstable.length > 0) yield `Not counted, for they fail without a mistake: ${tests.unstable.join(', ')}`;
  if (tests.notRun.length > 0) yield `Not run, for it is not known how: ${tests.notRun.join(', ')}`;
  yield summary('impact chains', impact);
  if (coverage) yield summary('coverage', coverage);
  yield '';
  const rows = impact.kinds.map((row) => [row.kind, `${row.failing}`, `${row.missed}`, percent(row.recall), percent(row.precision)]);
  yield* table(
    [
      { head: 'reason' },
      { head: 'found', align: 'right' },
      { head: 'missed', align: 'right' },
      { head: 'recall', align: 'right' },
      { head: 'precision', align: 'right' },
    ],
    rows,
  );
  for (const { file, line, description, missed } of trials)
    for (const { test, suspect } of missed) yield `missed: ${test}, when ${file}:${line} ${description}; ${suspect.kind}: ${suspect.name} at ${suspect.at}`;
}

function summary(by: string, { failing, found, recall, share, mutantsMissed, missedUpper }: Tally): string {
  return `${by}: ${found} of ${failing} failing tests chosen (${percent(recall)}) with ${percent(share)} of the tests; something missed for ${mutantsMissed} mistakes (95 % upper bound ${percent(missedUpper)})`;
}
