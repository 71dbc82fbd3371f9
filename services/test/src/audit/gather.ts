// Runs the suites that were drawn, in the background; one that fails is run before the change as well, to tell a miss from an old failure.
import type { StepContext } from '@awo/agent';
import { testsRun, vcsDescribe, type AuditDesign, type Suite, type SuiteResult } from '@awo/contracts';
import { actionOf, resultOf } from '../run-tests/facts.ts';
import { plannedOf } from '../run-tests/gather.ts';
import type { Audited, AuditFacts } from './facts.ts';

export async function gatherAudit(ctx: StepContext, design: AuditDesign, drawn: readonly string[]): Promise<AuditFacts> {
  const { repo, head } = plannedOf(ctx);
  const { suites } = await ctx.call(vcsDescribe, { repo, sha: head });
  const known = suites.filter(({ id }) => drawn.includes(id));
  const run = async (suite: Suite, sha: string, action: string): Promise<SuiteResult> => {
    const report = await ctx.call(testsRun, { repo, sha, suite, install: suite.install, background: true }, action);
    return resultOf(report, await ctx.putEvidence(report));
  };
  const audited: Audited[] = [];
  // One after the other: an audit has time.
  for (const suite of known) {
    const atHead = await run(suite, head, actionOf(suite.id));
    audited.push({ suite: suite.id, atHead, atBase: atHead.verdict === 'passed' ? null : await before(suite.id) });
  }
  return { head, design, audited, unknown: drawn.filter((id) => !known.some((suite) => suite.id === id)) };

  async function before(id: string): Promise<SuiteResult | null> {
    const old = (await ctx.call(vcsDescribe, { repo, sha: design.base }, 'vcs-describe-base')).suites.find((suite) => suite.id === id);
    return old ? run(old, design.base, actionOf(`${id}-base`)) : null;
  }
}
