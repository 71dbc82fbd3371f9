// A row per reason, and what holds for all numbers.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DECISIONS } from '@awo/contracts';
import { NEW, OLD, cart, steady, usual, withCart, withPolicy } from './facts.fixture.ts';
import { decideStrategy } from './decide.ts';
import type { ServiceFacts, StrategyFacts } from './facts.ts';

const impact = (more: Partial<NonNullable<StrategyFacts['impact']>>): StrategyFacts['impact'] => ({
  kind: 'code',
  risk: 'medium',
  riskBecause: 'x',
  services: ['cart'],
  ...more,
});
const FROZEN = [{ from: 'wed 11:00', to: 'wed 12:03', zone: 'UTC', reason: 'the stocktaking' }];
const BURNING = steady(120, 0, 80, 0.03);
const TIGHT = { memoryFreeBytes: 1e8, memoryOfBaseBytes: 1e8, load1: 1, cores: 2 };

const ROWS: [string, StrategyFacts, string, number[]][] = [
  ['risk-needs-canary', usual, 'canary', [10, 50]],
  ['environment-empty', withCart({ change: { service: 'cart', base: null, head: NEW }, baseRuns: false }), 'full', [100]],
  ['low-risk-direct', { ...usual, impact: impact({ kind: 'style', risk: 'low' }) }, 'full', [100]],
  ['too-little-traffic', withCart({ traffic: { service: 'cart', rps: 0.1, errorRatio: 0 } }), 'blue-green', [100]],
  ['cannot-run-side-by-side', withCart({ sideBySide: false }), 'full', [100]],
  ['budget-exhausted', withCart({ traffic: { service: 'cart', rps: 80, errorRatio: 0.02 } }), 'canary', [3, 6, 12, 24, 48, 50]],
  ['asked-for', { ...usual, wish: 'blue-green' }, 'blue-green', [100]],
  ['known-good-fast-track', withCart({ knownGood: { goal: 'g0000000001', at: '2026-10-13T09:00:00.000Z' } }), 'blue-green', [100]],
  ['in-freeze', withPolicy({ freeze: FROZEN }), '', []],
  ['burning-too-fast', withCart({ past: BURNING }), '', []],
  ['no-room-for-two', withCart({ capacity: TIGHT }), '', []],
  ['held-too-long', withCart({ capacity: TIGHT }, { heldMs: 300_000 }), '', []],
  ['nothing-to-deploy', { ...usual, impact: impact({ services: [] }) }, '', []],
];

describe('each reason', () => {
  test.each(ROWS)('%s', (because, facts, strategy, weights) => {
    const decision = decideStrategy(facts);
    expect(decision.because).toBe(because);
    expect(decision.rollouts[0]?.strategy ?? '').toBe(strategy);
    expect(decision.rollouts[0]?.weights ?? []).toEqual(weights);
  });

  test('has a row, so that no reason is only a word', () => {
    expect(ROWS.map(([because]) => because).toSorted()).toEqual([...DECISIONS['choose-strategy']].toSorted());
  });
});

test('a canary that was asked for is no canary where nothing runs, as it would compare with nothing', () => {
  const decision = decideStrategy(withCart({ change: { service: 'cart', base: null, head: NEW }, baseRuns: false }, { wish: 'canary' }));
  expect(decision.rollouts[0]?.strategy).toBe('full');
  expect(decision.checks).toContainEqual(expect.objectContaining({ name: 'wish-can-be-met', passed: false }));
});

test('a canary that was asked for without traffic becomes blue-green, as its watch would end without a verdict', () => {
  const decision = decideStrategy(withCart({ traffic: { service: 'cart', rps: null, errorRatio: null } }, { wish: 'canary' }));
  expect([decision.because, decision.rollouts[0]?.strategy]).toEqual(['too-little-traffic', 'blue-green']);
});

