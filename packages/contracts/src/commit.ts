// A commit: what happened, the state it leads to, and whose turn it is. One message, one durable write.
import { z } from 'zod';
import { Event, Outcome } from './events.ts';
import { GoalSpec } from './goal-spec.ts';
import { Author, Digest, GoalId, JsonObject, Timestamp, Token } from './ids.ts';
import { PlanStep } from './plan.ts';

export const StepStatus = z.enum(['waiting', 'dispatched', 'passed', 'failed', 'skipped', 'cancelled']);
export type StepStatus = z.infer<typeof StepStatus>;

/** A plan step and how far it is. */
export const StepState = PlanStep.extend({
  status: StepStatus,
  startedAt: Timestamp.optional(),
  settledAt: Timestamp.optional(),
  output: JsonObject.optional(),
  code: z.string().optional(),
  message: z.string().optional(),
  evidence: z.array(Digest).optional(),
  /** Set while a timer runs. `memo` is what the step wants to remember between looks. */
  wait: z.object({ until: Timestamp, because: z.string(), memo: JsonObject, looks: z.number().int() }).optional(),
});
export type StepState = z.infer<typeof StepState>;

/** The fold of all events so far. */
export const GoalState = z.object({
  id: GoalId,
  spec: GoalSpec,
  source: z.string(),
  acceptedAt: Timestamp,
  planVersion: z.number().int(),
  steps: z.array(StepState),
  /** A person asked to stop, or a newer release took over: only steps that clean up still run. */
  halted: z.object({ action: z.enum(['abort', 'supersede']), who: z.string(), because: z.string() }).optional(),
  /** A person holds it: nothing new begins but what watches and what cleans up. */
  held: z.object({ who: z.string(), because: z.string(), at: Timestamp }).optional(),
  /** A person answers for it: a watch passes without evidence, though never against it. */
  vouched: z.object({ who: z.string(), because: z.string(), at: Timestamp }).optional(),
  /** What people said to what was put before them, by its digest. */
  answers: z.array(z.object({ of: Digest, yes: z.boolean(), who: z.string(), because: z.string(), at: Timestamp })).optional(),
  ended: z.object({ outcome: Outcome, because: z.string(), at: Timestamp, report: Digest.optional() }).optional(),
});
export type GoalState = z.infer<typeof GoalState>;

/** What is written, and the newest that is read. A newer commit is left for a newer version of the service. */
export const COMMIT_VERSION = 1;
const OLDEST_COMMIT_VERSION = 1;
export const COMMIT_MAX_BYTES = 64 * 1024;

export const Commit = z.object({
  v: z.number().int().min(OLDEST_COMMIT_VERSION).max(COMMIT_VERSION),
  goal: GoalId,
  /** SHA-256 of the previous commit's bytes, hex; 64 zeros for the first. */
  prev: z.string().regex(/^[0-9a-f]{64}$/),
  at: Timestamp,
  by: z.object({ author: Author, instance: z.string().max(80) }),
  events: z.array(Event).min(1),
  state: GoalState,
  /** The step that the addressee is to carry out. */
  dispatch: z.object({ step: Token }).optional(),
});
export type Commit = z.infer<typeof Commit>;
export const FIRST_PREV = '0'.repeat(64);

/** The version of a commit that this one cannot read yet, or null. Looked at before anything else: every other field may have changed. */
export function newerVersionOf(value: unknown): number | null {
  const v = value && typeof value === 'object' && 'v' in value ? value.v : null;
  return typeof v === 'number' && v > COMMIT_VERSION ? v : null;
}
