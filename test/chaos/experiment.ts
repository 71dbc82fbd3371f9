// What an experiment of `npm run chaos` is: a size and a seed in, a summary out.
import { setTimeout as pause } from 'node:timers/promises';

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

/** Says how far a long run is, every ten seconds, until the returned function is called. */
export function keepSaying(line: () => string, report: (line: string) => void): () => void {
  const saying = setInterval(() => report(line()), 10_000);
  return () => clearInterval(saying);
}

/** Waits for work that may never end. False: it did not end in time. */
export async function inTime(work: Promise<unknown>, ms: number): Promise<boolean> {
  const late = new AbortController();
  try {
    return await Promise.race([work.then(() => true), pause(ms, false, { signal: late.signal })]);
  } finally {
    late.abort();
  }
}
