// One suite, run by the test server; its whole report goes into the evidence.
import type { StepContext } from '@awo/agent';
import { testsRun } from '@awo/contracts';
import type { SuiteResult, SuiteTask } from '@awo/contracts';
import { resultOf } from '../run-tests/facts.ts';

export async function runSuite(ctx: Pick<StepContext, 'call' | 'putEvidence'>, { action, args, of }: SuiteTask): Promise<SuiteResult> {
  const report = await ctx.call(testsRun, args, action);
  return { ...resultOf(report, await ctx.putEvidence(report)), ...(report.only && of !== null ? { narrowed: { files: report.only.length, of } } : {}) };
}