test('a service of 2 requests/s is not taken for one that nobody calls because a second of it was empty', () => {
  const traffic = { service: 'cart', rps: 0, errorRatio: null, seconds: 1 };
  const { choices } = decideStrategy(withCart({ traffic, past: steady(60, 0, 2, 0) }));
  expect(choices[0]?.expectedRps).toBeCloseTo(2);
});

test('a change of low risk goes out with care where four weeks have left less than the hour, as that is what it would spend', () => {
  const spent = steady(120, 600, 80, 0);
  // 36 failed requests are left of the 193,536 that four weeks allow; the last days were clean, so that nothing burns.
  const hours = spent.hours.map((hour, i): [number, number] => [hour?.[0] ?? 0, i < 500 ? 387 : 0]);
  const low = { impact: impact({ kind: 'style', risk: 'low' }) };
  expect(decideStrategy(withCart({ past: spent }, low)).because).toBe('low-risk-direct');
  const decision = decideStrategy(withCart({ past: { ...spent, hours } }, low));
  expect(decision.figures).toMatchObject({ budgetLeftRequestsFourWeeks: 36 });
  expect(decision.because).toBe('risk-needs-canary');
});

test('an unknown impact is taken for the highest risk, as nothing says that the change is harmless', () => {
  const decision = decideStrategy({ ...usual, impact: null });
  expect(decision.figures).toMatchObject({ risk: 'high' });
  expect(decision.rollouts[0]?.strategy).toBe('canary');
});

test('services that the change does not reach stay, with the reason', () => {
  const web: ServiceFacts = { ...cart, change: { service: 'web', base: OLD, head: NEW }, traffic: { service: 'web', rps: 80, errorRatio: 0 } };
  const decision = decideStrategy({ ...usual, services: [cart, web] });
  expect(decision.rollouts.map((r) => r.service)).toEqual(['cart']);
  expect(decision.leave).toEqual([{ change: web.change, because: 'The change does not reach the code that web runs.' }]);
});

test('where requests change nothing the new one answers copies of them first, which costs no customer anything', () => {
  const decision = decideStrategy(withCart({ readOnly: true, copies: true }));
  expect(decision.choices[0]?.steps.map((step) => [step.weight, step.copies ?? false])).toEqual([
    [0, true],
    [10, false],
    [50, false],
  ]);
  expect(decision.choices[0]?.steps[0]?.requests).toBe(decision.choices[0]?.steps[1]?.requests);
  expect(decision.rollouts[0]?.weights).toEqual([10, 50]);
  expect(decision.choice).toMatch(/Copies of its requests first, then canary at 10, 50 %/);
  expect(decision.alternatives?.map((a) => a.kind)).toEqual(['full', 'blue-green']);
});

test.each<[title: string, facts: StrategyFacts, why: RegExp]>([
  ['its requests may change something', withCart({ copies: true }), /readOnly/],
  ['an older version could not copy', withCart({ readOnly: true }), /does not mirror/],
  ['nothing comes that could be copied', withCart({ readOnly: true, copies: true, traffic: { service: 'cart', rps: 0, errorRatio: null } }), /Nothing comes/],
  ['everything is switched at once', withCart({ readOnly: true, copies: true }, { wish: 'full' }), /before the first step of a canary/],
])('no copies where %s', (_title, facts, why) => {
  const decision = decideStrategy(facts);
  expect(decision.choices[0]?.steps.some((step) => step.copies)).toBe(false);
  expect(decision.alternatives?.find((a) => a.kind === 'shadow')?.rejectedBecause).toMatch(why);
});

