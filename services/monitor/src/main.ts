// Starts the monitor agent.
import { runAgent } from '@awo/agent';
import { monitor } from './agent.ts';
import { keepVigil } from './vigil/vigil.ts';

await runAgent(monitor, { env: process.env, beside: keepVigil });
