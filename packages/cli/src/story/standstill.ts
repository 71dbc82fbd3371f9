// Why a goal that is not over does not move: nobody asks for its work, a timer that did not ring, work that got lost. Pure.
import type { GoalState, StepState } from '@awo/contracts';
import { age } from '../output/quantities.ts';

/** What the bus says about the work of a role: not yet handed out, handed out and unanswered, and how many ask for more. */
export type Pickup = { pending: number; unanswered: number; asking: number };

export type Standstill = {
  step: string | null;
  role: string | null;
  /** When the step was handed over, or the goal moved last. */
  since: string;
  because: string;
};

/** A worker that was just started or is just being replaced is no standstill. */
const HAND_OVER_MS = 15_000;
/** A timer that is later than this was lost, or nobody is there to hear it. */
const LATE_MS = 60_000;

/** `pickups` by role; a role without one has no consumer. `movedAt` is the time of the last commit. */
export function standstillOf(state: GoalState, movedAt: string, pickups: ReadonlyMap<string, Pickup>, now: number): Standstill | null {
  if (state.ended) return null;
  const inHand = state.steps.filter((s) => s.status === 'dispatched');
  const quietMs = now - Date.parse(movedAt);
  if (inHand.length === 0 && state.held) return { step: null, role: null, since: state.held.at, because: `${state.held.who} holds it: ${state.held.because}` };
  if (inHand.length === 0 && quietMs > HAND_OVER_MS) return { step: null, role: null, since: movedAt, because: 'nothing is under way' };
  for (const step of inHand) {
    const because = step.wait
      ? lateTimer(step.wait.until, now)
      : notTaken(step, pickups.get(step.role), Math.min(quietMs, now - Date.parse(step.startedAt ?? movedAt)));
    if (because) return { step: step.id, role: step.role, since: step.wait?.until ?? step.startedAt ?? movedAt, because };
  }
  return null;
}

function lateTimer(until: string, now: number): string | null {
  return now - Date.parse(until) > LATE_MS ? 'its timer has not rung' : null;
}

function notTaken({ role }: StepState, pickup: Pickup | undefined, quietMs: number): string | null {
  if (quietMs < HAND_OVER_MS) return null;
  if (!pickup) return `the consumer of ${role} is missing on the bus`;
  if (pickup.asking === 0)
    return pickup.unanswered === 0
      ? `no ${role} agent asks for work`
      : `no ${role} agent asks for more work: ${pickup.unanswered} in hand, or left by one that died`;
  return pickup.pending === 0 && pickup.unanswered === 0 ? 'it was handed over, and no message of it is left' : null;
}

export const standstillWords = ({ step, since, because }: Standstill, now: number): string =>
  `${step ?? 'the goal'} stands still for ${age(since, now)}: ${because}`;
