// node test/bench/test-order.ts: how good the order of tests is, by regime, beside simple orders and the best one.
import { backtest, createOrderer, foldCycles, MEASURES, REGIMES, simulate, WAYS } from '@awo/test-order';

const SEEDS = [1, 2, 3];
const digits = (value: number): string => value.toFixed(3).replace(/^0/, '');

const OTHERS = MEASURES.filter((name) => name !== 'apfd');

/** Means over a regime's histories: APFD of every order, then the other measures of model, failure rate and optimum. */
function* table(): Generator<string> {
  yield `| regime | failing | ${WAYS.join(' | ')} | ${OTHERS.map((name) => name.toUpperCase().replace(/(\d+)$/, ' $1 %')).join(' | ')} |`;
  yield `|---|---|${[...WAYS, ...OTHERS].map(() => '---').join('|')}|`;
  const rows = REGIMES.map((regime) => {
    const runs = SEEDS.map((seed) => backtest(foldCycles(simulate(regime, seed))));
    const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    const failing = mean(runs.flatMap((run) => run.perCycle.map((cycle) => cycle.failed / cycle.tests)));
    return { name: regime.name, failing, of: (way: (typeof WAYS)[number], name: (typeof MEASURES)[number]) => mean(runs.map((run) => run.mean[way][name])) };
  });
  const overall: (typeof rows)[number] = {
    name: '**mean**',
    failing: rows.reduce((sum, row) => sum + row.failing, 0) / rows.length,
    of: (way, name) => rows.reduce((sum, row) => sum + row.of(way, name), 0) / rows.length,
  };
  for (const { name, failing, of } of [...rows, overall]) {
    const others = OTHERS.map((measure) => (['model', 'failure-rate', 'optimal'] as const).map((way) => digits(of(way, measure))).join(' / '));
    yield `| ${name} | ${(100 * failing).toFixed(1)} % | ${[...WAYS.map((way) => digits(of(way, 'apfd'))), ...others].join(' | ')} |`;
  }
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
