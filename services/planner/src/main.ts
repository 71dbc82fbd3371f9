// Composition root of the planner.
import { runAgent } from '@awo/agent';
import { planner } from './agent.ts';
import { takeGoalsIn } from './intake.ts';

await runAgent({ role: 'planner', define: planner }, { env: process.env, beside: takeGoalsIn });
