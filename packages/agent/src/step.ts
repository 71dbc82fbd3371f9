// What a step's functions get and give: gather facts, decide purely, act.
import type { Capability, Digest, GoalId, GoalState, Outcome, PlanChange, PlanStep, StepState, ToolCall, Verdict } from '@awo/contracts';
import type { z } from 'zod';

export type StepContext = {
  goal: GoalId;
  state: GoalState;
  step: StepState;
  /** Sequence of the last commit this worker has read. Goes with every tool call, so that a stalled worker's calls are refused. */
  fence: number;
  /** What the step's last look wanted to remember; undefined at the first look. */
  memo: Record<string, unknown> | undefined;
  looks: number;
  now: () => Date;
  /** Aborts when the goal has moved on or the process is told to stop. */
  signal: AbortSignal;
  /** The span of this phase, for what is asked of others than toolgate. */
  traceparent?: string | undefined;
  /** Asks toolgate. `action` names the call within the step: the same action is done once, however often it is asked for. Defaults to the capability's name. */
  call: <I extends z.ZodType, O extends z.ZodType>(capability: Capability<I, O>, args: z.input<I>, action?: string) => Promise<z.output<O>>;
  /** Asks a tool of somebody else's server. */
  callExternal: (server: string, tool: string, args: Record<string, unknown>, action: string) => Promise<Record<string, unknown>>;
  /** Writes a call into the log that another agent made for this step. */
  recordCall?: (call: ToolCall) => void;
  putEvidence: (content: string | Uint8Array | object) => Promise<Digest>;
};

export type PlanEdit = { add: PlanStep[]; remove: string[]; changes: PlanChange[] };

type Output = { output?: object; evidence?: Digest[]; plan?: PlanEdit };

export type StepResult =
  | ({ kind: 'passed'; output: object } & Output)
  | ({ kind: 'failed'; code: string; message: string } & Output)
  /** A durable timer: the step is looked at again after `afterMs`, by any replica. */
  | { kind: 'wait'; afterMs: number; because: string; memo: object; plan?: PlanEdit }
  | { kind: 'ended'; outcome: Outcome; because: string; report?: Digest };

/** One decision of an agent: data flows gather -> decide -> act and never back. */
export type StepHandler<F = unknown, D extends Verdict = Verdict> = {
  gather: (context: StepContext) => Promise<F>;
  decide: (facts: F) => D;
  act: (context: StepContext, decision: D, facts: F) => Promise<StepResult>;
};
