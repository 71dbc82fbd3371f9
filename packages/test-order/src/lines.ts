// The lines of history, tests and coverage files: one JSON object each. Pure.
import { z } from 'zod';

const TestId = z.string().min(1).max(4096);
const Milliseconds = z.number().nonnegative();

export const Outcome = z.enum(['passed', 'failed', 'skipped', 'error', 'flaky']);
export type Outcome = z.infer<typeof Outcome>;

/** One result of one test in one cycle. A cycle is one run of the pipeline; cycles are ordered by their number. */
export const HistoryLine = z.object({
  cycle: z.number(),
  at: z.string().optional(),
  test: TestId,
  outcome: Outcome,
  durationMs: Milliseconds.optional(),
  /** Files that changed before this cycle. */
  changed: z.array(z.string()).optional(),
});
export type HistoryLine = z.infer<typeof HistoryLine>;

/** A test that is to be run. `durationMs` counts only while history knows nothing better. */
export const TestLine = z.object({ test: TestId, durationMs: Milliseconds.optional(), file: z.string().optional() });
export type TestLine = z.infer<typeof TestLine>;

/** What one test executes of one file: functions as `name@line`, lines as inclusive ranges. */
export const CoverageLine = z.object({
  test: TestId,
  file: z.string().min(1),
  functions: z.array(z.string()).optional(),
  lines: z.array(z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()])).optional(),
});
export type CoverageLine = z.infer<typeof CoverageLine>;
