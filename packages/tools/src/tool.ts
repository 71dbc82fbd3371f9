// What a tool server offers: a capability and the function that carries it out.
import type { Capability } from '@awo/contracts';
import type { Logger } from '@awo/telemetry';
import type { z } from 'zod';

export type ToolContext = {
  /** The same key means the same request: do it once. Null for requests without effect. */
  key: string | null;
  /** Grows with the goal's log. An effect asked for with a lower fence than seen before comes from a stale worker. */
  fence: number;
  /** Aborts when the caller gave up or the server is told to stop. */
  signal: AbortSignal;
  log: Logger;
};

export type Tool = { capability: Capability; handle: (args: unknown, context: ToolContext) => Promise<Record<string, unknown>> };

/** Ties a handler to its contract: arguments arrive parsed, the output is checked before it leaves. */
export function tool<I extends z.ZodType, O extends z.ZodType>(
  capability: Capability<I, O>,
  handler: (args: z.output<I>, context: ToolContext) => Promise<z.input<O>>,
): Tool {
  return {
    capability,
    handle: async (args, context) => capability.output.parse(await handler(capability.input.parse(args), context)) as Record<string, unknown>,
  };
}
