// Rows of simulated services, by seed, and what can go wrong on the way to the judge.
import { seededRandom } from '@awo/analysis';

export type Raw = Record<string, unknown>;
type Random = { uniform: () => number; normal: () => number; bad: (n: number, p: number) => number; events: (mean: number) => number };

function randomOf(seed: number): Random {
  const uniform = seededRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const bad = (n: number, p: number) => Array.from({ length: n }, uniform).filter((x) => x < p).length;
  const events = (mean: number) => {
    let [k, sum] = [0, -Math.log(1 - uniform())];
    for (; sum < mean; k++) sum -= Math.log(1 - uniform());
    return k;
  };
  return { uniform, normal, bad, events };
}

const ROWS = 120;
/** The side of a comparison: its rows, by a seed that no other has. */
export type Side = (seed: number) => Raw[];
type Values = (random: Random, i: number) => Raw;

export const rows =
  (values: Values, count = ROWS): Side =>
  (seed) => {
    const random = randomOf(seed);
    return Array.from({ length: count }, (_, i) => ({ t: 1000 + 10 * i, ...values(random, i) }));
  };

export const errors = (share: number | ((i: number) => number), n = 200, count = ROWS): Side =>
  rows((r, i) => ({ metric: 'errors', kind: 'rate', value: r.bad(n, typeof share === 'number' ? share : share(i)) / n, n, worse: 'higher' }), count);
export const latency = (of: (r: Random, i: number) => number, n = 1, count = ROWS): Side =>
  rows((r, i) => ({ metric: 'latency', kind: 'latency', value: of(r, i), n, worse: 'higher' }), count);
export const gauge = (of: (r: Random, i: number) => number, worse = 'higher'): Side =>
  rows((r, i) => ({ metric: 'cpu', kind: 'gauge', value: of(r, i), n: 1, worse }));
export const counts = (mean: number): Side => rows((r) => ({ metric: 'timeouts', kind: 'count', value: r.events(mean), n: 1, worse: 'higher' }));
/** A total that starts again at each of the given rows. */
export const counter = (mean: number, ...restarts: number[]): Side => {
  return (seed) => {
    let total = 0;
    return rows((r, i) => ({
      metric: 'timeouts',
      kind: 'counter',
      value: (total = (restarts.includes(i) ? 0 : total) + r.events(mean)),
      n: 1,
      worse: 'higher',
    }))(seed);
  };
};
export const usual =
  (factor = 1, spread = 0.1) =>
  (r: Random): number =>
    100 * factor * Math.exp(spread * r.normal());

export const both =
  (...sides: Side[]): Side =>
  (seed) =>
    sides.flatMap((side, i) => side(seed + 1000 * i)).toSorted((a, b) => Number(a['t']) - Number(b['t']));
/** What happens to each row on its way; null: it is lost. */
export const changed =
  (side: Side, change: (row: Raw, i: number) => Raw | null): Side =>
  (seed) =>
    side(seed).flatMap((row, i): Raw[] => {
      const after = change(row, i);
      return after === null ? [] : [after];
    });
export const named = (side: Side, metric: string): Side => changed(side, (row) => ({ ...row, metric }));
export const without = (side: Side, field: string): Side => changed(side, (row) => Object.fromEntries(Object.entries(row).filter(([name]) => name !== field)));
export const later = (side: Side, seconds: number): Side => changed(side, (row) => ({ ...row, t: Number(row['t']) + seconds }));
export const times = (side: Side, factor: number, where: (i: number) => boolean = () => true): Side =>
  changed(side, (row, i) => (where(i) ? { ...row, value: Number(row['value']) * factor } : row));
