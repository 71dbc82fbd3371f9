// Submits goals by both ways in, and again with the same id until somebody said that the goal is accepted.
import { setTimeout as pause } from 'node:timers/promises';
import type { PlanStep } from '@awo/contracts';
import { goalIdFor } from '@awo/bus';
import type { Bus } from '@awo/bus';

export type Submitter = {
  /** Through `awo.goals.rollback` and the planner's intake. */
  ask: (environment: string) => Promise<string>;
  /** By a first commit of one's own. */
  open: (plan: (environment: string) => PlanStep[]) => Promise<string>;
  /** Goals of which somebody was told that they are accepted. */
  accepted: Set<string>;
  /** How often a submission had to be repeated. */
  repeated: () => number;
};

const PATIENCE_MS = 2000;

export function submitter(bus: Bus, run: string): Submitter {
  const accepted = new Set<string>();
  let count = 0;
  let repeated = 0;
  const until = async (attempt: () => Promise<string>): Promise<string> => {
    for (;;) {
      try {
        const goal = await attempt();
        accepted.add(goal);
        return goal;
      } catch {
        // No answer is no acceptance: the same id again, as every publisher is told to.
        repeated++;
        await pause(100);
      }
    }
  };
  return {
    accepted,
    repeated: () => repeated,
    ask: async (environment) => {
      const id = `${run}:${count++}`;
      return until(async () => {
        const reply = await bus.submit({ kind: 'rollback', environment }, { id, source: 'chaos', timeoutMs: PATIENCE_MS });
        if (!reply.accepted) throw new Error(`refused: ${reply.reason}`);
        return reply.goal;
      });
    },
    open: async (plan) => {
      const goal = goalIdFor(`${run}:${count++}`);
      const steps = plan(`own-${goal}`);
      return until(async () => {
        await bus.write({
          goal,
          by: { author: 'operator', instance: 'chaos' },
          head: undefined,
          now: () => new Date(),
          events: (state) => (state ? null : [{ type: 'goal.accepted', goal, spec: { kind: 'assess', revision: 'HEAD' }, source: 'chaos', plan: steps }]),
        });
        return goal;
      });
    },
  };
}
