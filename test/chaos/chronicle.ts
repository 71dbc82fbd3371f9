// What the log says while it is written: who has ended, and how long after a fault the work went on.
import type { LogHead } from '@awo/bus';
import type { Bus } from '@awo/bus';

export type Chronicle = {
  /** Last commit of every goal seen. */
  heads: Map<string, LogHead>;
  ended: () => number;
  /** Counts the time from now until `by` (a role, a goal, or anybody) commits again. A fault on top of one that still waits does not start anew. */
  faultAt: (by: string, victim: string) => void;
  recoveries: { victim: string; by: string; ms: number }[];
  stop: () => Promise<void>;
};

export const ANYBODY = '*';

export function keepChronicle(bus: Bus): Chronicle {
  const heads = new Map<string, LogHead>();
  const waiting = new Map<string, { victim: string; at: number }>();
  const recoveries: Chronicle['recoveries'] = [];
  const stopping = new AbortController();
  let ended = 0;
  const settle = (by: string) => {
    const fault = waiting.get(by);
    if (!fault) return;
    recoveries.push({ victim: fault.victim, by, ms: performance.now() - fault.at });
    waiting.delete(by);
  };
  const watch = async () => {
    for await (const head of bus.follow({ signal: stopping.signal })) {
      const { goal, by, state } = head.commit;
      if (state.ended && !heads.get(goal)?.commit.state.ended) ended++;
      heads.set(goal, head);
      settle(ANYBODY);
      settle(by.author);
      settle(goal);
    }
  };
  const watching = watch();
  return {
    heads,
    ended: () => ended,
    faultAt: (by, victim) => void (waiting.has(by) || waiting.set(by, { victim, at: performance.now() })),
    recoveries,
    stop: async () => {
      stopping.abort();
      await watching;
    },
  };
}
