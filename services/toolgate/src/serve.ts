// Serves toolgate's subjects: requests of agents and people, and the administration.
import { RetryableError, TerminalError, ToolRequest, capabilityByName, subjects } from '@awo/contracts';
import type { ToolReply } from '@awo/contracts';
import { parseJson } from '@awo/bus';
import type { Bus } from '@awo/bus';
import { ATTR, SPAN, contextFrom, inSpan, traceparentOf } from '@awo/telemetry';
import type { Logger } from '@awo/telemetry';
import { ToolAdminRequest } from '@awo/tools';
import type { ToolAdminReply } from '@awo/tools';
import { administer } from './administer.ts';
import { passGate } from './gate.ts';
import type { Gate } from './gate.ts';
import { measureRequest } from './measures.ts';

const HEARTBEAT_MS = 2000;
const QUEUE = 'toolgate';

type Msg = { subject: string; data: Uint8Array; respond: (data: string) => boolean };

/** Listens until the connection closes. Returns what stops listening and waits for what runs. */
export function serveGate(bus: Pick<Bus, 'nc'>, gate: Gate, log: Logger): () => Promise<void> {
  const running = new Set<Promise<void>>();
  const track = (work: Promise<void>) => {
    running.add(work);
    void work.finally(() => running.delete(work));
  };
  const requests = bus.nc.subscribe(subjects.allTools, { queue: QUEUE, callback: (error, msg) => void (error ?? track(answer(msg, gate, log))) });
  const admin = bus.nc.subscribe(subjects.toolAdmin('*'), { queue: QUEUE, callback: (error, msg) => void (error ?? track(answerAdmin(msg, gate, log))) });
  return async () => {
    requests.unsubscribe();
    admin.unsubscribe();
    await Promise.allSettled(running);
  };
}

async function answer(msg: Msg, gate: Gate, log: Logger): Promise<void> {
  // awo.tool.<by>.<capability>: the broker lets nobody publish under another's name.
  const [, , by = '', ...rest] = msg.subject.split('.');
  const capability = rest.join('.');
  const respond = (reply: ToolReply) => void msg.respond(JSON.stringify(reply));
  respond({ kind: 'working' });
  const heartbeat = setInterval(() => respond({ kind: 'working' }), HEARTBEAT_MS);
  const since = Date.now();
  try {
    const request = parseRequest(msg.data);
    const attributes = {
      [ATTR.toolName]: capability,
      [ATTR.agentName]: by,
      [ATTR.effect]: capabilityByName.get(capability)?.effect ?? 'unknown',
      [ATTR.fence]: request.fence,
      ...(request.goal ? { [ATTR.goal]: request.goal } : {}),
    };
    respond({
      kind: 'result',
      ...(await inSpan(SPAN.gate(capability), contextFrom(request.traceparent), attributes, async (context, span) => {
        const traceparent = traceparentOf(context) ?? request.traceparent;
        const result = await passGate(gate, by, capability, { ...request, ...(traceparent ? { traceparent } : {}) });
        span.setAttribute(ATTR.how, result.how);
        measureRequest(capability, since, result);
        return result;
      })),
    });
  } catch (error) {
    log.warn({ err: error, by, capability }, 'refused or failed');
    measureRequest(capability, since, { error });
    respond(errorReply(error));
  } finally {
    clearInterval(heartbeat);
  }
}

function parseRequest(data: Uint8Array): ToolRequest {
  const parsed = ToolRequest.safeParse(parseJson(data));
  if (parsed.success) return parsed.data;
  throw new TerminalError(
    'bad-arguments',
    `The request is not valid: ${parsed.error.issues[0]?.path.join('.') ?? ''} ${parsed.error.issues[0]?.message ?? ''}.`,
  );
}

function errorReply(error: unknown): ToolReply {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof TerminalError) return { kind: 'error', code: error.code, message, retryAfterMs: null, ...(error.hint ? { hint: error.hint } : {}) };
  if (error instanceof RetryableError) return { kind: 'error', code: error.code, message, retryAfterMs: error.afterMs };
  return { kind: 'error', code: 'internal', message, retryAfterMs: 2000 };
}

async function answerAdmin(msg: Msg, gate: Gate, log: Logger): Promise<void> {
  const verb = msg.subject.split('.')[2] ?? '';
  const respond = (reply: ToolAdminReply) => void msg.respond(JSON.stringify(reply));
  try {
    const request = ToolAdminRequest.safeParse(parseJson(msg.data));
    if (!request.success)
      throw new TerminalError('bad-arguments', `"${request.error.issues[0]?.path.join('.') ?? ''}": ${request.error.issues[0]?.message ?? 'not valid'}.`);
    respond({ ok: true, servers: await administer(gate, verb, request.data) });
  } catch (error) {
    log.warn({ err: error, verb }, 'administration failed');
    const { code, message, hint } = errorReply(error) as Extract<ToolReply, { kind: 'error' }>;
    respond({ ok: false, code, message, ...(hint ? { hint } : {}) });
  }
}
