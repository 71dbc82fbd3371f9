// Runs suites side by side: in their order, as many as the machine has room for, until all are done, one fails or the time is over.
import type { TestReport } from '@awo/contracts';
import type { Place } from '@awo/test-order';

export type Ran = { report: TestReport; endedMs: number };
export type CarriedOut = {
  ran: Ran[];
  /** What was not run to an end, and why. */
  unproven: { suite: string; because: string }[];
  durationMs: number;
  /** Until the first suite that did not pass; null: all passed. */
  firstFailureMs: number | null;
};

export type Limits = { width: number; budgetMs: number | null; stopAtFirstFailure: boolean; signal: AbortSignal };
type Run = (place: Place, signal: AbortSignal) => Promise<TestReport>;

/** Throws what a run throws, once the running ones have ended; and where `signal` aborts. */
export async function carryOut(order: readonly Place[], run: Run, onEnd: (ran: Ran) => void, limits: Limits): Promise<CarriedOut> {
  const started = performance.now();
  const stop = new AbortController();
  const ran: Ran[] = [];
  const unproven: CarriedOut['unproven'] = [];
  const errors: unknown[] = [];
  const waiting = [...order];
  let failed: string | null = null;
  const passed = (): number => performance.now() - started;
  const timer = limits.budgetMs === null ? undefined : setTimeout(() => stop.abort(), limits.budgetMs);
  const signal = AbortSignal.any([stop.signal, limits.signal]);

  const worker = async (): Promise<void> => {
    for (let place = waiting.shift(); place !== undefined; place = waiting.shift()) {
      const { suite, predictedMs } = place;
      const leftMs = limits.budgetMs === null ? Number.POSITIVE_INFINITY : limits.budgetMs - passed();
      if (limits.signal.aborted || errors.length > 0) return;
      if (failed !== null) unproven.push({ suite: suite.id, because: `${failed} had failed before it was begun` });
      else if (leftMs <= 0) unproven.push({ suite: suite.id, because: 'the time was over before it was begun' });
      else if ((predictedMs ?? 0) > leftMs)
        unproven.push({ suite: suite.id, because: `it takes about ${seconds(predictedMs ?? 0)}, and ${seconds(leftMs)} were left` });
      else await one(place);
    }
  };
  const one = async (place: Place): Promise<void> => {
    try {
      const report = await run(place, signal);
      const done = { report, endedMs: Math.round(passed()) };
      ran.push(done);
      onEnd(done);
      if (report.verdict === 'passed' || !limits.stopAtFirstFailure || failed !== null) return;
      failed = report.suite;
      stop.abort();
    } catch (error) {
      if (limits.signal.aborted || !stop.signal.aborted) errors.push(error);
      else
        unproven.push({
          suite: place.suite.id,
          because: failed === null ? 'it was still running when the time was over' : `it was still running when ${failed} failed`,
        });
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.max(1, Math.min(limits.width, order.length)) }, worker));
  } finally {
    clearTimeout(timer);
  }
  limits.signal.throwIfAborted();
  if (errors.length > 0) throw errors[0];
  const bad = ran.filter(({ report }) => report.verdict !== 'passed').map(({ endedMs }) => endedMs);
  return { ran, unproven, durationMs: Math.round(passed()), firstFailureMs: bad.length > 0 ? Math.min(...bad) : null };
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
