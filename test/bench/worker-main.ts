// One worker process of the benchmark: the real agent runtime of one role, with steps that answer at once.
import { defineAgent, runAgent } from '@awo/agent';
import type { StepHandler } from '@awo/agent';
import { Role } from '@awo/contracts';
import type { Verdict } from '@awo/contracts';

type Facts = { last: boolean };

const relay: StepHandler<Facts, Verdict<'assess-impact'>> = {
  gather: async ({ step }) => ({ last: step.input['last'] === true }),
  decide: ({ last }) => ({ kind: 'assess-impact', because: 'no-unit-touched', choice: last ? 'the goal is over' : 'hand over' }),
  act: async (_context, _decision, { last }) => (last ? { kind: 'ended', outcome: 'done', because: 'five hand-overs' } : { kind: 'passed', output: {} }),
};

const role = Role.parse(process.env['AWO_USER']);
await runAgent(defineAgent(role, { relay }), { env: process.env, concurrency: 64 });
