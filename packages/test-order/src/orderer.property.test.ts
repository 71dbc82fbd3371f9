// Orders over random histories: whole, repeatable, and knowing nothing but the past.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backtest } from './backtest.ts';
import { foldCycles, testsOf } from './cycles.ts';
import { type HistoryLine, Outcome } from './lines.ts';
import { createOrderer, type Ordered } from './orderer.ts';
import { REGIMES, simulate } from './simulate.ts';

const line = fc.record<HistoryLine>(
  {
    cycle: fc.integer({ min: -3, max: 12 }),
    test: fc.constantFrom('1', '2', '17', 'a/b.test.js: adds', 'a/b.test.js: takes', 'a/c.test.js', '__proto__', 'constructor', '€ "quoted"\n'),
    outcome: fc.constantFrom(...Outcome.options),
    durationMs: fc.double({ min: 0, max: 1e6, noNaN: true }),
    changed: fc.array(fc.constantFrom('x.js', 'y.js'), { maxLength: 2 }),
  },
  { requiredKeys: ['cycle', 'test', 'outcome'] },
);
const history = fc.array(line, { maxLength: 120 });

function orderAfter(lines: readonly HistoryLine[], tests: readonly { test: string }[], changed: readonly string[] = []): Ordered[] {
  const orderer = createOrderer();
  for (const cycle of foldCycles(lines)) orderer.learn(cycle);
  return orderer.order(tests, changed);
}
const names = (order: readonly Ordered[]): string[] => order.map(({ test: name }) => name);

test('an order holds every test once, has finite scores that fall and at most three reasons', () => {
  fc.assert(
    fc.property(history, fc.uniqueArray(fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('1', 'a/c.test.js')), { maxLength: 20 }), (lines, wanted) => {
      const order = orderAfter(
        lines,
        [...wanted, ...wanted].map((name) => ({ test: name })),
      );
      expect(names(order).toSorted()).toEqual(wanted.toSorted());
      order.forEach(({ score, because }, i) => {
        expect(Number.isFinite(score)).toBe(true);
        if (i > 0) expect(score).toBeLessThanOrEqual(order[i - 1]?.score ?? 0);
        expect(because.length).toBeLessThanOrEqual(3);
      });
    }),
    { numRuns: 60, seed: 1 },
  );
});

test('the same past gives the same order, whatever order the tests are asked in', () => {
  fc.assert(
    fc.property(history, (lines) => {
      const tests = [...new Set(lines.map(({ test: name }) => name)), 'new 1', 'new 2'].map((name) => ({ test: name }));
      expect(orderAfter(lines, tests.toReversed())).toEqual(orderAfter(lines, tests));
    }),
    { numRuns: 40, seed: 2 },
  );
});

test.each(REGIMES.filter((_, i) => i % 4 === 3).map((regime) => [regime.name, regime] as const))(
  'a backtest orders each cycle as `order` does from the lines before it (%s)',
  (_, regime) => {
    const lines = [...simulate({ ...regime, tests: 60, cycles: 30, scheduled: 0.5 }, 4)];
    const orders = new Map<number, readonly string[]>();
    const cycles = foldCycles(lines);
    backtest(cycles, { onOrder: (cycle, order) => orders.set(cycle, order) });
    for (const cycle of cycles.filter((_one, i) => i % 7 === 0)) {
      const past = lines.filter((one) => one.cycle < cycle.cycle);
      expect(names(orderAfter(past, testsOf(cycle), cycle.changed))).toEqual(orders.get(cycle.cycle));
    }
  },
);

test('what comes later changes nothing: verdicts of the cycle itself and of all that follow are turned over', () => {
  const lines = [...simulate({ ...(REGIMES[1] ?? fail()), tests: 40, cycles: 24 }, 9)];
  const from = 14;
  const turned = lines.map((one): HistoryLine => (one.cycle < from ? one : { ...one, outcome: one.outcome === 'passed' ? 'failed' : 'passed', durationMs: 1 }));
  const ordersOf = (all: readonly HistoryLine[]) => {
    const orders: [number, readonly string[]][] = [];
    backtest(foldCycles(all), { onOrder: (cycle, order) => orders.push([cycle, order]) });
    return orders.filter(([cycle]) => cycle <= from);
  };
  expect(ordersOf(turned)).toEqual(ordersOf(lines));
});

const fail = (): never => {
  throw new Error('There is no such regime.');
};
