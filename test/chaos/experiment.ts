// What an experiment of `npm run chaos` is: a size and a seed in, a summary out.

/** `goals` is the work under way, `faults` how often something is broken while it is. */
export type Size = { goals: number; faults: number };

export type RunOptions = { size: Size; seed: number; report: (line: string) => void };

/** Milliseconds from a fault until the work goes on. */
export type Recovery = { count: number; p50Ms: number; p99Ms: number; worstMs: number };

export type Summary = {
  /** What was done and seen, by name: goals, kills by victim, read-backs. */
  counts: Record<string, number>;
  /** Every way in which the promise was broken, in words. Empty: it held. */
  violations: string[];
  recovery: Recovery;
};

export type Experiment = {
  /** Number of the promise in docs/guarantees.md. */
  promise: number;
  name: string;
  full: Size;
  run: (options: RunOptions) => Promise<Summary>;
};

export function recoveryOf(times: readonly number[]): Recovery {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (q: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0);
  return { count: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99), worstMs: Math.round(sorted.at(-1) ?? 0) };
}

/** True once in a while: for lines that say how far a long run is. */
export function every(ms: number): { due: () => boolean } {
  let last = Date.now();
  return {
    due: () => {
      if (Date.now() - last < ms) return false;
      last = Date.now();
      return true;
    },
  };
}
