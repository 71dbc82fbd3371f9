// awo test audit: how often the selection left out what a change breaks, as measured by runs that were drawn by lot.
import { resolve } from 'node:path';
import { historySubject, readKept } from '@awo/bus';
import { DEFAULT_TEST_POLICY, SelectionAudits } from '@awo/contracts';
import type { AuditPolicy, AuditRecord } from '@awo/contracts';
import { describeRepository, openRepository } from '@awo/repository';
import { estimateMisses, missWords, wideningReason } from '@awo/test-order';
import type { MissEstimate } from '@awo/test-order';
import type { CliContext } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { print } from '../output/print.ts';
import { withSession } from '../session.ts';

export type SelectionAuditFlags = { repo?: string | undefined };

/** Exit code 1 while the selection widens for its misses. */
export async function auditSelection(context: CliContext, { repo }: SelectionAuditFlags): Promise<ExitCode> {
  const repository = await openRepository(resolve(context.cwd, repo ?? '.'));
  const policy = await describeRepository(repository, (await repository.resolve('HEAD')).sha)
    .then(({ testing }) => (testing ?? DEFAULT_TEST_POLICY).audit)
    .finally(() => repository.close());
  return withSession(context, async ({ bus }) => {
    const audits = (await readKept(bus, historySubject('audits', repository.root), SelectionAudits))?.audits ?? [];
    const estimate = estimateMisses(audits, policy.bound);
    const widens = wideningReason(estimate, policy);
    await print(context.terminal, context.format, { repo: repository.root, policy, ...estimate, widens, audits }, () =>
      lines(audits, estimate, policy, widens),
    );
    return widens === null ? EXIT.reached : EXIT.endedOtherwise;
  });
}

function* lines(audits: readonly AuditRecord[], estimate: MissEstimate, { bound, share }: AuditPolicy, widens: string | null): Generator<string> {
  if (estimate.audited === 0) {
    yield `Nothing has been audited yet. Of what the selection leaves out, each suite runs with a chance of ${share} after the verdict.`;
    return;
  }
  yield `Selection: ${missWords(estimate)}, in ${estimate.audits} audits of ${estimate.leftOut} left-out suites (about ${estimate.expectedMisses} misses among all of them).`;
  if (widens !== null) yield `It widens: ${widens}.`;
  else if (estimate.needed > 0) yield `${estimate.needed} more without a miss would prove the bound of ${bound}.`;
  else yield `The bound of ${bound} is proven.`;
  for (const { of, goal, at, missed } of audits)
    for (const { suite, failing } of missed) yield `  missed  ${at.slice(0, 10)}  ${of} left out ${suite}: ${failing}  (awo explain ${goal})`;
  for (const { goal, failedBefore } of audits) for (const suite of failedBefore) yield `  failed without the change as well, so no miss: ${suite}  (${goal})`;
}
