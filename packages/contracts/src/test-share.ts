// What test agents say to each other when they share the suites of one step, and what a suite came to.
import { z } from 'zod';
import { testsRun } from './capabilities/tests.ts';
import { ToolCall } from './events.ts';
import { Digest, GoalId, Token } from './ids.ts';

const Count = z.number().int().nonnegative();

/** A report cut down to what a decision and a commit need. */
export const SuiteResult = z.object({
  suite: z.string(),
  verdict: z.enum(['passed', 'failed', 'broken']),
  counts: z.object({ passed: Count, failed: Count, skipped: Count, flaky: Count }),
  /** `counts` has them all. */
  failing: z.array(z.object({ name: z.string().max(200), file: z.string().max(200).nullable(), message: z.string().max(500) })).max(10),
  flaky: z.array(z.string().max(200)).max(10),
  /** Why it is broken, or what a green run wants to have said. */
  because: z.string().max(500).nullable(),
  durationMs: z.number().nonnegative(),
  /** The full report with its output. */
  evidence: Digest,
  /** The commit at which it passed, where it was not run again. */
  reused: z.string().optional(),
  /** Set where only so many of its test files ran, as no more of them see the change. */
  narrowed: z.object({ files: Count, of: Count }).optional(),
  /** The agent that had it run; missing in what older versions recorded. */
  by: z.string().max(64).optional(),
});
export type SuiteResult = z.infer<typeof SuiteResult>;

/** One suite as it is asked for. */
export const SuiteTask = z.object({
  suite: z.string(),
  /** Names the call within the step. */
  action: z.string().regex(/^[A-Za-z0-9_-]{1,80}$/),
  args: testsRun.input,
  /** How many test files the suite has, where only some of them are wanted. */
  of: Count.nullable(),
});
export type SuiteTask = z.infer<typeof SuiteTask>;

/** Suites of a step that nobody has begun: said about once a second while there are any. */
export const ShareOffer = z.object({
  /** Where to ask for one: `awo.share.lead.<share>`. */
  share: Token,
  /** The process that holds the step, and the name that people know it by. */
  by: Token,
  instance: z.string().max(64),
  goal: GoalId,
  step: Token,
  left: Count,
});
export type ShareOffer = z.infer<typeof ShareOffer>;

/** `by` is a process and lives no longer than it: started again under the same `instance` it knows nothing of what it was given. */
export const ShareAsk = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('take'), by: Token, instance: z.string().max(64) }),
  /** Said every second while the suite runs: an agent of which nothing is heard has lost it. */
  z.object({ kind: z.literal('alive'), by: Token, suite: z.string() }),
  z.object({ kind: z.literal('done'), by: Token, suite: z.string(), result: SuiteResult, calls: z.array(ToolCall).max(5) }),
  z.object({ kind: z.literal('give-back'), by: Token, suite: z.string(), because: z.string().max(300) }),
]);
export type ShareAsk = z.infer<typeof ShareAsk>;

export const ShareAnswer = z.discriminatedUnion('kind', [
  /** To `take`. The call is made in the name of this step, and its span hangs below `traceparent`. */
  z.object({ kind: z.literal('task'), task: SuiteTask, goal: GoalId, step: Token, fence: Count, traceparent: z.string().max(60).optional() }),
  /** To `take`: nothing is left, or not for this agent. */
  z.object({ kind: z.literal('nothing') }),
  /** To `alive`. */
  z.object({ kind: z.literal('go-on') }),
  /** To `done` and `give-back`. */
  z.object({ kind: z.literal('taken') }),
  /** The suite has a result already, or was never given to this agent. */
  z.object({ kind: z.literal('drop') }),
]);
export type ShareAnswer = z.infer<typeof ShareAnswer>;
