// The test agent: runs the chosen suites and stops what is not proven; and audits what was left out.
import { defineAgent } from '@awo/agent';
import type { AgentDefinition, StepContext } from '@awo/agent';
import type { Bus } from '@awo/bus';
import { ImpactAssessed, STEP_INPUTS } from '@awo/contracts';
import { reportAudit } from './audit/act.ts';
import { askForAudit } from './audit/ask.ts';
import { decideAudit, type AuditVerdict } from './audit/decide.ts';
import type { AuditFacts } from './audit/facts.ts';
import { gatherAudit } from './audit/gather.ts';
import { reportTests } from './run-tests/act.ts';
import { decideTests, type TestVerdict } from './run-tests/decide.ts';
import type { TestFacts } from './run-tests/facts.ts';
import { gatherTests, outputOf, plannedOf } from './run-tests/gather.ts';
import type { Crew } from './share/crew.ts';
import { runHistory } from './run-tests/run-history.ts';

/** What every suite did is remembered on the bus, so the step is made for one. */
export function test(bus: Bus, instance: string, crew: Crew): AgentDefinition {
  const history = runHistory(bus);
  return defineAgent('test', {
    'run-tests': {
      gather: async (ctx: StepContext): Promise<TestFacts | AuditFacts> => {
        const { suites, audit } = STEP_INPUTS['run-tests'].parse(ctx.step.input);
        return audit ? gatherAudit(ctx, audit, suites) : gatherTests(ctx, undefined, history, { bus, crew, instance });
      },
      decide: (facts: TestFacts | AuditFacts): TestVerdict | AuditVerdict => ('design' in facts ? decideAudit(facts) : decideTests(facts)),
      act: async (ctx: StepContext, verdict: TestVerdict | AuditVerdict, facts: TestFacts | AuditFacts) => {
        if ('design' in facts) return reportAudit(ctx, history, verdict as AuditVerdict, facts);
        const { repo } = plannedOf(ctx);
        const impact = ImpactAssessed.safeParse(outputOf(ctx, 'assess-impact'));
        const changed = impact.success ? impact.data.units.map(({ id }) => id) : [];
        await history.record(repo, { goal: ctx.goal, head: facts.head, cycle: Date.parse(ctx.state.acceptedAt), changed }, facts.results);
        askForAudit(bus, ctx, facts);
        return reportTests(ctx, verdict as TestVerdict, facts);
      },
    },
  });
}
