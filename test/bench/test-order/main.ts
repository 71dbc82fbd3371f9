// node test/bench/test-order/main.ts [seed ...]: APFD of the order on histories like published ones, beside what knowing every hidden cause up to the past would reach.
import { seededRandom } from '@awo/analysis';
import { backtest, foldCycles } from '@awo/test-order';
import { INDUSTRIAL } from './regimes.ts';
import { runIndustry, type Industrial } from './schedule.ts';

const SEEDS = process.argv.slice(2).map(Number);
const COLUMNS = ['failing', 'random', 'last-failure', 'failure-rate', 'model', 'oracle', 'optimal'] as const;
type Row = Record<(typeof COLUMNS)[number], number>;

function measure(regime: Industrial, seed: number): Row {
  const { lines, chances } = runIndustry(regime, seededRandom(seed * 7919 + regime.name.length));
  const cycles = foldCycles(lines);
  const { mean, perCycle } = backtest(cycles);
  const oracle = cycles.flatMap(({ cycle, results }) => {
    const known = chances.get(cycle);
    return results.some(({ failed }) => failed) ? [apfd(results.toSorted((a, b) => (known?.get(b.test) ?? 0) - (known?.get(a.test) ?? 0)))] : [];
  });
  const of = (way: 'random' | 'last-failure' | 'failure-rate' | 'model' | 'optimal'): number => mean[way].apfd;
  const failing = average(perCycle.map(({ failed, tests }) => failed / tests));
  return {
    failing,
    random: of('random'),
    'last-failure': of('last-failure'),
    'failure-rate': of('failure-rate'),
    model: of('model'),
    oracle: average(oracle),
    optimal: of('optimal'),
  };
}

const average = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** S. Elbaum et al. 2000, counted here anew so that an error of the product's own measure shows. */
function apfd(order: readonly { failed: boolean }[]): number {
  const places = order.flatMap(({ failed }, at) => (failed ? [at + 1] : []));
  return 1 - average(places) / order.length + 1 / (2 * order.length);
}

const averageRow = (rows: readonly Row[]): Row => Object.fromEntries(COLUMNS.map((column) => [column, average(rows.map((row) => row[column]))])) as Row;
const line = (name: string, row: Row): string => `| ${name} | ${COLUMNS.map((column) => row[column].toFixed(3).replace(/^0/, '')).join(' | ')} |`;

console.log(`| regime | ${COLUMNS.join(' | ')} |\n|---|${COLUMNS.map(() => '---').join('|')}|`);
const rows = INDUSTRIAL.map((regime) => {
  const row = averageRow((SEEDS.length > 0 ? SEEDS : [1, 2, 3]).map((seed) => measure(regime, seed)));
  console.log(line(regime.name, row));
  return row;
});
console.log(line('**mean**', averageRow(rows)));
