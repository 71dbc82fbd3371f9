// What the monitor reads from a goal's earlier steps. Pure.
import { Planned, TerminalError, type GoalState } from '@awo/contracts';

/** The goal in exact terms, from the step `plan`. */
export function plannedOf(state: GoalState): Planned {
  const output = state.steps.find((s) => s.kind === 'plan')?.output;
  const planned = Planned.safeParse(output);
  if (!planned.success)
    throw new TerminalError('internal', `Goal ${state.id} has no step "plan" with a valid output, so that repository and policy are not known.`);
  return planned.data;
}
