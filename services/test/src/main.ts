// Starts the test agent. The only reader of the process environment here.
import { runAgent } from '@awo/agent';
import { test } from './agent.ts';

await runAgent({ role: 'test', define: test }, { env: process.env });
