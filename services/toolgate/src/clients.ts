// MCP clients to tool servers: one kept per server, opened at first use, opened anew when it is gone; for long calls one per replica.
import { RetryableError, TerminalError } from '@awo/contracts';
import type { Connection } from '@awo/bus';
import type { Logger } from '@awo/telemetry';
import { NatsClientTransport, findReplicas } from '@awo/tools';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { Transport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { definitionDigest } from './pinning.ts';
import type { Definition } from './pinning.ts';
import type { AttachedServer } from './registry.ts';
import { openSpread } from './spread.ts';
import type { Spread } from './spread.ts';

export type ServerTool = Definition & { digest: string };
export type ToolClient = { client: Client; tools: () => Promise<Map<string, ServerTool>>; /** Which one of a server of ours. */ replica?: string };

const CONNECT_TIMEOUT_MS = 10_000;
const ATTACH_TIMEOUT_MS = 45_000;

export type Clients = {
  /** A server of ours, over NATS. */
  ours: (server: string) => Promise<ToolClient>;
  /** For calls that take minutes: spread over the replicas of a server of ours. */
  spread: Spread['call'];
  attached: (server: AttachedServer) => Promise<ToolClient>;
  /** Forgets a client, so that the next call opens a new session (with another replica where there is one). `lost`: that one, and none that was opened since. */
  drop: (server: string, lost?: ToolClient) => void;
  closeAll: () => Promise<void>;
};

export function openClients(connection: Connection, env: Readonly<Record<string, string | undefined>>, log: Logger): Clients {
  const open = new Map<string, Promise<ToolClient>>();
  const openings = new WeakMap<ToolClient, Promise<ToolClient>>();
  const forget = (server: string, gone: Promise<ToolClient> | undefined) => void (open.get(server) === gone && open.delete(server));
  const drop = (server: string, lost?: ToolClient) => {
    const gone = lost ? openings.get(lost) : open.get(server);
    // Calls under way end with their session: each of them would take the next session, and the calls in it, along.
    forget(server, gone);
    spread.drop(server, lost);
    void gone?.then(({ client }) => client.close()).catch(() => undefined);
  };
  const keep = (server: string, transport: () => Transport, timeoutMs: number) => {
    const known = open.get(server);
    if (known) return known;
    const fresh = connect(transport(), timeoutMs, () => forget(server, fresh));
    open.set(server, fresh);
    fresh.then(
      (client) => void openings.set(client, fresh),
      (error: unknown) => {
        log.warn({ err: error, server }, 'tool server does not answer');
        forget(server, fresh);
      },
    );
    return fresh;
  };
  const ours = (server: string) => keep(server, () => new NatsClientTransport(connection, server), CONNECT_TIMEOUT_MS);
  const spread = openSpread({
    first: ours,
    find: (server) => findReplicas(connection, server),
    open: (server, replica, onGone) => connect(new NatsClientTransport(connection, server, replica), CONNECT_TIMEOUT_MS, onGone),
  });
  return {
    ours,
    spread: spread.call,
    attached: (server) => keep(server.name, () => transportOf(server, env), ATTACH_TIMEOUT_MS),
    drop,
    closeAll: async () => {
      await Promise.all([spread.closeAll(), ...[...open.values()].map((c) => c.then(({ client }) => client.close()).catch(() => undefined))]);
    },
  };
}

async function connect(transport: Transport, timeoutMs: number, onGone: () => void): Promise<ToolClient> {
  const client = new Client({ name: 'awo-toolgate', version: '0.1.0' });
  client.onclose = onGone;
  try {
    await client.connect(transport, { timeout: timeoutMs });
  } catch (error) {
    await client.close().catch(() => undefined);
    throw silent(error);
  }
  let listed: Promise<Map<string, ServerTool>> | undefined;
  // A server that changes its tools while connected is looked at again before the next call.
  client.setNotificationHandler('notifications/tools/list_changed', () => {
    listed = undefined;
  });
  const list = async () => {
    try {
      return await listTools(client, timeoutMs);
    } catch (error) {
      // Or this failure would be the answer to every later call, and nothing asked of this server would get past this gate again.
      listed = undefined;
      await client.close().catch(() => undefined);
      throw silent(error);
    }
  };
  return { client, tools: () => (listed ??= list()), ...(transport instanceof NatsClientTransport ? { replica: transport.replica } : {}) };
}

const silent = (error: unknown) =>
  new RetryableError('tool-unavailable', `The tool server does not answer: ${error instanceof Error ? error.message : String(error)}.`, 1000);

async function listTools(client: Client, timeout: number): Promise<Map<string, ServerTool>> {
  const tools = new Map<string, ServerTool>();
  let cursor: string | undefined;
  do {
    const page = await client.listTools(cursor ? { cursor } : {}, { timeout });
    for (const tool of page.tools) tools.set(tool.name, { ...tool, digest: definitionDigest(tool) });
    cursor = page.nextCursor;
  } while (cursor);
  return tools;
}

function transportOf(server: AttachedServer, env: Readonly<Record<string, string | undefined>>): Transport {
  if (server.url) return new StreamableHTTPClientTransport(new URL(server.url));
  const [command, ...args] = server.command ?? [];
  if (!command) throw new TerminalError('bad-config', `The server "${server.name}" has neither a command nor an address.`);
  // A foreign server gets what a program needs to start and what the operator named, nothing else.
  const names = ['PATH', 'HOME', 'LANG', 'TMPDIR', ...server.env];
  const given = Object.fromEntries(names.flatMap((n) => (env[n] === undefined ? [] : [[n, env[n]]])));
  // Nobody is there to answer npx when it asks whether it may install.
  return new StdioClientTransport({ command, args, env: { ...given, npm_config_yes: 'true' }, stderr: 'ignore' });
}
