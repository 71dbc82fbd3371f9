// node test/bench/test-order.ts: how good the order of tests is, by regime, beside simple orders and the best one.
import { backtest, createOrderer, foldCycles, MEASURES, REGIMES, simulate, WAYS } from '@awo/test-order';

const SEEDS = [1, 2, 3];
const digits = (value: number): string => value.toFixed(3).replace(/^0/, '');

/** Mean of a regime's histories, one row per order. */
function* table(): Generator<string> {
  yield `| regime | failing | order | ${MEASURES.map((name) => name.toUpperCase().replace(/(\d+)$/, ' $1 %')).join(' | ')} |`;
  yield `|---|---|---|${MEASURES.map(() => '---').join('|')}|`;
  const totals = new Map<string, number>();
  for (const regime of REGIMES) {
    const runs = SEEDS.map((seed) => backtest(foldCycles(simulate(regime, seed))));
    const failing = runs.flatMap((run) => run.perCycle.map((cycle) => cycle.failed / cycle.tests));
    const share = `${((100 * failing.reduce((a, b) => a + b, 0)) / failing.length).toFixed(1)} %`;
    for (const way of WAYS) {
      const means = MEASURES.map((name) => runs.reduce((sum, run) => sum + run.mean[way][name], 0) / runs.length);
      MEASURES.forEach((name, i) => totals.set(`${way} ${name}`, (totals.get(`${way} ${name}`) ?? 0) + (means[i] ?? 0)));
      yield `| ${regime.name} | ${share} | ${way} | ${means.map(digits).join(' | ')} |`;
    }
  }
  for (const way of WAYS) yield `| **mean** | | **${way}** | ${MEASURES.map((name) => digits((totals.get(`${way} ${name}`) ?? 0) / REGIMES.length)).join(' | ')} |`;
}

/** Milliseconds to order 2,000 tests after 60 cycles; the median of eleven. */
function orderingTime(): number {
  const [regime] = REGIMES.filter((one) => one.name === 'long cycles');
  if (!regime) throw new Error('The regime "long cycles" is gone.');
  const cycles = foldCycles(simulate({ ...regime, tests: 2000 }, 1));
  const orderer = createOrderer();
  for (const cycle of cycles) orderer.learn(cycle);
  const tests = Array.from({ length: 2000 }, (_, i) => ({ test: cycles[0]?.results[i]?.test ?? `new ${i}` }));
  const times = Array.from({ length: 11 }, () => {
    const started = performance.now();
    orderer.order(tests);
    return performance.now() - started;
  }).sort((a, b) => a - b);
  return times[5] ?? 0;
}

for (const line of table()) console.log(line);
console.log(`\n2,000 tests in order: ${orderingTime().toFixed(0)} ms`);
