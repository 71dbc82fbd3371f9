// Is a step in somebody's hands? Asked of the goal's log, the only place that knows.
import type { Bus } from '@awo/bus';

/**
 * Read from the log's leader: a copy that lags shows a step that is over as open, or one that was just begun as not there.
 * `atLeast` is what the asker has read. Throws RetryableError `bus-unavailable` when the log cannot be read that far.
 */
export async function stepIsOpen(bus: Pick<Bus, 'currentCommit'>, goal: string, step: string, atLeast: number): Promise<boolean> {
  const state = (await bus.currentCommit(goal, atLeast))?.commit.state;
  return state?.ended === undefined && state?.steps.find((s) => s.id === step)?.status === 'dispatched';
}
