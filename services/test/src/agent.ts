// The test agent: runs the chosen suites and stops what is not proven.
import { defineAgent } from '@awo/agent';
import type { AgentDefinition, StepContext } from '@awo/agent';
import type { Bus } from '@awo/bus';
import { Planned } from '@awo/contracts';
import { reportTests } from './run-tests/act.ts';
import { decideTests, type TestVerdict } from './run-tests/decide.ts';
import type { TestFacts } from './run-tests/facts.ts';
import { failureHistory } from './run-tests/failure-history.ts';
import { gatherTests } from './run-tests/gather.ts';

/** What failed last is remembered on the bus, so the step is made for one. */
export function test(bus: Bus): AgentDefinition {
  const history = failureHistory(bus);
  return defineAgent('test', {
    'run-tests': {
      gather: (ctx: StepContext) => gatherTests(ctx, undefined, history),
      decide: decideTests,
      act: async (ctx: StepContext, verdict: TestVerdict, facts: TestFacts) => {
        const { repo } = Planned.parse(ctx.state.steps.findLast((step) => step.kind === 'plan' && step.status === 'passed')?.output);
        await history.record(repo, facts.head, facts.results);
        return reportTests(ctx, verdict, facts);
      },
    },
  });
}
