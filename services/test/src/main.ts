// Starts the test agent. The only reader of the process environment here.
import { runAgent } from '@awo/agent';
import { test } from './agent.ts';
import { openCrew } from './share/crew.ts';
import { joinIn } from './share/join.ts';

const crew = openCrew();
await runAgent({ role: 'test', define: (bus, instance) => test(bus, instance, crew) }, { env: process.env, beside: (runtime) => joinIn(crew, runtime) });
