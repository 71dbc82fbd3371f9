// callTool: how agents and people ask toolgate for a capability.
import { RetryableError, TerminalError, ToolReply, subjects } from '@awo/contracts';
import type { Capability, ErrorCode, ToolRequest } from '@awo/contracts';
import { parseJson } from '@awo/bus';
import { createInbox } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import type { z } from 'zod';
import { onReconnect } from './reconnects.ts';

/** Toolgate says `working` every two seconds; after this much silence it is taken for dead and the request may be repeated. */
const SILENCE_MS = 10_000;
const NO_RESPONDERS = 503;

export type ToolAnswer = { result: Record<string, unknown>; server: string; how: 'ok' | 'recorded' | 'read-back' };

/**
 * Asks for a capability by name. Repeating a request with the same goal, step and action is safe: the recorded result comes back.
 * Throws TerminalError or RetryableError as toolgate or the tool said.
 */
export async function requestTool(
  connection: { nc: NatsConnection; user: string },
  capability: string,
  request: ToolRequest,
  options: { timeoutMs: number; signal?: AbortSignal },
): Promise<ToolAnswer> {
  const { nc, user } = connection;
  const inbox = createInbox(`_INBOX_${user}`);
  const reply = await new Promise<Exclude<ToolReply, { kind: 'working' }>>((resolve, reject) => {
    const lost = () =>
      done(() => reject(new RetryableError('tool-unavailable', `Nobody answers for ${capability}: toolgate was silent for ${SILENCE_MS / 1000} s.`)));
    const silence = setTimeout(lost, SILENCE_MS);
    // An answer between two accounts finds its way by what the server remembers of the request, and that ends with the connection.
    const forget = onReconnect(nc, () =>
      done(() => reject(new RetryableError('tool-unavailable', `The connection to the bus was lost while ${capability} was under way.`, 0))),
    );
    const deadline = setTimeout(
      () => done(() => reject(new RetryableError('deadline-passed', `${capability} took longer than ${options.timeoutMs} ms.`))),
      options.timeoutMs,
    );
    const abort = () => done(() => reject(new RetryableError('tool-unavailable', `${capability} was given up: the caller stops.`, 0)));
    const done = (end: () => void) => {
      clearTimeout(silence);
      clearTimeout(deadline);
      forget();
      sub.unsubscribe();
      options.signal?.removeEventListener('abort', abort);
      end();
    };
    const sub = nc.subscribe(inbox, {
      callback: (error, msg) => {
        if (error) return done(() => reject(error));
        if (msg.headers?.code === NO_RESPONDERS) return done(() => reject(new RetryableError('tool-unavailable', 'Toolgate is not running.', 1000)));
        const parsed = ToolReply.safeParse(parseJson(msg.data));
        if (!parsed.success) return done(() => reject(new RetryableError('tool-failed', `Toolgate gave no valid answer for ${capability}.`)));
        const answer = parsed.data;
        if (answer.kind !== 'working') return done(() => resolve(answer));
        silence.refresh();
      },
    });
    if (options.signal?.aborted) return abort();
    options.signal?.addEventListener('abort', abort);
    nc.publish(subjects.tool(user, capability), JSON.stringify(request), { reply: inbox });
  });
  if (reply.kind === 'result') return reply;
  if (reply.retryAfterMs !== null) throw new RetryableError(reply.code as ErrorCode, reply.message, reply.retryAfterMs);
  throw new TerminalError(reply.code as ErrorCode, reply.message, reply.hint);
}

/** A read without effect, outside of any goal: for people and for gathering. */
export async function callTool<I extends z.ZodType, O extends z.ZodType>(
  connection: { nc: NatsConnection; user: string },
  capability: Capability<I, O>,
  args: z.input<I>,
  signal?: AbortSignal,
): Promise<z.output<O>> {
  const request: ToolRequest = { goal: null, step: null, action: 'read', fence: 0, args: args as Record<string, unknown> };
  const answer = await requestTool(connection, capability.name, request, { timeoutMs: capability.timeoutMs, ...(signal ? { signal } : {}) });
  return capability.output.parse(answer.result);
}
