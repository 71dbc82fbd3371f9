// What an agent asks of toolgate and what comes back.
import { z } from 'zod';
import { GoalId, JsonObject, Token } from './ids.ts';

export const ToolRequest = z.object({
  goal: GoalId.nullable(),
  step: Token.nullable(),
  /** Names this call within the step; `<goal>.<step>.<action>` is its idempotency key. */
  action: z.string().regex(/^[A-Za-z0-9_-]{1,80}$/),
  /** Sequence of the last commit that the caller had read. Older than the newest seen for the step: refused. */
  fence: z.number().int().nonnegative(),
  /** Which delivery of its message the caller works on: of two workers that have read the same commit, the later one holds the step. */
  attempt: z.number().int().positive().optional(),
  args: JsonObject,
  traceparent: z.string().optional(),
});
export type ToolRequest = z.infer<typeof ToolRequest>;

/** First replies may be `working`: the caller goes on waiting. Exactly one of the others ends the exchange. */
export const ToolReply = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('working') }),
  z.object({
    kind: z.literal('result'),
    result: JsonObject,
    server: z.string(),
    how: z.enum(['ok', 'recorded', 'read-back']),
  }),
  z.object({
    kind: z.literal('error'),
    code: z.string(),
    message: z.string(),
    hint: z.string().optional(),
    /** Null: trying again cannot help. */
    retryAfterMs: z.number().nullable(),
  }),
]);
export type ToolReply = z.infer<typeof ToolReply>;

/** One line of `awo tools`. */
export const ToolServerInfo = z.object({
  name: z.string(),
  transport: z.enum(['nats', 'stdio', 'http']),
  /** Command or address; environment values are never shown. */
  target: z.string(),
  health: z.enum(['up', 'down', 'quarantined']),
  detail: z.string().nullable(),
  tools: z.array(
    z.object({
      name: z.string(),
      capability: z.string(),
      effect: z.enum(['none', 'reversible', 'irreversible', 'unknown']),
      digest: z.string(),
      pinned: z.string().nullable(),
      state: z.enum(['pinned', 'changed', 'new']),
    }),
  ),
});
export type ToolServerInfo = z.infer<typeof ToolServerInfo>;
