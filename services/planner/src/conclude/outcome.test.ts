// outcomeOf: what a release came to is read from its own steps, and nothing of it is made up where a step left nothing.
import { ReleaseOutcome } from '@awo/contracts';
import type { GoalState, StepState } from '@awo/contracts';
import { expect, test } from 'vitest';
import { release } from '../plan/testing.fixture.ts';
import type { ConcludeDecision } from './conclude.ts';
import { outcomeOf } from './outcome.ts';

const [BASE, HEAD] = ['a'.repeat(40), 'b'.repeat(40)];
const change = { service: 'cart', base: BASE, head: HEAD };
const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 12, 0, second)).toISOString();
const step = (kind: StepState['kind'], more: Partial<StepState>): StepState => ({
  id: kind,
  kind,
  role: 'planner',
  needs: [],
  when: 'passed',
  because: 'x',
  status: 'passed',
  input: { environment: 'production', change },
  startedAt: at(0),
  settledAt: at(1),
  ...more,
});
const planned = step('plan', { output: { repo: '/r', head: HEAD, subject: 's', base: BASE, environment: 'production', targets: [change] } });
const watched = (errors: number, more: object = {}, state: Partial<StepState> = {}): StepState =>
  step('watch-rollout', {
    ...state,
    output: {
      because: 'no-worse',
      weight: 10,
      concurrent: true,
      elapsedMs: 10_000,
      past: { requests: 500, errors: 1, p95Ms: 3 },
      comparison: {
        old: { requests: 900, errors: 0, p95Ms: 3 },
        new: { requests: 100, errors, p95Ms: 3, customersWithErrors: errors, restarts: 0, memoryBytes: null },
      },
      ...more,
    },
  });
const goal = (...steps: StepState[]): GoalState => ({
  id: 'g0000000000',
  spec: release(),
  source: 'cli',
  acceptedAt: at(0),
  planVersion: 2,
  steps: [planned, ...steps],
});
const decision = (outcome: ConcludeDecision['outcome']): ConcludeDecision => ({ kind: 'conclude', because: 'reached', outcome, choice: 'so it ended' });
const outcome = (state: GoalState, ended: ConcludeDecision['outcome']) => ReleaseOutcome.parse(outcomeOf(state, decision(ended), at(60)));

test('a release that was undone names the first harm, its end, and the requests of both sides', () => {
  const bad = watched(8, { because: 'error-rate-worse', firstErrorAt: at(5) }, { status: 'failed', settledAt: at(12) });
  const { services } = outcome(goal(step('shift-traffic', {}), bad, step('undo', { settledAt: at(14) })), 'rolled-back');
  expect(services).toMatchObject([
    { service: 'cart', end: 'undone', verdict: 'error-rate-worse', harmAt: at(5), undoneAt: at(14), promotedAt: null, rps: 100 },
  ]);
  expect(services[0]).toMatchObject({
    fresh: { requests: 100, errors: 8 },
    beside: { requests: 900, errors: 0 },
    before: { requests: 500 },
    customersWithErrors: 8,
  });
});

test('a release that went wrong past its point of no return was held, not left untouched', () => {
  const bad = watched(8, { because: 'error-rate-worse', firstErrorAt: at(5) }, { status: 'failed', settledAt: at(12) });
  const undo = step('undo', { status: 'failed', code: 'roll-back-frozen' });
  expect(outcome(goal(step('start-revision', {}), bad, undo), 'needs-human').services).toMatchObject([{ end: 'held', harmAt: at(5), undoneAt: null }]);
});

test('watches of one service add up, and lack of evidence is no harm', () => {
  const steps = [
    step('shift-traffic', {}),
    watched(0),
    watched(1, { weight: 50 }, { id: 'watch-2', settledAt: at(30) }),
    step('promote', { settledAt: at(40) }),
  ];
  expect(outcome(goal(...steps), 'done').services).toMatchObject([{ end: 'promoted', promotedAt: at(40), fresh: { requests: 200, errors: 1 }, weight: 50 }]);
  const late = watched(0, { because: 'deadline-without-evidence' }, { status: 'failed' });
  expect(outcome(goal(late, step('start-revision', {}), step('undo', {})), 'rolled-back').services).toMatchObject([{ end: 'undone', harmAt: null }]);
});

test('what failed on copies alone failed no customer', () => {
  const bad = watched(80, { weight: 0, because: 'error-rate-worse' }, { status: 'failed', settledAt: at(12) });
  const { services } = outcome(goal(step('shift-traffic', {}), bad, step('undo', { settledAt: at(14) })), 'rolled-back');
  expect(services).toMatchObject([{ end: 'undone', verdict: 'error-rate-worse', weight: 0, fresh: { requests: 0, errors: 0 }, beside: { requests: 900 } }]);
});

test('a service that was never started is untouched, and a goal that changes no environment has no outcome', () => {
  expect(outcome(goal(), 'stopped').services).toMatchObject([{ end: 'untouched', verdict: null, rps: null, strategy: null }]);
  expect(outcomeOf({ ...goal(), spec: { kind: 'assess', revision: 'HEAD' } }, decision('done'), at(1))).toBeNull();
  expect(outcomeOf({ ...goal(), steps: [] }, decision('refused'), at(1))).toBeNull();
});
