// repairPolicyOf: what the repository says, what holds where it cannot be read, and which troubles are no answer.
import { type Capability, type GoalState, ReleasePolicy, RepairPolicy, RetryableError, TerminalError } from '@awo/contracts';
import { expect, test } from 'vitest';
import { repairPolicyOf } from './repair-policy.ts';
import type { StepContext } from './step.ts';

const HEAD = 'b'.repeat(40);
const freeze = [{ from: 'fri 16:00', to: 'mon 08:00', zone: 'UTC', reason: 'nobody is there to look' }];
const policy = ReleasePolicy.parse({ freeze, repair: { autonomy: 'act', perHour: 2 } });
const output = { repo: '/repo', head: HEAD, subject: 'as it runs', base: HEAD, environment: 'production', targets: [] };
const plan = { id: 'plan', kind: 'plan', role: 'planner', needs: [], when: 'passed', input: {}, because: 'x', status: 'passed', output } as const;
const goal = (...steps: GoalState['steps']): GoalState => ({
  id: 'g0000000000',
  spec: { kind: 'remediate', environment: 'production', service: 'cart', symptom: 'slow' },
  source: 'x',
  acceptedAt: '2026-01-01T00:00:00.000Z',
  planVersion: 1,
  steps,
});

const read = (answer: () => unknown, state = goal({ ...plan, needs: [] })) =>
  repairPolicyOf({
    state,
    call: (async (capability: Capability, args: unknown) => {
      expect(capability.input.parse(args)).toEqual({ repo: '/repo', sha: HEAD });
      return capability.output.parse(answer());
    }) as StepContext['call'],
  });
const model = () => ({ units: [], services: [], suites: [], environments: ['production'], policy, findings: [] });
const throws = (error: Error) => () => {
  throw error;
};
const careful = { policy: RepairPolicy.parse({}), freeze: [] };

test('it is what the repository said at the revision that runs', async () => {
  expect(await read(model)).toEqual({ policy: RepairPolicy.parse({ autonomy: 'act', perHour: 2 }), freeze });
});

test('a repository that was moved away does not keep its services from being repaired: the careful defaults hold', async () => {
  expect(await read(throws(new TerminalError('unknown-repository', 'gone')))).toEqual(careful);
  expect(await read(model, goal())).toEqual(careful);
});

test('who has lost the step, or gets no answer now, does not go on by the defaults', async () => {
  await expect(read(throws(new TerminalError('stale-fence', 'another one has it')))).rejects.toThrow('another one has it');
  await expect(read(throws(new RetryableError('tool-unavailable', 'silent')))).rejects.toThrow('silent');
});
