// Puts the chosen rollout into the goal's plan, waits where it is held, gives up where that cannot help.
import type { StepContext, StepResult } from '@awo/agent';
import type { StrategyDecision, StrategyFacts } from '@awo/strategy';
import { rolloutSteps } from './rollout-steps.ts';

export async function addRollout(ctx: StepContext, decision: StrategyDecision, facts: StrategyFacts): Promise<StepResult> {
  if (decision.holdMs !== null) {
    const since = typeof ctx.memo?.since === 'string' ? ctx.memo.since : ctx.now().toISOString();
    return { kind: 'wait', afterMs: decision.holdMs, because: decision.choice, memo: { since } };
  }
  if (decision.refused !== null) return { kind: 'failed', ...decision.refused, output: { rollouts: [] } };
  const left = decision.leave.map((l) => ({ change: 'removed' as const, step: `release-${l.change.service}`, because: l.because }));
  if (decision.rollouts.length === 0) return { kind: 'passed', output: { rollouts: [] }, plan: { add: [], remove: [], changes: left } };
  const add = rolloutSteps({
    environment: facts.environment,
    after: ctx.step.id,
    choices: decision.choices,
    gates: facts.gates,
    dependsOn: Object.fromEntries(facts.services.map((s) => [s.change.service, s.dependsOn])),
    taken: ctx.state.steps.map((s) => s.id),
  });
  // What a dry run would have planned is its result.
  if (facts.dryRun) return { kind: 'passed', output: { rollouts: decision.rollouts, steps: add.map(({ id, kind, because }) => ({ id, kind, because })) } };
  const changes = add.map((s) => ({ change: 'added' as const, step: s.id, because: s.because }));
  return { kind: 'passed', output: { rollouts: decision.rollouts }, plan: { add, remove: [], changes: [...changes, ...left].slice(0, 100) } };
}
