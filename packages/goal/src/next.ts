// next: which steps are ready to be handed over. Pure.
import type { GoalState, StepState } from '@awo/contracts';

const SETTLED = new Set<StepState['status']>(['passed', 'failed', 'skipped', 'cancelled']);

/** Steps that wait and whose needs are settled as their condition wants, in the order of the plan. */
export function next(state: GoalState): StepState[] {
  if (state.ended) return [];
  const status = new Map(state.steps.map((s) => [s.id, s.status]));
  const others = (step: StepState) => state.steps.filter((s) => s.id !== step.id && !s.needs.includes('*')).map((s) => s.id);
  return state.steps.filter((step) => {
    if (step.status !== 'waiting' || (state.held && !goesOnWhileHeld(step))) return false;
    const needs = step.needs.includes('*') ? others(step) : step.needs;
    return needs.every((id) => SETTLED.has(status.get(id) ?? 'passed'));
  });
}

/** Customers stay watched, and what harms them is taken back: a pause is no blindfold. */
const goesOnWhileHeld = (step: StepState): boolean => step.when !== 'passed' || step.kind === 'watch-rollout';

/** Steps in somebody's hands: dispatched and not settled. */
export function inFlight(state: GoalState): StepState[] {
  return state.steps.filter((s) => s.status === 'dispatched');
}
