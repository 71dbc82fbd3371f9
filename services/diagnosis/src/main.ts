// Starts the diagnosis agent.
import { runAgent } from '@awo/agent';
import { diagnosis } from './agent.ts';

await runAgent(diagnosis(process.env), { env: process.env });
