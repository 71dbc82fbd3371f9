// The test agent: runs the chosen suites and stops what is not proven.
import { defineAgent } from '@awo/agent';
import type { AgentDefinition, StepContext } from '@awo/agent';
import type { Bus } from '@awo/bus';
import { ImpactAssessed, Planned } from '@awo/contracts';
import type { StepKind } from '@awo/contracts';
import { reportTests } from './run-tests/act.ts';
import { decideTests, type TestVerdict } from './run-tests/decide.ts';
import type { TestFacts } from './run-tests/facts.ts';
import { runHistory } from './run-tests/run-history.ts';
import { gatherTests } from './run-tests/gather.ts';

/** What every suite did is remembered on the bus, so the step is made for one. */
export function test(bus: Bus): AgentDefinition {
  const history = runHistory(bus);
  return defineAgent('test', {
    'run-tests': {
      gather: (ctx: StepContext) => gatherTests(ctx, undefined, history),
      decide: decideTests,
      act: async (ctx: StepContext, verdict: TestVerdict, facts: TestFacts) => {
        const output = (kind: StepKind): unknown => ctx.state.steps.findLast((step) => step.kind === kind && step.status === 'passed')?.output;
        const { repo } = Planned.parse(output('plan'));
        const impact = ImpactAssessed.safeParse(output('assess-impact'));
        const changed = impact.success ? impact.data.units.map(({ id }) => id) : [];
        await history.record(repo, { goal: ctx.goal, head: facts.head, cycle: Date.parse(ctx.state.acceptedAt), changed }, facts.results);
        return reportTests(ctx, verdict, facts);
      },
    },
  });
}
