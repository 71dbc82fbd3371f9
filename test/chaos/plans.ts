// The goals of the experiments: steps side by side, waits by timers, effects through the tool gate, an undo, a conclusion. Pure.
import type { PlanStep, Role, StepKind } from '@awo/contracts';
import { z } from 'zod';
import type { Random } from './random.ts';

/** What a step of an experiment does; stands in its input. */
export const Work = z.object({
  do: z.enum(['nothing', 'wait', 'effects', 'foreign', 'volatile', 'refuse', 'die']),
  environment: z.string().default('none'),
  times: z.number().default(0),
  ms: z.number().default(0),
});
export type Work = z.infer<typeof Work>;

function step(id: string, role: Role, needs: string[], work: z.input<typeof Work>, when: PlanStep['when'] = 'passed', kind: StepKind = 'relay'): PlanStep {
  return { id, kind, role, needs, when, input: Work.parse(work), because: 'the experiment wants it' };
}

/** The real planner says how it ended. */
const conclude: PlanStep = {
  id: 'conclude',
  kind: 'conclude',
  role: 'planner',
  needs: ['*'],
  when: 'always',
  input: {},
  because: 'somebody has to say how it ended',
};

/** One step, three side by side, one that joins them, and the way back where one of them failed. Every fifth asks somebody else's tool. */
export function forkedPlan(environment: string, random: Random, foreignToo = true): PlanStep[] {
  const wait = { do: 'wait', times: random.between(1, 3), ms: random.between(50, 600) } as const;
  const foreign = random.next() < 0.2 && foreignToo;
  return [
    step('prepare', 'impact', [], { do: 'nothing' }),
    step('left', 'deploy', ['prepare'], { do: 'effects', environment }),
    step('right', 'deploy', ['prepare'], { do: 'effects', environment }),
    step('watch', 'monitor', ['prepare'], foreign ? { do: 'foreign' } : wait),
    step('join', 'test', ['left', 'right', 'watch'], random.next() < 0.5 ? { do: 'nothing' } : wait),
    step('undo', 'deploy', ['left', 'right', 'watch', 'join'], { do: 'effects', environment }, 'failed', 'undo'),
    conclude,
  ];
}

/** Three effects in a row and one beside them: as much as possible can be caught in the act. */
export function effectPlan(environment: string, foreign: boolean): PlanStep[] {
  return [
    step('one', 'deploy', [], { do: 'effects', environment }),
    step('two', 'deploy', ['one'], { do: 'effects', environment }),
    step('beside', 'monitor', [], foreign ? { do: 'foreign' } : { do: 'nothing' }),
    conclude,
  ];
}

/** Two steps whose actions nobody else would choose, and something after them, so that the goal moves on. */
export function volatilePlan(environment: string, ms: number): PlanStep[] {
  return [
    step('first', 'deploy', [], { do: 'volatile', environment, ms }),
    step('between', 'impact', ['first'], { do: 'nothing' }),
    step('second', 'deploy', ['between'], { do: 'volatile', environment, ms }),
    conclude,
  ];
}

/** A step that waits, or one that never comes to an end by itself, and the conclusion. */
export function oneStepPlan(role: Role, work: z.input<typeof Work>): PlanStep[] {
  return [step('only', role, [], work), conclude];
}
