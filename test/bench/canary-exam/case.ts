// What a kind of case of the exam is, and the draws that its rows are made of. Pure: all chance comes from the seed.

/** A line of a file: a row, or text as it stands there. */
export type Line = Record<string, unknown> | string;

export type Case = { baseline: Line[]; canary: Line[]; control?: Line[]; policy?: unknown };

/** `error` is input that is refused with a message. */
export type Verdict = 'pass' | 'fail' | 'inconclusive' | 'error';

/** `right` are the verdicts that a release engineer would accept, `why` the reason; `says` is what the answer's words must hold. */
export type Kind = { name: string; why: string; right: readonly Verdict[]; says?: RegExp; make: (r: Random) => Case };

export const NEVER_FAIL: readonly Verdict[] = ['pass', 'inconclusive'];
export const NEVER_PASS: readonly Verdict[] = ['fail', 'inconclusive'];
export const REFUSED: readonly Verdict[] = ['inconclusive', 'error'];

/** Draws from a seed (mulberry32). */
export class Random {
  private state: number;
  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** From 0 up to 1, never 0 itself. */
  uniform(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return (((x ^ (x >>> 14)) >>> 0) + 0.5) / 4294967296;
  }

  normal(mean = 0, sd = 1): number {
    return mean + sd * Math.sqrt(-2 * Math.log(this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Log-normal with this median. */
  logNormal(median: number, sigma: number): number {
    return median * Math.exp(this.normal(0, sigma));
  }

  pareto(least: number, shape: number): number {
    return least * this.uniform() ** (-1 / shape);
  }

  chance(p: number): boolean {
    return this.uniform() < p;
  }

  poisson(mean: number): number {
    if (mean > 50) return Math.max(0, Math.round(this.normal(mean, Math.sqrt(mean))));
    let count = 0;
    for (let product = this.uniform(); product > Math.exp(-mean); product *= this.uniform()) count++;
    return count;
  }

  binomial(n: number, p: number): number {
    if (n * p * (1 - p) > 50) return Math.min(n, Math.max(0, Math.round(this.normal(n * p, Math.sqrt(n * p * (1 - p))))));
    let count = 0;
    for (let i = 0; i < n; i++) if (this.chance(p)) count++;
    return count;
  }

  shuffled<T>(of: readonly T[]): T[] {
    return of
      .map((x) => ({ x, at: this.uniform() }))
      .toSorted((a, b) => a.at - b.at)
      .map(({ x }) => x);
  }
}

/** How often and for how long a side reports; `every` in seconds. */
export type Clock = { rows?: number; every?: number; from?: number };

/** Rows of one side, one for each time. */
export const series = (
  fields: Record<string, unknown>,
  value: (t: number, i: number) => Record<string, unknown>,
  { rows = 120, every = 10, from = 0 }: Clock = {},
): Line[] => Array.from({ length: rows }, (_, i) => ({ t: from + i * every, ...fields, ...value(from + i * every, i) }));

/** Shares of failed requests; `p` may follow the time. */
export const errors = (r: Random, p: number | ((t: number, i: number) => number), n: number, clock: Clock = {}, more: Record<string, unknown> = {}): Line[] =>
  series(
    { metric: 'http_errors', kind: 'rate', worse: 'higher', ...more },
    (t, i) => ({ value: r.binomial(n, typeof p === 'number' ? p : p(t, i)) / n, n }),
    clock,
  );

/** Values of a metric of any kind but rates, `n` samples in each. */
export const values = (metric: string, kind: string, draw: (t: number, i: number) => number, clock: Clock = {}, more: Record<string, unknown> = {}): Line[] =>
  series({ metric, kind, worse: 'higher', n: 1, ...more }, (t, i) => ({ value: draw(t, i) }), clock);

/** A walk that is pulled back to `mean`: each value keeps the share `inertia` of the last one's distance. */
export function inert(r: Random, mean: number, sd: number, inertia: number): () => number {
  let at = r.normal(0, sd);
  return () => {
    at = inertia * at + r.normal(0, sd * Math.sqrt(1 - inertia ** 2));
    return mean + at;
  };
}

/** A total that only grows, by Poisson steps, from `start`; back to zero with the chance `reset`. */
export function total(r: Random, start: number, mean: number, reset = 0): () => number {
  let at = start;
  return () => {
    if (r.chance(reset)) at = 0;
    at += r.poisson(mean);
    return at;
  };
}
