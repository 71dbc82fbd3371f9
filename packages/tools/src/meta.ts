// What travels in MCP `_meta` between toolgate and our tool servers.
import { z } from 'zod';

export const META = { key: 'awo/key', fence: 'awo/fence', traceparent: 'traceparent', error: 'awo/error' } as const;

/** How a failed tool call says what happens next. Servers of other people do not send it: their errors are final. */
export const ToolErrorMeta = z.object({ code: z.string(), retryAfterMs: z.number().nullable(), hint: z.string().optional() });
export type ToolErrorMeta = z.infer<typeof ToolErrorMeta>;
