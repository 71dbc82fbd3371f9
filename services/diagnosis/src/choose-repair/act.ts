// Lays the repair into the plan: admitted, applied, verified; undone where that fails, and then looked at once more while the budget lasts.
import type { StepContext, StepResult } from '@awo/agent';
import { type PlanStep, STEP_ROLES, type StepKind } from '@awo/contracts';
import type { ChooseDecision } from './decide.ts';
import type { ChooseFacts } from './facts.ts';

export async function planRepair(ctx: StepContext, { repair, sure, last, choice }: ChooseDecision, facts: ChooseFacts): Promise<StepResult> {
  const { environment, service, attempt } = facts;
  if (repair === null) return { kind: 'passed', output: { chosen: null, says: choice } };
  const [n, next] = [attempt, attempt + 1];
  const what = `${repair.kind} ${repair.service}`;
  const add = [
    step(`admit-repair-${n}`, 'admit-repair', [ctx.step.id], 'who may do it, how often, and whose turn it is', { environment, repair, attempt, sure }),
    step(`apply-repair-${n}`, 'apply-repair', [`admit-repair-${n}`], choice, { environment, repair }),
    step(`verify-repair-${n}`, 'verify-repair', [`apply-repair-${n}`], 'a repair is kept where the symptom goes and nothing else is worse', {
      environment,
      repair,
    }),
    step(
      `undo-repair-${n}`,
      'undo-repair',
      [`apply-repair-${n}`, `verify-repair-${n}`],
      'a repair that does not help is taken back',
      { environment, repair },
      'failed',
    ),
    ...(last
      ? []
      : [
          step(`explain-incident-${next}`, 'explain-incident', [`undo-repair-${n}`], 'the first answer was wrong: everything is looked at again', {
            environment,
            service,
            symptom: ctx.state.spec.kind === 'remediate' ? ctx.state.spec.symptom : '',
          }),
          step(`choose-repair-${next}`, 'choose-repair', [`explain-incident-${next}`], 'something else may help', { environment, service, attempt: next }),
        ]),
  ];
  const changes = add.map((s) => ({ change: 'added' as const, step: s.id, because: s.because.slice(0, 400) }));
  return { kind: 'passed', output: { chosen: what, cause: repair.cause, entity: repair.entity, says: choice }, plan: { add, remove: [], changes } };
}

const step = (id: string, kind: StepKind, needs: string[], because: string, input: Record<string, unknown>, when: PlanStep['when'] = 'passed'): PlanStep => ({
  id,
  kind,
  role: STEP_ROLES[kind],
  needs,
  when,
  input,
  because: because.slice(0, 300),
});
