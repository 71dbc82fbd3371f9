// The steps that a choice puts into the plan.
import { describe, expect, test } from 'vitest';
import { PlanStep, STEP_INPUTS } from '@awo/contracts';
import { changeOf } from '../testing/environment.ts';
import { StrategyFacts, chooseForService } from '@awo/strategy';
import type { ServiceFacts } from '@awo/strategy';
import { rolloutSteps } from './rollout-steps.ts';
import { stepIds } from './step-ids.ts';

const serviceFacts = (service: string, more: Partial<ServiceFacts> = {}): ServiceFacts =>
  ({
    change: changeOf(service),
    sideBySide: true,
    baseRuns: true,
    dependsOn: [],
    traffic: { service, rps: 80, errorRatio: 0 },
    ...more,
  }) as ServiceFacts;

function stepsFor(services: ServiceFacts[], more: Partial<StrategyFacts> = {}): PlanStep[] {
  const facts = StrategyFacts.parse({
    environment: 'production',
    wish: 'auto',
    impact: { kind: 'code', risk: 'medium', riskBecause: 'code', services: services.map((s) => s.change.service) },
    policy: { errorBudgetRatio: 0.001, watchDeadlineMs: 300_000, minRequests: 100, alpha: 0.01 },
    gates: [],
    services,
    ...more,
  });
  return rolloutSteps({
    environment: 'production',
    after: 'choose',
    choices: facts.services.map((s) => chooseForService(s, facts)),
    gates: facts.gates,
    dependsOn: Object.fromEntries(services.map((s) => [s.change.service, s.dependsOn])),
    taken: ['plan', 'choose'],
  });
}
const ids = (steps: PlanStep[]): string[] => steps.map((s) => s.id);

describe('the order of steps', () => {
  test('copies of requests come before the first customer, and are watched beside the old one', () => {
    const steps = stepsFor([serviceFacts('cart', { readOnly: true, copies: true })]);
    expect(ids(steps).slice(0, 5)).toEqual(['start-cart', 'shift-cart-copies', 'watch-cart-copies', 'shift-cart-10', 'watch-cart-10']);
    expect(STEP_INPUTS['shift-traffic'].parse(steps[1]?.input)).toMatchObject({ weight: 0, copies: true });
    expect(STEP_INPUTS['watch-rollout'].parse(steps[2]?.input)).toMatchObject({ weight: 0, concurrent: true });
  });

  test('a watch knows the weight of the step before, to which traffic goes down on suspicion: the first one has none, copies are none', () => {
    const lowerTo = (more: Partial<ServiceFacts>) =>
      stepsFor([serviceFacts('cart', more)]).flatMap((s) => (s.kind === 'watch-rollout' ? [STEP_INPUTS['watch-rollout'].parse(s.input).lowerTo] : []));
    expect(lowerTo({})).toEqual([undefined, 10]);
    expect(lowerTo({ readOnly: true, copies: true })).toEqual([undefined, undefined, 10]);
    expect(lowerTo({ sideBySide: false })).toEqual([undefined]);
  });

  test('a canary begins with its control, and everything that is switched at once without: nothing would be compared with it', () => {
    const policy = { errorBudgetRatio: 0.001, watchDeadlineMs: 300_000, minRequests: 100, alpha: 0.01, freeze: [], holdDeadlineMs: 300_000, control: true };
    const control = (more: Partial<StrategyFacts>) => STEP_INPUTS['start-revision'].parse(stepsFor([serviceFacts('cart')], more)[0]?.input).control;
    expect(control({ policy })).toBe(true);
    expect(control({ policy, wish: 'blue-green' })).toBeUndefined();
    expect(control({ policy: { ...policy, control: false } })).toBeUndefined();
  });

  test('a canary asks its gates after the last watch, right before promotion', () => {
    expect(ids(stepsFor([serviceFacts('cart')], { gates: ['smoke'] }))).toEqual([
      'start-cart',
      'shift-cart-10',
      'watch-cart-10',
      'shift-cart-50',
      'watch-cart-50',
      'gate-cart-smoke',
      'promote-cart',
      'undo',
      'diagnose',
    ]);
  });

  test('what is switched at once asks its gates before any customer meets it', () => {
    const steps = stepsFor([serviceFacts('cart', { baseRuns: false, change: changeOf('cart', null) })], { gates: ['smoke'] });
    expect(ids(steps)).toEqual(['start-cart', 'gate-cart-smoke', 'shift-cart-100', 'watch-cart-100', 'promote-cart', 'undo', 'diagnose']);
  });

  test('a called service goes before its caller, whatever order the goal has', () => {
    const steps = stepsFor([serviceFacts('web', { dependsOn: ['cart'] }), serviceFacts('cart')]);
    expect(ids(steps).filter((id) => id.startsWith('promote'))).toEqual(['promote-cart', 'promote-web']);
  });

  test('services that call each other keep the order of the goal, as a circle has no first', () => {
    const steps = stepsFor([serviceFacts('a', { dependsOn: ['b'] }), serviceFacts('b', { dependsOn: ['a'] })]);
    expect(ids(steps).filter((id) => id.startsWith('promote'))).toEqual(['promote-b', 'promote-a']);
  });

  test('each step waits for the one before, and undo for all of them, in reverse order of services', () => {
    const steps = stepsFor([serviceFacts('cart'), serviceFacts('web')]);
    const rollout = steps.slice(0, -2);
    expect(rollout.map((s) => s.needs)).toEqual([['choose'], ...rollout.slice(0, -1).map((s) => [s.id])]);
    const undo = steps.find((s) => s.kind === 'undo');
    expect(undo).toMatchObject({ when: 'failed', needs: ids(rollout) });
    expect(STEP_INPUTS.undo.parse(undo?.input).changes.map((c) => c.service)).toEqual(['web', 'cart']);
    expect(steps.find((s) => s.kind === 'diagnose')).toMatchObject({ when: 'failed', needs: expect.arrayContaining(['undo', 'watch-cart-10']) });
  });
});

test('every step fits the contract and its own input', () => {
  for (const step of stepsFor([serviceFacts('cart'), serviceFacts('web')], { gates: ['smoke'] })) {
    expect(PlanStep.safeParse(step).success, step.id).toBe(true);
    expect(STEP_INPUTS[step.kind as keyof typeof STEP_INPUTS].safeParse(step.input).success, step.id).toBe(true);
  }
});

test('too many services for one plan are refused with the way out, as undo could not need them all', () => {
  const many = Array.from({ length: 12 }, (_, n) => serviceFacts(`s${n}`));
  expect(() => stepsFor(many)).toThrow(/one goal has room for 58/);
});

describe('step ids', () => {
  test('stay within 64 characters for the longest names', () => {
    const long = 'x'.repeat(63);
    const id = stepIds([]);
    const made = [id('start', long), id('shift', long, '5'), id('shift', long, '25')];
    expect(made.every((m) => m.length <= 64)).toBe(true);
    expect(new Set(made).size).toBe(3);
  });

  test('of a gate and of a service that spell the same are told apart', () => {
    const id = stepIds([]);
    expect(id('gate', 'cart', 'x-y')).not.toBe(id('gate', 'cart-x', 'y'));
  });

  test('are the same again for the same plan, as a killed agent makes them once more', () => {
    expect(stepIds(['undo'])('undo')).toBe(stepIds(['undo'])('undo'));
  });
});
