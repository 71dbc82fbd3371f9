// The planner of the flood: its real intake with the real waiting room; the plan is five relay steps, whatever the goal says.
import { defineAgent, runAgent } from '@awo/agent';
import type { StepHandler } from '@awo/agent';
import type { Verdict } from '@awo/contracts';
import { planDiff } from '@awo/goal';
import { takeGoalsIn } from '../../services/planner/src/intake.ts';
import { roomLimits } from '../../services/planner/src/waiting-room.ts';
import { BENCH_ROLES, planOf } from './goals.ts';

const plan: StepHandler<Record<string, never>, Verdict<'plan'>> = {
  gather: async () => ({}),
  decide: () => ({ kind: 'plan', because: 'goal-understood', choice: 'five hand-overs' }),
  act: async () => {
    const steps = planOf(BENCH_ROLES.length, ['plan']);
    return { kind: 'passed', output: {}, plan: { add: steps, remove: [], changes: planDiff([], steps) } };
  },
};

const limits = roomLimits(process.env);
await runAgent(defineAgent('planner', { plan }), { env: process.env, beside: (runtime) => takeGoalsIn(runtime, limits), concurrency: 64 });
