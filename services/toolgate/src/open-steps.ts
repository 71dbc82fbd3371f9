// Is a step in somebody's hands? Asked of the goal's log, the only place that knows.
import type { Bus } from '@awo/bus';

/** Throws RetryableError `bus-unavailable` when the log cannot be read. */
export async function stepIsOpen(bus: Pick<Bus, 'lastCommit'>, goal: string, step: string): Promise<boolean> {
  const state = (await bus.lastCommit(goal))?.commit.state;
  return state?.ended === undefined && state?.steps.find((s) => s.id === step)?.status === 'dispatched';
}
