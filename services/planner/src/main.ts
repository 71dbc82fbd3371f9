// Composition root of the planner.
import { runAgent } from '@awo/agent';
import { planner } from './agent.ts';
import { takeGoalsIn } from './intake.ts';
import { takeSignalsIn } from './signals/take-signals-in.ts';
import { roomLimits } from './waiting-room.ts';

const limits = roomLimits(process.env);
await runAgent(
  { role: 'planner', define: planner },
  { env: process.env, beside: async (runtime) => void (await Promise.all([takeGoalsIn(runtime, limits), takeSignalsIn(runtime)])) },
);
