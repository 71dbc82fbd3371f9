// Which of the open goals nothing will move any more, or have been silent for too long. Pure.
import type { OpenGoal } from './census.ts';

export const GOAL_STATES = ['running', 'waiting', 'newer-version'] as const;
export const STUCK_REASONS = ['nothing-under-way', 'timer-overdue', 'silent'] as const;
type StuckReason = (typeof STUCK_REASONS)[number];

export type Patience = {
  /** A hand-over of several commits, or a restart, may leave a goal without a step in hand for so long. */
  handOverMs: number;
  /** A timer that has not been answered by then is lost or nobody is there to hear it. */
  timerMs: number;
  /** A step in hand without a commit for so long: longer than any retry, and than the tests of most. */
  silenceMs: number;
};
export const PATIENCE: Patience = { handOverMs: 30_000, timerMs: 120_000, silenceMs: 30 * 60_000 };
/** A timer is late after this; the bus itself fires within a second. */
const LATE_MS = 5000;

export type Situation = {
  states: Record<(typeof GOAL_STATES)[number], number>;
  stuck: Record<StuckReason, number>;
  timersLate: number;
  /** Of the goal in hand that has been silent longest. */
  oldestSilenceMs: number;
};

export function judge(open: Iterable<OpenGoal>, nowMs: number, patience: Patience): Situation {
  const situation: Situation = {
    states: { running: 0, waiting: 0, 'newer-version': 0 },
    stuck: { 'nothing-under-way': 0, 'timer-overdue': 0, silent: 0 },
    timersLate: 0,
    oldestSilenceMs: 0,
  };
  for (const goal of open) {
    situation.states[goal.newer ? 'newer-version' : goal.active === 0 && goal.ringsAtMs !== null ? 'waiting' : 'running'] += 1;
    const silence = nowMs - goal.movedAtMs;
    const overdue = goal.ringsAtMs === null ? 0 : nowMs - goal.ringsAtMs;
    if (overdue > LATE_MS) situation.timersLate += 1;
    if (goal.active > 0) situation.oldestSilenceMs = Math.max(situation.oldestSilenceMs, silence);
    const reason = stuckBecause(goal, silence, overdue, patience);
    if (reason) situation.stuck[reason] += 1;
  }
  return situation;
}

function stuckBecause(goal: OpenGoal, silence: number, overdue: number, patience: Patience): StuckReason | null {
  if (goal.ringsAtMs === null && goal.active === 0) return silence > patience.handOverMs ? 'nothing-under-way' : null;
  if (overdue > patience.timerMs) return 'timer-overdue';
  return goal.active > 0 && silence > patience.silenceMs ? 'silent' : null;
}
