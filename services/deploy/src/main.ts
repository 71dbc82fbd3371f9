// Starts the deploy agent.
import { runAgent } from '@awo/agent';
import { deploy } from './agent.ts';

await runAgent({ role: 'deploy', define: (bus) => deploy((environment) => bus.outcomes(environment)) }, { env: process.env });
