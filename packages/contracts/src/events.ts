// What can happen to a goal. Past tense: each is a fact once its commit is in the log.
import { z } from 'zod';
import { Decision } from './decision.ts';
import { Digest, JsonObject, Timestamp, Token } from './ids.ts';
import { GoalSpec } from './goal-spec.ts';
import { PlanChange, PlanStep } from './plan.ts';

export const OUTCOMES = ['done', 'rolled-back', 'stopped', 'failed', 'refused', 'aborted', 'superseded', 'needs-human'] as const;
export const Outcome = z.enum(OUTCOMES);
export type Outcome = z.infer<typeof Outcome>;

/** A call that left the installation, as toolgate reported it. */
export const ToolCall = z.object({
  capability: z.string().max(160),
  server: z.string().max(64),
  action: z.string().max(120),
  startedAt: Timestamp,
  durationMs: z.number(),
  outcome: z.enum(['ok', 'error', 'recorded', 'read-back']),
});
export type ToolCall = z.infer<typeof ToolCall>;

const event = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) => z.object({ type: z.literal(type), ...shape });

export const GoalAccepted = event('goal.accepted', {
  goal: z.string(),
  spec: GoalSpec,
  source: z.string().max(200),
  traceparent: z.string().max(60).optional(),
  plan: z.array(PlanStep).max(100),
});
export const PlanChanged = event('plan.changed', {
  version: z.number().int(),
  /** Steps to add or, with a known id, to replace. */
  steps: z.array(PlanStep).max(100),
  /** Ids of steps that leave the plan. */
  remove: z.array(Token).max(100),
  changes: z.array(PlanChange).max(100),
});
export const StepDispatched = event('step.dispatched', { step: Token });
export const DecisionMade = event('decision.made', { step: Token, decision: Decision });
export const ToolCalled = event('tool.called', { step: Token, call: ToolCall });
export const StepWaited = event('step.waited', { step: Token, until: Timestamp, because: z.string().max(200), memo: JsonObject });
export const StepPassed = event('step.passed', {
  step: Token,
  startedAt: Timestamp,
  output: JsonObject,
  evidence: z.array(Digest).max(40),
});
export const StepFailed = event('step.failed', {
  step: Token,
  startedAt: Timestamp,
  code: z.string().max(80),
  message: z.string().max(2000),
  output: JsonObject,
  evidence: z.array(Digest).max(40),
});
/** `pause` keeps the traffic where it is, `resume` goes on, `promote` lets a person's word stand for evidence that is missing. */
export const HumanActed = event('human.acted', {
  action: z.enum(['abort', 'supersede', 'pause', 'resume', 'promote', 'approve', 'reject']),
  who: z.string().max(120),
  because: z.string().max(400),
  /** What exactly was approved or rejected: the digest that the waiting step showed. */
  of: Digest.optional(),
});
export const GoalEnded = event('goal.ended', { outcome: Outcome, because: z.string().max(2000), report: Digest.optional() });

export const Event = z.discriminatedUnion('type', [
  GoalAccepted,
  PlanChanged,
  StepDispatched,
  DecisionMade,
  ToolCalled,
  StepWaited,
  StepPassed,
  StepFailed,
  HumanActed,
  GoalEnded,
]);
export type Event = z.infer<typeof Event>;
