// Keeps the repair, looks again, or fails so that it is undone. Where another fault goes on, that is explained and repaired next.
import { type PlanStep, REPAIR_INPUTS, STEP_ROLES } from '@awo/contracts';
import type { PlanEdit, StepContext, StepResult } from '@awo/agent';
import type { VerifyDecision } from './decide.ts';
import type { VerifyFacts } from './gather.ts';

export async function reportVerification(
  ctx: StepContext,
  { outcome, because, choice, worse, left, leftAt }: VerifyDecision,
  facts: VerifyFacts,
): Promise<StepResult> {
  if (outcome === 'look-again') return { kind: 'wait', afterMs: 1000, because: choice.slice(0, 200), memo: {} };
  if (outcome === 'kept') return { kind: 'passed', output: { kept: true, says: choice } };
  if (outcome === 'partly') return { kind: 'passed', output: { kept: true, says: choice, left }, ...onceMore(ctx, facts, leftAt[0] ?? facts.service, choice) };
  return { kind: 'failed', code: because, message: choice, output: { kept: false, worse } };
}

/**
 * The next look, where the budget of the incident allows one: its steps are those that a failed repair would have led to. At what goes on, since the repair:
 * with the time before it the fault that is mended would be found again.
 */
function onceMore(ctx: StepContext, { repairedAt }: VerifyFacts, service: string, choice: string): { plan?: PlanEdit } {
  const { environment } = REPAIR_INPUTS['verify-repair'].parse(ctx.step.input);
  const next = ctx.state.steps.filter((s) => s.status === 'waiting' && (s.kind === 'explain-incident' || s.kind === 'choose-repair'));
  const explain = next.find((s) => s.kind === 'explain-incident');
  const choose = next.find((s) => s.kind === 'choose-repair');
  if (!explain || !choose) return {};
  const because = choice.slice(0, 300);
  const add: PlanStep[] = [
    {
      id: explain.id,
      kind: 'explain-incident',
      role: STEP_ROLES['explain-incident'],
      needs: [ctx.step.id],
      when: 'passed',
      input: { environment, service, symptom: choice.slice(0, 300), since: repairedAt },
      because,
    },
    { id: choose.id, kind: 'choose-repair', role: STEP_ROLES['choose-repair'], needs: [explain.id], when: 'passed', input: choose.input, because },
  ];
  return { plan: { add, remove: [], changes: add.map(({ id }) => ({ change: 'changed' as const, step: id, because })) } };
}
