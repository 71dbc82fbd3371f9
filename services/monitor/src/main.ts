// Starts the monitor agent.
import { runAgent } from '@awo/agent';
import { monitor } from './agent.ts';

await runAgent(monitor, { env: process.env });
