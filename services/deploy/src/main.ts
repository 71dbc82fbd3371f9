// Starts the deploy agent.
import { runAgent } from '@awo/agent';
import { deploy } from './agent.ts';

await runAgent(deploy, { env: process.env });
