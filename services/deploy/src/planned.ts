// Finds what earlier steps of the goal said.
import { type GoalState, Planned, type StepKind, TerminalError } from '@awo/contracts';

/** The output of the last passed step of a kind. */
export function outputOf(state: GoalState, kind: StepKind): Record<string, unknown> | undefined {
  return state.steps.findLast((s) => s.kind === kind && s.status === 'passed')?.output;
}

/** The goal in exact terms. Throws where no `plan` step has passed: the deploy agent has nothing to go by then. */
export function plannedOf(state: GoalState): Planned {
  const parsed = Planned.safeParse(outputOf(state, 'plan'));
  if (parsed.success) return parsed.data;
  throw new TerminalError('bad-message', `Goal ${state.id} has no readable output of its plan step: ${parsed.error.issues[0]?.message ?? 'missing'}.`);
}
