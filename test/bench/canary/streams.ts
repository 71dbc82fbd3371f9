// Metric rows of simulated services, the same at every run.
import { seededRandom } from '@awo/analysis';
import { Policy, readRows } from '@awo/canary-judge';

export type Random = { uniform: () => number; normal: () => number; events: (mean: number) => number; bad: (n: number, p: number) => number };

export function randomOf(seed: number): Random {
  const uniform = seededRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  /** Poisson by waiting times; normal beyond 500. */
  const events = (mean: number): number => {
    if (mean > 500) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
    let [k, sum] = [0, -Math.log(1 - uniform())];
    while (sum < mean) {
      k += 1;
      sum -= Math.log(1 - uniform());
    }
    return k;
  };
  const bad = (n: number, p: number): number => {
    if (n * Math.min(p, 1 - p) > 100) return Math.max(0, Math.min(n, Math.round(n * p + Math.sqrt(n * p * (1 - p)) * normal())));
    let k = 0;
    for (let i = 0; i < n; i++) if (uniform() < p) k += 1;
    return k;
  };
  return { uniform, normal, events, bad };
}

export type SimRow = { t: number; metric: string; kind: string; value: number; n: number; worse: string };
export type Stream = (random: Random) => SimRow[];

const each = (points: number, of: (t: number, i: number) => SimRow): SimRow[] => Array.from({ length: points }, (_, i) => of(10 * i, i));

/** Share of bad requests, which may differ from stretch to stretch. */
export const rate =
  (points: number, n: number, p: (i: number) => number, metric = 'errors'): Stream =>
  (r) =>
    each(points, (t, i) => ({ t, metric, kind: 'rate', value: r.bad(n, Math.min(1, p(i))) / n, n, worse: 'higher' }));

export const values =
  (points: number, kind: 'latency' | 'gauge', of: (r: Random, i: number) => number, worse = 'higher', metric: string = kind): Stream =>
  (r) =>
    each(points, (t, i) => ({ t, metric, kind, value: of(r, i), n: 1, worse }));

export const counts =
  (points: number, mean: (r: Random, i: number) => number, metric = 'timeouts'): Stream =>
  (r) =>
    each(points, (t, i) => ({ t, metric, kind: 'count', value: r.events(mean(r, i)), n: 1, worse: 'higher' }));

/** Inertia: each value keeps a part of the one before. */
export const inert =
  (points: number, keep: number, worse = 'both'): Stream =>
  (r) => {
    let x = r.normal();
    return each(points, (t) => {
      x = keep * x + Math.sqrt(1 - keep * keep) * r.normal();
      return { t, metric: 'cpu', kind: 'gauge', value: 50 + 5 * x, n: 1, worse };
    });
  };

export const together =
  (...streams: Stream[]): Stream =>
  (r) =>
    streams.flatMap((stream) => stream(r)).sort((a, b) => a.t - b.t);

export const rowsOf = (rows: readonly SimRow[], side: 'baseline' | 'canary') => readRows([rows.map((row) => JSON.stringify(row))], side, side);

export const DEFAULT_POLICY = Policy.parse({});
