// Composition root of the planner.
import { runAgent } from '@awo/agent';
import { planner } from './agent.ts';
import { takeGoalsIn } from './intake.ts';
import { roomLimits } from './waiting-room.ts';

const limits = roomLimits(process.env);
await runAgent({ role: 'planner', define: planner }, { env: process.env, beside: (runtime) => takeGoalsIn(runtime, limits) });
