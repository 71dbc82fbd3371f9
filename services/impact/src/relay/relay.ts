// Step kind "relay": a step that needs nothing and passes at once, so that benchmarks and fault tests measure the hand-over alone.
import type { StepContext, StepResult } from '@awo/agent';
import type { Verdict } from '@awo/contracts';

export const gatherNothing = async (_ctx: StepContext): Promise<Record<string, never>> => ({});

export const decideRelay = (_facts: Record<string, never>): Verdict<'assess-impact'> => ({
  kind: 'assess-impact',
  because: 'no-unit-touched',
  choice: 'Pass on: this step has nothing to do.',
});

export const passOn = async (_ctx: StepContext, _decision: Verdict<'assess-impact'>): Promise<StepResult> => ({ kind: 'passed', output: {} });
