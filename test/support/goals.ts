// What flow tests ask about a goal: how it ended, what it went through, whether its log is whole.
import type { Bus, LogHead } from '@awo/bus';
import type { Event, GoalState } from '@awo/contracts';
import { verifyChain } from '@awo/goal';
import { waitFor } from '@awo/testing';

const END_WITHIN_MS = 90_000;

/** The last state of a goal, once it has ended. */
export async function ended(bus: Bus, goal: string, timeoutMs = END_WITHIN_MS): Promise<GoalState & { ended: NonNullable<GoalState['ended']> }> {
  return reached(bus, goal, 'its end', (state) => state.ended !== undefined, timeoutMs) as Promise<GoalState & { ended: NonNullable<GoalState['ended']> }>;
}

/** The first state seen of which `is` is true. */
export async function reached(bus: Bus, goal: string, what: string, is: (state: GoalState) => boolean, timeoutMs = END_WITHIN_MS): Promise<GoalState> {
  let last: GoalState | undefined;
  try {
    return await waitFor(
      async () => {
        last = (await bus.lastCommit(goal))?.commit.state;
        return last && is(last) ? last : null;
      },
      { what, timeoutMs, everyMs: 50 },
    );
  } catch {
    const steps = last?.steps.map((s) => `${s.id} ${s.status}${s.wait ? ` (${s.wait.because})` : ''}${s.message ? `: ${s.message}` : ''}`);
    throw new Error(
      `${goal} did not come to ${what} within ${timeoutMs} ms: ${steps?.join(', ') ?? 'no such goal'}; ended: ${JSON.stringify(last?.ended ?? null)}`,
    );
  }
}

export async function commitsOf(bus: Bus, goal: string): Promise<(LogHead & { bytes: Uint8Array })[]> {
  const commits = [];
  for await (const commit of bus.history(goal)) commits.push(commit);
  return commits;
}

export const eventsOf = async (bus: Bus, goal: string): Promise<Event[]> => (await commitsOf(bus, goal)).flatMap((c) => c.commit.events);

/** What `awo log --verify` would say. */
export const chainOf = async (bus: Bus, goal: string) => verifyChain((await commitsOf(bus, goal)).map(({ seq, bytes, subject }) => ({ seq, bytes, subject })));

/** Reasons of the decisions in the order they were made: `plan/goal-understood`. */
export const decisionsOf = async (bus: Bus, goal: string): Promise<string[]> =>
  (await eventsOf(bus, goal)).flatMap((e) => (e.type === 'decision.made' ? [`${e.decision.kind}/${e.decision.because}`] : []));

export const stepOf = (state: GoalState, id: string) => state.steps.find((s) => s.id === id);
