// Asks toolgate in the name of one step: a span, the fence and a line for the log with every call.
import type { Context } from '@opentelemetry/api';
import type { Capability, GoalId, ToolCall } from '@awo/contracts';
import type { Connection } from '@awo/bus';
import { ATTR, SPAN, inSpan, traceparentOf } from '@awo/telemetry';
import { requestTool } from '@awo/tools';
import type { z } from 'zod';
import type { StepContext } from './step.ts';

const EXTERNAL_TIMEOUT_MS = 60_000;

export type AskOptions = {
  bus: Pick<Connection, 'nc' | 'user'>;
  goal: GoalId;
  step: string;
  /** Sequence of the last commit that whoever holds the step has read. */
  fence: number;
  attempt?: number;
  trace: Context;
  /** Told what was asked of toolgate, for the log. */
  onCall: (call: ToolCall) => void;
  signal: AbortSignal;
  now: () => Date;
};

export function askTools({ bus, goal, step, fence, attempt = 1, trace, onCall, signal, now }: AskOptions): Pick<StepContext, 'call' | 'callExternal'> {
  const ask = async (capability: string, args: Record<string, unknown>, action: string, timeoutMs: number) => {
    const startedAt = now();
    const record = (outcome: ToolCall['outcome'], server: string) =>
      onCall({ capability, server, action, startedAt: startedAt.toISOString(), durationMs: now().getTime() - startedAt.getTime(), outcome });
    return inSpan(
      SPAN.executeTool(capability),
      trace,
      { [ATTR.operation]: 'execute_tool', [ATTR.toolName]: capability, [ATTR.goal]: goal, [ATTR.step]: step },
      async (context, span) => {
        const traceparent = traceparentOf(context);
        const request = { goal, step, action, fence, attempt, args, ...(traceparent ? { traceparent } : {}) };
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
    call: async <I extends z.ZodType, O extends z.ZodType>(capability: Capability<I, O>, args: z.input<I>, action?: string) => {
      const result = await ask(capability.name, args as Record<string, unknown>, action ?? capability.name.replaceAll('.', '-'), capability.timeoutMs);
      return capability.output.parse(result);
    },
    callExternal: (server, tool, args, action) => ask(`x.${server}.${tool}`, args, action, EXTERNAL_TIMEOUT_MS),
  };
}
