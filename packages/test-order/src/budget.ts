// Which tests of an order fit into a time. Pure.
import type { TestLine } from './lines.ts';
import type { Ordered, OrderModel } from './orderer.ts';

export type Budget = { ms: number; tests: string[]; predictedMs: number; left: number };
export type OrderAnswer = { order: Ordered[]; model: OrderModel; budget?: Budget };

/** Takes from the front what fits; a test of unknown length counts as the median of the others. */
export function fitBudget(order: readonly Ordered[], ms: number, durationOf: (test: string) => number | undefined, given: readonly TestLine[]): Budget {
  const stated = new Map(given.map((line) => [line.test, line.durationMs]));
  const lengths = order.map(({ test }) => durationOf(test) ?? stated.get(test));
  const sorted = lengths.filter((length) => length !== undefined).sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const tests: string[] = [];
  let predictedMs = 0;
  order.forEach(({ test }, i) => {
    const length = lengths[i] ?? median;
    if (predictedMs + length > ms) return;
    predictedMs += length;
    tests.push(test);
  });
  return { ms, tests, predictedMs: Math.round(predictedMs), left: order.length - tests.length };
}
