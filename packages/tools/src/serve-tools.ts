// serveTools: a list of tools becomes an MCP server on NATS.
import { McpServer } from '@modelcontextprotocol/server';
import type { CallToolResult, ServerContext } from '@modelcontextprotocol/server';
import { RetryableError, TerminalError } from '@awo/contracts';
import { busProbes, openConnection } from '@awo/bus';
import { ATTR, SPAN, contextFrom, createLogger, inSpan, startTelemetry } from '@awo/telemetry';
import type { Logger } from '@awo/telemetry';
import { listenForSessions } from './nats-transport.ts';
import { META } from './meta.ts';
import type { ToolErrorMeta } from './meta.ts';
import type { Tool } from './tool.ts';

/** Progress notifications keep a caller waiting; it takes ten seconds of silence for death. */
const HEARTBEAT_MS = 2000;
const STOP_WITHIN_MS = 8000;

export type ServeOptions = {
  name: string;
  version: string;
  tools: Tool[];
  /** The process environment: NATS_URL, AWO_NKEY_FILE, AWO_INSTANCE, OTEL_*. */
  env: Readonly<Record<string, string | undefined>>;
  /** Called once before the process ends. */
  onStop?: () => Promise<void>;
};

/** Serves until SIGTERM or SIGINT: then takes no more calls, lets running ones end for eight seconds, exits 0. */
export async function serveTools(options: ServeOptions): Promise<void> {
  const { name, env } = options;
  const instance = env.AWO_INSTANCE ?? `${name}-${process.pid}`;
  const log = createLogger(name, instance, env.AWO_LOG_LEVEL);
  const telemetry = await startTelemetry({ service: name, instance, env, log });
  const connection = await openConnection({
    url: env.NATS_URL ?? 'nats://127.0.0.1:4222',
    user: name,
    nkeyFile: env.AWO_NKEY_FILE,
    name: instance,
    waitOnFirstConnect: true,
  });
  const { nc } = connection;
  const stopping = new AbortController();
  const running: Running = { calls: new Set(), byKey: new Map() };
  const unlisten = listenForSessions(nc, name, instance, async (transport) => {
    const server = buildServer(options, log, stopping.signal, running);
    await server.connect(transport);
  });
  telemetry.watch(busProbes(connection));
  // Listened for before it is said: a stop in this very moment is heard, too.
  const stopped = new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
  });
  log.info({ tools: options.tools.map((t) => t.capability.name) }, 'serving');
  await stopped;
  unlisten();
  const timeout = new Promise((resolve) => setTimeout(resolve, STOP_WITHIN_MS).unref());
  stopping.abort();
  await Promise.race([Promise.allSettled(running.calls), timeout]);
  // The answers of calls that just ended are sent a turn later; a connection that drains sends nothing new.
  await new Promise((resolve) => setImmediate(resolve));
  await options.onStop?.();
  await telemetry.shutdown();
  await nc.drain().catch(() => undefined);
  process.exit(0);
}

/** Calls under way in this process, over all sessions; those with effect also by key, and for a while after they have ended. */
type Running = { calls: Set<Promise<unknown>>; byKey: Map<string, ReturnType<Tool['handle']>> };

/** One MCP server object per session, as the protocol wants it. Exported for tests over other transports. */
export function buildServer(
  options: Pick<ServeOptions, 'name' | 'version' | 'tools'>,
  log: Logger,
  stopping: AbortSignal,
  running: Running = { calls: new Set(), byKey: new Map() },
): McpServer {
  const server = new McpServer({ name: options.name, version: options.version });
  for (const entry of options.tools) {
    const { capability } = entry;
    server.registerTool(
      capability.name,
      {
        description: capability.description,
        inputSchema: capability.input as never,
        outputSchema: capability.output as never,
        annotations: { readOnlyHint: capability.effect === 'none', destructiveHint: capability.effect === 'irreversible', idempotentHint: true },
      },
      (async (args: unknown, context: ServerContext) => {
        const call = runTool({ entry, args, context, server: options.name, log, stopping, byKey: running.byKey });
        running.calls.add(call);
        return call.finally(() => running.calls.delete(call));
      }) as never,
    );
  }
  return server;
}

type ToolRun = { entry: Tool; args: unknown; context: ServerContext; server: string; log: Logger; stopping: AbortSignal; byKey: Running['byKey'] };

async function runTool({ entry, args, context, server, log, stopping, byKey }: ToolRun): Promise<CallToolResult> {
  const meta = (context.mcpReq._meta ?? {}) as Record<string, unknown>;
  const text = (key: string) => (typeof meta[key] === 'string' ? (meta[key] as string) : undefined);
  const progressToken = meta.progressToken as string | number | undefined;
  let beats = 0;
  const beat = () => {
    if (progressToken === undefined) return;
    void context.mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress: ++beats } }).catch(() => undefined);
  };
  const heartbeat = setInterval(beat, HEARTBEAT_MS);
  const { name } = entry.capability;
  try {
    return await inSpan(
      SPAN.callTool(name),
      contextFrom(text(META.traceparent)),
      { [ATTR.mcpMethod]: 'tools/call', [ATTR.toolName]: name, [ATTR.serverName]: server },
      async () => {
        const signal = AbortSignal.any([context.mcpReq.signal, stopping]);
        const key = text(META.key) ?? null;
        const handle = () => entry.handle(args, { key, fence: Number(meta[META.fence] ?? 0), signal, log });
        const result = await (key === null ? handle() : once(byKey, key, handle));
        return { content: [{ type: 'text' as const, text: '' }], structuredContent: result };
      },
    );
  } catch (error) {
    log.warn({ err: error, tool: name }, 'tool failed');
    return failure(error);
  } finally {
    clearInterval(heartbeat);
  }
}

/** More effects than one server has under way at a time, by far. */
const REMEMBERED = 1000;

/**
 * One call per key: whoever asks for the same effect gets the same result. Also after it has ended: its caller had died, and the next one looked for the
 * effect just before it took place, or while the call still lay on its way here. A call that failed did nothing and may be made again.
 */
function once(byKey: Running['byKey'], key: string, handle: () => ReturnType<Tool['handle']>): ReturnType<Tool['handle']> {
  const known = byKey.get(key);
  if (known) return known;
  const call = handle();
  byKey.set(key, call);
  call.catch(() => byKey.delete(key));
  const [oldest] = byKey.keys();
  if (byKey.size > REMEMBERED && oldest !== undefined) byKey.delete(oldest);
  return call;
}

/** An expected failure as the caller needs it: what happened, whether to try again, how to recover. */
function failure(error: unknown): CallToolResult {
  const message = error instanceof Error ? error.message : String(error);
  const next: ToolErrorMeta =
    error instanceof TerminalError
      ? { code: error.code, retryAfterMs: null, ...(error.hint ? { hint: error.hint } : {}) }
      : error instanceof RetryableError
        ? { code: error.code, retryAfterMs: error.afterMs }
        : { code: 'internal', retryAfterMs: 2000 };
  return { isError: true, content: [{ type: 'text', text: next.hint ? `${message} ${next.hint}` : message }], _meta: { [META.error]: next } };
}
