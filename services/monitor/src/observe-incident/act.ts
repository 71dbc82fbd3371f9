// Says what was seen. Where nothing is wrong any more, nothing has to be explained or repaired.
import type { StepContext, StepResult } from '@awo/agent';
import type { ObserveDecision } from './decide.ts';

export async function reportIncident(ctx: StepContext, decision: ObserveDecision): Promise<StepResult> {
  if (decision.lookAgain) return { kind: 'wait', afterMs: 1000, because: 'one look is not enough to say that nothing is wrong', memo: {} };
  const output = { confirmed: decision.confirmed, since: decision.since, troubles: decision.troubles, disturbed: decision.disturbed, says: decision.choice };
  if (decision.confirmed === true) return { kind: 'passed', output };
  const left = ctx.state.steps.filter((s) => s.status === 'waiting' && (s.kind === 'explain-incident' || s.kind === 'choose-repair')).map((s) => s.id);
  const changes = left.map((step) => ({ change: 'removed' as const, step, because: decision.choice.slice(0, 400) }));
  return { kind: 'passed', output, plan: { add: [], remove: left, changes } };
}
