// Time until x1.5, x2, x5 as many errors are found at 10, 100 and 1,000 requests a second, beside tests of a fixed number and Mann-Whitney.
import { judgeCanary } from '@awo/canary-judge';
import { DEFAULT_POLICY, randomOf, rate, rowsOf } from './streams.ts';

const ROW_SECONDS = 10;
const BASE = 0.01;
export const FACTORS = [1.5, 2, 5] as const;
export const REQUESTS_PER_SECOND = [10, 100, 1000] as const;

/** Upper tail of the standard normal distribution (M. Abramowitz, I. Stegun 1964, 26.2.17). */
function upperTail(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const poly = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * poly;
  return z >= 0 ? tail : 1 - tail;
}

type Point = { value: number; n: number };

/** Two proportions, one-sided, by their difference in standard deviations: right for one look at a number fixed before. */
function twoProportions(b: readonly Point[], c: readonly Point[]): number {
  const sum = (points: readonly Point[]) => points.reduce((s, p) => ({ n: s.n + p.n, bad: s.bad + p.n * p.value }), { n: 0, bad: 0 });
  const [x, y] = [sum(b), sum(c)];
  const p = (x.bad + y.bad) / (x.n + y.n);
  const sd = Math.sqrt(p * (1 - p) * (1 / x.n + 1 / y.n));
  return sd === 0 ? 1 : upperTail((y.bad / y.n - x.bad / x.n) / sd);
}

/** H. Mann, D. Whitney 1947 on the rows' values, as Kayenta compares the points of two time series; one-sided, with ties. */
function mannWhitney(b: readonly Point[], c: readonly Point[]): number {
  const all = [...b.map((p) => ({ x: p.value, canary: false })), ...c.map((p) => ({ x: p.value, canary: true }))].sort((p, q) => p.x - q.x);
  let [rankSum, ties] = [0, 0];
  for (let from = 0; from < all.length;) {
    let to = from;
    while (to < all.length && all[to]?.x === all[from]?.x) to += 1;
    const size = to - from;
    ties += size ** 3 - size;
    rankSum += all.slice(from, to).filter((p) => p.canary).length * ((from + to + 1) / 2);
    from = to;
  }
  const [m, n] = [b.length, c.length];
  const total = m + n;
  const sd = Math.sqrt(((m * n) / 12) * (total + 1 - ties / (total * (total - 1))));
  return sd === 0 ? 1 : upperTail((rankSum - (n * (n + 1)) / 2 - (m * n) / 2 - 0.5) / sd);
}

/** Rows after which the sequential test has found it, by bisection: once found it stays found. Null: not within the points. */
async function foundAfter(baseline: ReturnType<ReturnType<typeof rate>>, canary: typeof baseline): Promise<number | null> {
  const failsAt = async (points: number): Promise<boolean> =>
    judgeCanary(await rowsOf(baseline.slice(0, points), 'baseline'), await rowsOf(canary.slice(0, points), 'canary'), DEFAULT_POLICY).verdict === 'fail';
  if (!(await failsAt(baseline.length))) return null;
  let [low, high] = [0, baseline.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (await failsAt(middle)) high = middle;
    else low = middle;
  }
  return high;
}

export type Curve = { rps: number; factor: number; found: number; medianSeconds: number | null; fixed: number; mannWhitney: number };

/** Half of the requests on each side. The others are given all of the time and one look; their share found is at the same level. */
export async function powerCurve(rps: number, factor: number, points: number, runs: number): Promise<Curve> {
  const times: number[] = [];
  let [fixed, ranks] = [0, 0];
  for (let seed = 0; seed < runs; seed++) {
    const n = (rps * ROW_SECONDS) / 2;
    const baseline = rate(points, n, () => BASE)(randomOf(9000 + 2 * seed));
    const canary = rate(points, n, () => BASE * factor)(randomOf(9001 + 2 * seed));
    const after = await foundAfter(baseline, canary);
    if (after !== null) times.push(after * ROW_SECONDS);
    if (twoProportions(baseline, canary) <= DEFAULT_POLICY.alpha) fixed += 1;
    if (mannWhitney(baseline, canary) <= DEFAULT_POLICY.alpha) ranks += 1;
  }
  times.sort((a, b) => a - b);
  const middle = times[Math.ceil(runs / 2) - 1];
  return { rps, factor, found: times.length / runs, medianSeconds: middle ?? null, fixed: fixed / runs, mannWhitney: ranks / runs };
}

/** False alarms without any difference when the other tests are looked at after every row from the fifth on. */
export function peeking(points: number, runs: number): { fixed: number; mannWhitney: number } {
  const alarms = { fixed: 0, mannWhitney: 0 };
  for (let seed = 0; seed < runs; seed++) {
    const [b, c] = [rate(points, 50, () => BASE)(randomOf(2 * seed + 1)), rate(points, 50, () => BASE)(randomOf(2 * seed + 2))];
    const looks = Array.from({ length: points - 4 }, (_, i) => i + 5);
    if (looks.some((k) => twoProportions(b.slice(0, k), c.slice(0, k)) <= DEFAULT_POLICY.alpha)) alarms.fixed += 1;
    if (looks.some((k) => mannWhitney(b.slice(0, k), c.slice(0, k)) <= DEFAULT_POLICY.alpha)) alarms.mannWhitney += 1;
  }
  return { fixed: alarms.fixed / runs, mannWhitney: alarms.mannWhitney / runs };
}
