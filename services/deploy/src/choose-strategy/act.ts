// Puts the chosen rollout into the goal's plan.
import type { StepContext, StepResult } from '@awo/agent';
import type { StrategyDecision } from './decide.ts';
import type { StrategyFacts } from './facts.ts';
import { rolloutSteps } from './rollout-steps.ts';

export async function addRollout(ctx: StepContext, decision: StrategyDecision, facts: StrategyFacts): Promise<StepResult> {
  const output = { rollouts: decision.rollouts };
  const left = decision.leave.map((l) => ({ change: 'removed' as const, step: `release-${l.change.service}`, because: l.because }));
  if (decision.rollouts.length === 0) return { kind: 'passed', output, plan: { add: [], remove: [], changes: left } };
  const taken = ctx.state.steps.map((s) => s.id);
  const add = rolloutSteps({
    environment: facts.environment,
    after: ctx.step.id,
    choices: decision.choices,
    gates: facts.gates,
    dependsOn: dependenciesOf(facts),
    taken,
  });
  const changes = add.map((s) => ({ change: 'added' as const, step: s.id, because: s.because }));
  return { kind: 'passed', output, plan: { add, remove: [], changes: [...changes, ...left].slice(0, 100) } };
}

const dependenciesOf = (facts: StrategyFacts): Record<string, string[]> => Object.fromEntries(facts.services.map((s) => [s.change.service, s.dependsOn]));
