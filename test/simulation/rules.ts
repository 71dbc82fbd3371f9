// Which event may follow from which state. Pure.
import type { Event, GoalState } from '@awo/contracts';
import { fold } from '@awo/goal';

/** The state after `events`; or the first of them that does not follow from the state before it, and why. */
export function foldByRules(
  before: GoalState | null,
  events: readonly Event[],
  at: string,
): { state: GoalState; broken: null } | { state: null; broken: string } {
  let state = before;
  for (const event of events) {
    const broken = brokenRule(state, event);
    if (broken !== null) return { state: null, broken };
    state = fold(state, event, at);
  }
  return state ? { state, broken: null } : { state: null, broken: 'a commit without events' };
}

function brokenRule(state: GoalState | null, event: Event): string | null {
  if (state?.ended) return `${event.type} after the goal has ended`;
  if (event.type === 'goal.accepted' ? state : !state) return `${event.type} out of place`;
  const step = 'step' in event ? state?.steps.find((s) => s.id === event.step) : undefined;
  if (event.type === 'step.dispatched' && step?.status !== 'waiting') return `${event.step} was handed over while ${step?.status}`;
  if ((event.type === 'step.passed' || event.type === 'step.failed' || event.type === 'step.waited') && step?.status !== 'dispatched')
    return `${event.type} of a step that is ${step?.status}`;
  const looks = event.type === 'step.waited' ? event.memo.looks : event.type === 'step.passed' ? event.output.looks : undefined;
  if (looks !== undefined && looks !== (step?.wait?.looks ?? 0))
    return `${event.type} of ${step?.id} is the outcome of look ${String(looks)}, not of ${step?.wait?.looks ?? 0}`;
  if (event.type === 'human.acted' && state?.halted) return 'halted twice';
  if (event.type === 'plan.changed' && event.version !== (state?.planVersion ?? 0) + 1) return `plan version ${event.version} after ${state?.planVersion}`;
  return null;
}
