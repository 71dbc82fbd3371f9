// Builds the context of one step: tool calls and evidence with trace, fence and record.
import type { Context } from '@opentelemetry/api';
import type { Capability, StepState, ToolCall } from '@awo/contracts';
import type { Bus, LogHead } from '@awo/bus';
import { ATTR, SPAN, inSpan, traceparentOf } from '@awo/telemetry';
import { requestTool } from '@awo/tools';
import type { z } from 'zod';
import type { StepContext } from './step.ts';

const EXTERNAL_TIMEOUT_MS = 60_000;

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
  const ask = async (capability: string, args: Record<string, unknown>, action: string, timeoutMs: number) => {
    const startedAt = now();
    const record = (outcome: ToolCall['outcome'], server: string) =>
      onCall({ capability, server, action, startedAt: startedAt.toISOString(), durationMs: now().getTime() - startedAt.getTime(), outcome });
    return inSpan(
      SPAN.executeTool(capability),
      trace,
      { [ATTR.operation]: 'execute_tool', [ATTR.toolName]: capability, [ATTR.goal]: state.id, [ATTR.step]: step.id },
      async (context, span) => {
        const traceparent = traceparentOf(context);
        const request = { goal: state.id, step: step.id, action, fence: head.seq, attempt, args, ...(traceparent ? { traceparent } : {}) };
        try {
          const answer = await requestTool(bus, capability, request, { timeoutMs, signal });
          span.setAttribute(ATTR.how, answer.how);
          record(answer.how, answer.server);
          return answer.result;
        } catch (error) {
          record('error', '');
          throw error;
        }
      },
    );
  };
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
    call: async <I extends z.ZodType, O extends z.ZodType>(capability: Capability<I, O>, args: z.input<I>, action?: string) => {
      const result = await ask(capability.name, args as Record<string, unknown>, action ?? capability.name.replaceAll('.', '-'), capability.timeoutMs);
      return capability.output.parse(result);
    },
    callExternal: (server, tool, args, action) => ask(`x.${server}.${tool}`, args, action, EXTERNAL_TIMEOUT_MS),
    putEvidence: (content) => bus.evidence.put(content),
  };
}
