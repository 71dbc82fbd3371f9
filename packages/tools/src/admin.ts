// Toolgate's administration as people use it: list, add, pin, remove.
import { TerminalError, ToolServerInfo, subjects } from '@awo/contracts';
import type { ErrorCode } from '@awo/contracts';
import type { NatsConnection } from '@nats-io/transport-node';
import { z } from 'zod';

export const ToolAdminReply = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), servers: z.array(ToolServerInfo) }),
  z.object({ ok: z.literal(false), code: z.string(), message: z.string(), hint: z.string().optional() }),
]);
export type ToolAdminReply = z.infer<typeof ToolAdminReply>;

export const ToolAdminRequest = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,40}$/, 'letters, digits, "-" and "_"')
    .optional(),
  /** How to start a stdio server: arguments as an array. */
  command: z.array(z.string()).min(1).optional(),
  /** Address of a streamable HTTP server. */
  url: z.url().optional(),
  /** Names of variables of toolgate's environment that the server gets. Nothing else of it reaches the server. */
  env: z.array(z.string()).optional(),
});
export type ToolAdminRequest = z.infer<typeof ToolAdminRequest>;

/** Throws TerminalError with toolgate's reason. */
export async function toolAdmin(
  connection: { nc: NatsConnection },
  verb: 'list' | 'add' | 'pin' | 'remove',
  request: ToolAdminRequest,
): Promise<ToolServerInfo[]> {
  const msg = await connection.nc.request(subjects.toolAdmin(verb), JSON.stringify(request), { timeout: 60_000 });
  const reply = ToolAdminReply.parse(JSON.parse(msg.string()));
  if (!reply.ok) throw new TerminalError(reply.code as ErrorCode, reply.message, reply.hint);
  return reply.servers;
}
