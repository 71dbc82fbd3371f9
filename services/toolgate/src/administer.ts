// Attaching, listing, pinning and removing tool servers.
import { CAPABILITIES, TerminalError } from '@awo/contracts';
import type { ToolServerInfo } from '@awo/contracts';
import type { ToolAdminRequest } from '@awo/tools';
import type { ServerTool } from './clients.ts';
import type { Gate } from './gate.ts';
import { ownPins } from './own-pins.ts';
import { effectOf, pinState } from './pinning.ts';
import { serverOf } from './policy.ts';
import type { AttachedServer } from './registry.ts';

/** Does what `awo tools ...` asks; always answers with the list as it is afterwards. */
export async function administer(gate: Gate, verb: string, request: ToolAdminRequest): Promise<ToolServerInfo[]> {
  if (verb === 'add') await add(gate, request);
  else if (verb === 'pin') await pin(gate, named(request));
  else if (verb === 'remove') await remove(gate, named(request));
  else if (verb !== 'list') throw new TerminalError('bad-arguments', `"${verb}" is not something toolgate does.`, 'It knows list, add, pin and remove.');
  return list(gate);
}

function named(request: ToolAdminRequest): string {
  if (!request.name) throw new TerminalError('bad-arguments', 'The name of the server is missing.', 'For example `awo tools pin NAME`.');
  return request.name;
}

async function add(gate: Gate, request: ToolAdminRequest): Promise<void> {
  const name = named(request);
  if (gate.policy.servers[name])
    throw new TerminalError('bad-arguments', `"${name}" is the name of a server that comes with the installation.`, 'Choose another name.');
  if (Boolean(request.command) === Boolean(request.url))
    throw new TerminalError(
      'bad-arguments',
      'A server is reached by a command or by an address.',
      '`awo tools add NAME -- COMMAND ARGS...` or `awo tools add NAME --url URL`.',
    );
  const server: AttachedServer = {
    name,
    ...(request.command ? { command: request.command } : {}),
    ...(request.url ? { url: request.url } : {}),
    env: request.env ?? [],
    pins: {},
    addedAt: gate.now().toISOString(),
  };
  gate.clients.drop(name);
  const tools = await (await gate.clients.attached(server)).tools();
  await gate.registry.put({ ...server, pins: pinsOf(tools) });
}

async function pin(gate: Gate, name: string): Promise<void> {
  const server = await known(gate, name);
  gate.clients.drop(name);
  const tools = await (await gate.clients.attached(server)).tools();
  await gate.registry.put({ ...server, pins: pinsOf(tools) });
}

async function remove(gate: Gate, name: string): Promise<void> {
  await known(gate, name);
  gate.clients.drop(name);
  await gate.registry.remove(name);
}

async function known(gate: Gate, name: string): Promise<AttachedServer> {
  const server = await gate.registry.get(name);
  if (server) return server;
  const names = (await gate.registry.all()).map((s) => s.name);
  throw new TerminalError('bad-arguments', `No server "${name}" is attached.`, names.length > 0 ? `Attached: ${names.join(', ')}.` : 'None is attached yet.');
}

const pinsOf = (tools: Map<string, ServerTool>) => Object.fromEntries([...tools].map(([tool, t]) => [tool, t.digest]));

async function list(gate: Gate): Promise<ToolServerInfo[]> {
  const [ours, attached] = await Promise.all([Promise.all(Object.keys(gate.policy.servers).map((name) => describeOwn(gate, name))), gate.registry.all()]);
  return [...ours, ...(await Promise.all(attached.map((server) => describeAttached(gate, server))))];
}

async function describeOwn(gate: Gate, name: string): Promise<ToolServerInfo> {
  const pins = await ownPins();
  const effects = new Map<string, string>(CAPABILITIES.filter((c) => serverOf(gate.policy, c.name) === name).map((c) => [c.name, c.effect]));
  return describe(
    { name, transport: 'nats', target: `awo.mcp.${name}` },
    () => gate.clients.ours(name),
    pins,
    (tool) => ({ capability: tool.name, effect: (effects.get(tool.name) ?? 'unknown') as 'none' }),
  );
}

async function describeAttached(gate: Gate, server: AttachedServer): Promise<ToolServerInfo> {
  const base = { name: server.name, transport: server.url ? ('http' as const) : ('stdio' as const), target: server.url ?? (server.command ?? []).join(' ') };
  return describe(
    base,
    () => gate.clients.attached(server),
    new Map(Object.entries(server.pins)),
    (tool) => ({ capability: `x.${server.name}.${tool.name}`, effect: effectOf(tool.annotations) }),
  );
}

async function describe(
  base: Pick<ToolServerInfo, 'name' | 'transport' | 'target'>,
  open: () => Promise<{ tools: () => Promise<Map<string, ServerTool>> }>,
  pins: ReadonlyMap<string, string>,
  kindOf: (tool: ServerTool) => { capability: string; effect: 'none' | 'unknown' },
): Promise<ToolServerInfo> {
  try {
    const tools = [...(await (await open()).tools()).values()].map((tool) => {
      const pinned = pins.get(tool.name);
      return { name: tool.name, ...kindOf(tool), digest: tool.digest, pinned: pinned ?? null, state: pinState(tool.digest, pinned) };
    });
    const quarantined = tools.filter((t) => t.state !== 'pinned');
    return {
      ...base,
      health: quarantined.length > 0 ? 'quarantined' : 'up',
      detail: quarantined.length > 0 ? `not pinned: ${quarantined.map((t) => t.name).join(', ')}` : null,
      tools,
    };
  } catch (error) {
    return { ...base, health: 'down', detail: error instanceof Error ? error.message : String(error), tools: [] };
  }
}
