// A/A: no difference between the sides, looked at after every row. How often is the canary called worse?
import { judgeCanary } from '@awo/canary-judge';
import { counts, DEFAULT_POLICY, inert, randomOf, rate, rowsOf, together, values, type Random, type Stream } from './streams.ts';

const lognormal = (r: Random): number => 100 * Math.exp(0.4 * r.normal());
const season = (i: number): number => 1 + 0.5 * Math.sin(i / 9);
const N = 150;

export const EVEN: Record<string, { baseline: Stream; canary: Stream }> = Object.fromEntries(
  Object.entries({
    'errors 1 %, 50 requests a row': rate(N, 50, () => 0.01),
    'errors in bursts (x10 in every tenth row)': (r: Random) => rate(N, 50, () => (r.uniform() < 0.1 ? 0.1 : 0.01))(r),
    'errors follow the day': rate(N, 200, (i) => 0.02 * season(i)),
    'latency, log-normal': values(N, 'latency', lognormal),
    'latency, heavy tail (Pareto 1.5)': values(N, 'latency', (r) => 20 * (1 - r.uniform()) ** (-1 / 1.5)),
    'latency follows the day': values(N, 'latency', (r, i) => lognormal(r) * season(i)),
    'gauge, worse both ways': values(N, 'gauge', (r) => 50 + 5 * r.normal(), 'both'),
    'gauge with inertia 0.7': inert(N, 0.7),
    'gauge with inertia 0.9': inert(N, 0.9),
    'events, Poisson 3': counts(N, () => 3),
    'events in bursts': counts(N, (r) => (r.uniform() < 0.2 ? 9 : 2)),
    'six metrics together': together(
      rate(N, 50, () => 0.01),
      values(N, 'latency', lognormal),
      values(N, 'gauge', (r) => 50 + 5 * r.normal(), 'both'),
      counts(N, () => 3),
      rate(N, 100, () => 0.2, 'slow'),
      values(N, 'gauge', (r) => r.uniform(), 'higher', 'queue'),
    ),
  }).map(([name, stream]) => [name, { baseline: stream, canary: stream }]),
);
const bursts = (n: number): Stream => {
  return (r) => rate(N, n, () => (r.uniform() < 0.1 ? 0.1 : 0.01))(r);
};
EVEN['errors in bursts, canary with 10 % of the requests'] = { baseline: bursts(180), canary: bursts(20) };
EVEN['canary with 5 % of the requests'] = { baseline: rate(N, 950, () => 0.01), canary: rate(N, 50, () => 0.01) };

export type Tally = { runs: number; fail: number; pass: number };

/** The p-value is the smallest of all looks, so one judgement of the whole is a judgement after every row. */
export async function tally(pair: { baseline: Stream; canary: Stream }, runs: number): Promise<Tally> {
  const result: Tally = { runs, fail: 0, pass: 0 };
  for (let seed = 0; seed < runs; seed++) {
    const baseline = await rowsOf(pair.baseline(randomOf(2 * seed + 1)), 'baseline');
    const canary = await rowsOf(pair.canary(randomOf(2 * seed + 2)), 'canary');
    const { verdict } = judgeCanary(baseline, canary, DEFAULT_POLICY);
    if (verdict !== 'inconclusive') result[verdict] += 1;
  }
  return result;
}
