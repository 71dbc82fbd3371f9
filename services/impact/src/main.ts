// Starts the impact agent.
import { runAgent } from '@awo/agent';
import { impact } from './agent.ts';

await runAgent(impact, { env: process.env });
