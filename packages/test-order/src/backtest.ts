// Replays a history: every cycle is ordered knowing only those before it, beside simple orders and the best one. Pure.
import { seededRandom } from '@awo/analysis';
import type { Cycle } from './cycles.ts';
import { apfd, apfdc, napfd, type Placed, ranWithin } from './metrics.ts';
import { createOrderer, type OrdererOptions, type OrderModel } from './orderer.ts';

export const WAYS = ['model', 'as-is', 'random', 'last-failure', 'failure-rate', 'optimal'] as const;
type Way = (typeof WAYS)[number];
const BUDGETS = [10, 25, 50] as const;
export const MEASURES = ['apfd', 'apfdc', 'napfd10', 'napfd25', 'napfd50'] as const;
type Measures = Record<(typeof MEASURES)[number], number>;

type CycleScore = { cycle: number; tests: number; failed: number; apfd: Record<Way, number> };
export type Backtest = {
  cycles: number;
  /** Cycles with a failure: the others have no order that is better than another. */
  measured: number;
  results: number;
  mean: Record<Way, Measures>;
  perCycle: CycleScore[];
  model: OrderModel;
};

export type BacktestOptions = OrdererOptions & { onOrder?: (cycle: number, order: readonly string[]) => void };

export function backtest(cycles: readonly Cycle[], { onOrder, ...options }: BacktestOptions = {}): Backtest {
  const orderer = createOrderer(options);
  const random = seededRandom(1);
  const simple = simpleOrders();
  const sums = Object.fromEntries(WAYS.map((way) => [way, { apfd: 0, apfdc: 0, napfd10: 0, napfd25: 0, napfd50: 0 }])) as Record<Way, Measures>;
  const perCycle: CycleScore[] = [];
  for (const cycle of cycles) {
    const asIs = cycle.results.map(({ test }) => test);
    const orders: Record<Way, string[]> = { ...simple.orders(asIs), model: [], 'as-is': asIs, random: shuffled(asIs, random), optimal: optimal(cycle) };
    const learned = orderer.learn(cycle);
    simple.learn(cycle);
    const failed = cycle.results.filter((result) => result.failed).length;
    if (failed === 0 && !onOrder) continue;
    orders.model = learned.order();
    onOrder?.(cycle.cycle, orders.model);
    if (failed === 0) continue;
    const outcome = new Map(cycle.results.map((result): [string, Placed] => [result.test, { failed: result.failed, durationMs: result.durationMs ?? 1 }]));
    const scores = Object.fromEntries(WAYS.map((way) => [way, measure(orders[way].flatMap((test) => outcome.get(test) ?? []))])) as Record<Way, Measures>;
    for (const way of WAYS) for (const name of MEASURES) sums[way][name] += scores[way][name];
    const apfds = Object.fromEntries(WAYS.map((way) => [way, round(scores[way].apfd)])) as Record<Way, number>;
    perCycle.push({ cycle: cycle.cycle, tests: asIs.length, failed, apfd: apfds });
  }
  const measured = perCycle.length;
  for (const way of WAYS) for (const name of MEASURES) sums[way][name] = round(sums[way][name] / Math.max(1, measured));
  const results = cycles.reduce((sum, cycle) => sum + cycle.results.length, 0);
  return { cycles: cycles.length, measured, results, mean: sums, perCycle, model: orderer.model() };
}

const round = (value: number): number => Number(value.toFixed(4));

function measure(order: readonly Placed[]): Measures {
  const [napfd10 = 0, napfd25 = 0, napfd50 = 0] = BUDGETS.map((budget) => napfd(order, ranWithin(order, budget / 100)) ?? 0);
  return { apfd: apfd(order) ?? 0, apfdc: apfdc(order) ?? 0, napfd10, napfd25, napfd50 };
}

/** Failing tests first, the shorter ones before the longer. */
function optimal(cycle: Cycle): string[] {
  const byLength = cycle.results.toSorted((a, b) => Number(b.failed) - Number(a.failed) || (a.durationMs ?? 0) - (b.durationMs ?? 0));
  return byLength.map(({ test }) => test);
}

function shuffled(tests: readonly string[], random: () => number): string[] {
  const order = [...tests];
  for (let i = order.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j] ?? '', order[i] ?? ''];
  }
  return order;
}

const DECAY = 0.3;

/** Orders that need no model: most recent failure first, and exponentially weighted failure rate (J.-M. Kim and A. Porter 2002). */
function simpleOrders() {
  const rates = new Map<string, number>();
  const lastFailure = new Map<string, number>();
  let now = 0;
  const by = (tests: readonly string[], value: Map<string, number>): string[] => tests.toSorted((a, b) => (value.get(b) ?? 0) - (value.get(a) ?? 0));
  return {
    orders: (tests: readonly string[]) => ({ 'last-failure': by(tests, lastFailure), 'failure-rate': by(tests, rates) }),
    learn(cycle: Cycle): void {
      now += 1;
      for (const { test, failed, ran } of cycle.results) {
        if (!ran) continue;
        rates.set(test, DECAY * Number(failed) + (1 - DECAY) * (rates.get(test) ?? 0));
        if (failed) lastFailure.set(test, now);
      }
    },
  };
}
