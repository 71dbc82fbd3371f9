// A roll-back by a repair stands in HISTORY as one by a person does: the next choice of a strategy and `awo stats` rest on it.
import type { StepContext } from '@awo/agent';
import type { Bus } from '@awo/bus';
import { type GoalState, ReleaseOutcome, STEP_ROLES, type StepState } from '@awo/contracts';
import { startTestNats, type TestNats } from '@awo/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { conclude, type ConcludeDecision } from '../conclude/conclude.ts';
import { sha } from '../plan/testing.fixture.ts';
import { rolledBackBy } from './roll-back-outcome.ts';

let nats: TestNats;
let bus: Bus;
beforeAll(async () => {
  nats = await startTestNats();
  bus = await nats.as('planner');
});
afterAll(() => nats.stop());

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 12, 0, second)).toISOString();
const repair = (kind: 'roll-back' | 'restart', act: object) => ({
  kind,
  service: 'cart',
  revision: sha('2'),
  act,
  undo: null,
  because: 'a bad release',
  cause: 'application-error',
  entity: 'cart',
  confidence: 0.9,
});
const back = repair('roll-back', { do: 'run', revision: sha('1') });
const ended: ConcludeDecision = { kind: 'conclude', because: 'repaired', outcome: 'done', choice: 'roll-back cart: as before' };

function repaired(by: object, verified: StepState['status'] = 'passed'): GoalState {
  const step = (id: string, kind: StepState['kind'], more: Partial<StepState>): StepState => ({
    id,
    kind,
    role: STEP_ROLES[kind],
    needs: [],
    when: 'passed',
    because: 'x',
    status: 'passed',
    input: { environment: 'production', repair: by },
    settledAt: at(20),
    ...more,
  });
  const planned = { repo: '/repo', head: sha('2'), subject: 'as it runs', base: sha('2'), environment: 'production', targets: [] };
  const steps = [
    step('plan', 'plan', { output: planned }),
    step('observe-incident', 'observe-incident', { output: { confirmed: true, since: Date.parse(at(3)) } }),
    step('apply-repair-1', 'apply-repair', {}),
    step('verify-repair-1', 'verify-repair', { status: verified, needs: ['apply-repair-1'], settledAt: at(26) }),
  ];
  const spec = { kind: 'remediate' as const, environment: 'production', service: 'cart', symptom: 'errors' };
  return { id: 'g0000000000', spec, source: 'signal', acceptedAt: at(5), planVersion: 2, steps };
}

test('it names what was left, what is back, and how long the harm lasted', () => {
  const outcome = ReleaseOutcome.parse(rolledBackBy(repaired(back), ended, at(30)));
  expect(outcome).toMatchObject({ kind: 'rollback', environment: 'production', repo: '/repo', head: sha('1'), endedAt: at(30) });
  expect(outcome.services).toMatchObject([
    { service: 'cart', base: sha('2'), head: sha('1'), end: 'promoted', harmAt: null, relief: { harmAt: at(3), at: at(20) } },
  ]);
});

test('a roll-back that was taken back, and a repair of another kind, are none', () => {
  expect(rolledBackBy(repaired(back, 'failed'), ended, at(30))).toBeNull();
  expect(rolledBackBy(repaired(repair('restart', { do: 'restart', launch: 'x' })), ended, at(30))).toBeNull();
});

test('it is written once, also where the end of the incident is carried out twice', async () => {
  const state = repaired(back);
  const context = {
    goal: state.id,
    state,
    now: () => new Date(at(30)),
    putEvidence: () => Promise.resolve(`sha256:${'0'.repeat(64)}`),
  } as unknown as StepContext;
  const handler = conclude(bus);
  for (let i = 0; i < 2; i++) await handler.act(context, ended, await handler.gather(context));
  expect(await bus.outcomes('production')).toMatchObject([{ goal: state.id, kind: 'rollback', services: [{ service: 'cart', base: sha('2') }] }]);
});
