// Builds the context of one step: tool calls and evidence with trace, fence and record.
import type { Context } from '@opentelemetry/api';
import type { StepState, ToolCall } from '@awo/contracts';
import type { Bus, LogHead } from '@awo/bus';
import { traceparentOf } from '@awo/telemetry';
import { askTools } from './ask-tools.ts';
import type { StepContext } from './step.ts';

export type ContextOptions = {
  bus: Bus;
  head: LogHead;
  step: StepState;
  trace: Context;
  /** Told what was asked of toolgate, for the log. */
  onCall: (call: ToolCall) => void;
  signal: AbortSignal;
  now: () => Date;
  attempt?: number;
};

export function stepContext({ bus, head, step, trace, onCall, signal, now, attempt = 1 }: ContextOptions): StepContext {
  const { state } = head.commit;
  return {
    goal: state.id,
    state,
    step,
    fence: head.seq,
    memo: step.wait?.memo,
    looks: step.wait?.looks ?? 0,
    now,
    signal,
    traceparent: traceparentOf(trace),
    ...askTools({ bus, goal: state.id, step: step.id, fence: head.seq, attempt, trace, onCall, signal, now }),
    recordCall: onCall,
    putEvidence: (content) => bus.evidence.put(content),
  };
}