test.each<[title: string, capacity: Partial<ServiceFacts['capacity']>, control: boolean, has: boolean, detail: RegExp]>([
  ['with room for both', { memoryFreeBytes: 4e8, memoryOfBaseBytes: 1e8 }, true, true, /^A fresh process of the old one is started/],
  ['where only the new one has room', { memoryFreeBytes: 2e8, memoryOfBaseBytes: 1e8 }, true, false, /^No room for a control: 191 MB of memory free/],
  ['where awo.yaml wants none', {}, false, false, /^awo.yaml wants no control/],
])('a canary has a control %s, and the check says so', (_title, capacity, control, has, detail) => {
  const facts = withCart({ capacity: { ...cart.capacity, ...capacity } }, { policy: { ...usual.policy, control } });
  const { choices, checks } = decideStrategy(facts);
  expect(choices[0]?.control).toBe(has);
  expect(checks).toContainEqual({ name: 'control', passed: has, detail: expect.stringMatching(detail) });
  const seconds = choices[0]?.figures.extraProcessSecondsCanary as number;
  expect(seconds / (decideStrategy(withCart({})).choices[0]?.figures.extraProcessSecondsCanary as number)).toBeCloseTo(has ? 2 : 1, 1);
});

test('every rejected strategy has a reason in numbers', () => {
  const { alternatives, figures } = decideStrategy(usual);
  expect(alternatives?.map((a) => a.kind)).toEqual(['full', 'blue-green', 'shadow']);
  for (const a of alternatives ?? []) expect(a.rejectedBecause).toMatch(a.kind === 'shadow' ? /readOnly/ : /\d/);
  // 0.05 of all changes x 0.05 of the requests x 80/s x (10 s to detect + 15 s to start the old one again).
  expect(figures?.expectedFailedRequestsFull).toBe(5);
  expect(figures?.budgetLeftRequestsPerHour).toBe(288);
});

describe('for all numbers', () => {
  const CARE = { full: 0, 'blue-green': 1, canary: 2 } as const;
  const care = (facts: StrategyFacts): number => CARE[decideStrategy(facts).rollouts[0]?.strategy ?? 'full'];
  const RISKS = ['low', 'medium', 'high'] as const;
  const rps = fc.double({ min: 0, max: 5000, noNaN: true });
  const errorRatio = fc.double({ min: 0, max: 0.02, noNaN: true });
  const policy = fc.record({
    errorBudgetRatio: fc.double({ min: 0, max: 0.05, noNaN: true }),
    watchDeadlineMs: fc.integer({ min: 5_000, max: 900_000 }),
    minRequests: fc.integer({ min: 1, max: 5_000 }),
    alpha: fc.double({ min: 0.0001, max: 0.4, noNaN: true }),
  });
  const facts = (policyOf: Partial<StrategyFacts['policy']>, risk: (typeof RISKS)[number], rpsOf: number, errors: number): StrategyFacts =>
    withCart({ traffic: { service: 'cart', rps: rpsOf, errorRatio: errors } }, { policy: { ...usual.policy, ...policyOf }, impact: impact({ risk }) });

  test('more risk never gives a less careful strategy', () => {
    fc.assert(
      fc.property(policy, rps, errorRatio, (p, r, e) => {
        const [low, medium, high] = RISKS.map((risk) => care(facts(p, risk, r, e)));
        expect(low).toBeLessThanOrEqual(medium ?? -1);
        expect(medium).toBeLessThanOrEqual(high ?? -1);
      }),
    );
  });

  test('more traffic never gives a less careful strategy, nor a larger first step', () => {
    fc.assert(
      fc.property(policy, fc.constantFrom(...RISKS), rps, rps, errorRatio, (p, risk, a, b, e) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)].map((r) => facts(p, risk, r, e));
        if (!less || !more) return;
        expect(care(less)).toBeLessThanOrEqual(care(more));
        const [first, second] = [less, more].map((f) => decideStrategy(f).rollouts[0]);
        if (first?.strategy === 'canary') expect(second?.weights[0]).toBeLessThanOrEqual(first.weights[0] ?? 0);
      }),
    );
  });

  test('weights of a canary rise and stay below all of the traffic', () => {
    fc.assert(
      fc.property(policy, rps, errorRatio, (p, r, e) => {
        const weights = decideStrategy(facts(p, 'high', r, e)).rollouts[0]?.weights ?? [];
        expect(weights).toEqual([...new Set(weights)].toSorted((x, y) => x - y));
        expect(weights.every((w) => Number.isInteger(w) && w >= 1 && w <= 100)).toBe(true);
      }),
    );
  });
});
