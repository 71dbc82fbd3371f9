// The steps of a canary follow from budget and power; the ways are compared in the same numbers.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { STEP_SHARE_OF_BUDGET, assumedDefect, budgetLeft, type Situation } from './exposure.ts';
import { canarySteps } from './ladder.ts';
import { optionsOf } from './options.ts';

const usual: Situation = {
  rps: 80,
  errorRatio: 0,
  risk: 'medium',
  chance: 0.05,
  errorBudgetRatio: 0.001,
  periodLeft: null,
  watchDeadlineMs: 300_000,
  minRequests: 100,
  alpha: 0.005,
  frozen: false,
};
const weights = (s: Partial<Situation>): number[] => canarySteps({ ...usual, ...s }).map((step) => step.weight);

test.each<[what: string, s: Partial<Situation>, steps: number[]]>([
  ['with the usual budget 100 requests at 10 % exclude enough for half of the traffic', {}, [10, 50]],
  ['with more traffic a smaller share brings them', { rps: 2000 }, [1, 50]],
  ['with little left of the period each step only doubles', { periodLeft: 20 }, [5, 10, 20, 40, 50]],
  ['without a way back each step stays small for long', { frozen: true }, [1, 2, 4, 8, 16, 32, 50]],
  ['with little traffic there is one large step', { rps: 1.5 }, [50]],
])('%s', (_what, s, steps) => expect(weights(s)).toEqual(steps));

test('what may have gone unnoticed costs no step more than its share of the budget: share x time x ratio', () => {
  const situation = fc.record({
    rps: fc.double({ min: 50, max: 5000, noNaN: true }),
    errorBudgetRatio: fc.double({ min: 0.0005, max: 0.02, noNaN: true }),
    minRequests: fc.integer({ min: 1, max: 500 }),
    watchDeadlineMs: fc.constant(3_600_000),
  });
  fc.assert(
    fc.property(situation, (given) => {
      const s = { ...usual, ...given };
      canarySteps(s).forEach((step, i, steps) => {
        const ratio = steps[i - 1]?.unnoticedRatio ?? assumedDefect(s);
        expect(ratio * s.rps * (step.weight / 100) * 11).toBeLessThanOrEqual(STEP_SHARE_OF_BUDGET * budgetLeft(s) * 1.01);
      });
    }),
    { seed: 7 },
  );
});

test('what a step may have left unnoticed only shrinks, as evidence of all steps adds up', () => {
  const left = canarySteps({ ...usual, periodLeft: 20 }).map((step) => step.unnoticedRatio);
  expect(left.toSorted((a, b) => b - a)).toEqual(left);
});

test('a canary costs customers less than blue-green, and that less than full; time and processes the other way round', () => {
  const { full, canary, shadow, 'blue-green': green } = optionsOf(usual, canarySteps(usual));
  expect(canary.expectedFailedRequests).toBeLessThan(green.expectedFailedRequests);
  expect(green.expectedFailedRequests).toBeLessThan(full.expectedFailedRequests);
  expect(shadow.expectedFailedRequests).toBe(0);
  expect(canary.seconds).toBeGreaterThan(green.seconds);
  expect(green.extraProcessSeconds).toBeGreaterThan(full.extraProcessSeconds);
  expect(canary.smallestEffect).toBeLessThan(0.05);
});
