// Tool servers with a ledger of their own: one of ours (state wanted, fence, read back) and a stranger's (each call is an effect).
import { RetryableError, TerminalError } from '@awo/contracts';
import type { ServiceStatus } from '@awo/contracts';
import { META } from '@awo/tools';
import type { Clients, ToolClient } from '../../services/toolgate/src/clients.ts';
import { ownPins } from '../../services/toolgate/src/own-pins.ts';
import type { Network } from './network.ts';
import type { Proc, World } from './world.ts';

/** `changed`: something is different outside since this call. */
export type LedgerEntry = { key: string; fence: number; service: string; changed: boolean; at: number };
type Call = { name: string; args: Record<string, unknown>; key: string; fence: number };
type Service = { fence: number; weights: Record<string, number>; started: Set<string> };
type Answer = { structuredContent?: object; content: { type: 'text'; text: string }[]; isError?: boolean; _meta?: object };

export const MAIL_PIN = 'pinned';
export const BROKEN_SERVICE = 'broken';
const SILENCE_MS = 10_000;
const PROGRESS_MS = 2000;
const ok = (structuredContent: object): Answer => ({ structuredContent, content: [{ type: 'text', text: 'done' }] });

/** What stands outside: survives every process. */
export class Outside {
  readonly ledger: LedgerEntry[] = [];
  readonly mails: LedgerEntry[] = [];
  readonly services = new Map<string, Service>();
  onEffect: (entry: LedgerEntry) => void = () => {};
  /** Asked before a toolgate calls for an effect. */
  onCall: (gate: Proc, key: string) => void = () => {};
  /** What each toolgate is waiting for at the moment: its name and a key. */
  readonly awaited = new Set<string>();

  service(name: string): Service {
    const found = this.services.get(name) ?? { fence: 0, weights: {}, started: new Set<string>() };
    this.services.set(name, found);
    return found;
  }

  status(): { services: ServiceStatus[] } {
    const services = [...this.services].map(([name, { weights, started }]): ServiceStatus => {
      const revisions = [...new Set([...started, ...Object.keys(weights)])].map((revision) => ({
        revision,
        weight: weights[revision] ?? 0,
        state: 'ready' as const,
        pid: 1,
        port: 4000,
        restarts: 0,
        startedAt: null,
      }));
      return { environment: 'production', name, repo: '/repo', address: 'http://127.0.0.1:1', revisions, previous: null, sideBySide: true };
    });
    return { services };
  }

  /** Carries a call out at this moment. */
  carryOut({ name, args, key, fence }: Call, at: number): Answer {
    if (name === 'rollout.status') return ok(this.status());
    const enter = (entry: LedgerEntry, book: LedgerEntry[]) => {
      book.push(entry);
      this.onEffect(entry);
    };
    if (name === 'send') {
      enter({ key, fence, service: 'mail', changed: true, at }, this.mails);
      return ok({});
    }
    const given = args as { service: string; revision: string; weights: { revision: string; weight: number }[] };
    if (given.service === BROKEN_SERVICE) throw new TerminalError('tool-failed', `${BROKEN_SERVICE} cannot be changed`);
    const service = this.service(given.service);
    if (fence < service.fence) throw new TerminalError('stale-fence', `${given.service} was changed under fence ${service.fence}; this request has ${fence}`);
    const was = JSON.stringify([service.weights, [...service.started]]);
    service.fence = fence;
    if (name === 'rollout.start') service.started.add(given.revision);
    else service.weights = Object.fromEntries(given.weights.map((w) => [w.revision, w.weight]));
    const changed = JSON.stringify([service.weights, [...service.started]]) !== was;
    enter({ key, fence, service: given.service, changed, at }, this.ledger);
    return name === 'rollout.start'
      ? ok({ revision: given.revision, state: 'ready', port: 4000, address: 'http://127.0.0.1:1', startupMs: 1, alreadyRunning: !changed })
      : ok({ weights: given.weights, address: 'http://127.0.0.1:1' });
  }
}

export type ToolServer = { proc: () => Proc; outside: Outside };

/** What toolgate opens instead of MCP sessions: the same calls, lost and late like every other message. */
export function clientsOf(gate: Proc, network: Network, server: ToolServer): Clients {
  const callTool = (params: { name: string; arguments: Record<string, unknown>; _meta: Record<string, unknown> }) =>
    oneAtATime(gate, network, server, {
      name: params.name,
      args: params.arguments,
      key: String(params._meta[META.key] ?? ''),
      fence: Number(params._meta[META.fence]),
    });
  const client = (tools: ToolClient['tools']) => ({ client: { callTool }, tools }) as unknown as ToolClient;
  const mail = new Map([['send', { name: 'send', inputSchema: {}, digest: MAIL_PIN }]]);
  const own = async () => new Map([...(await ownPins())].map(([name, digest]) => [name, { name, inputSchema: {}, digest }]));
  return {
    ours: async () => client(own),
    spread: async (_server, use) => use(client(own)),
    attached: async () => client(async () => mail),
    drop: () => {},
    closeAll: async () => {},
  };
}

async function oneAtATime(gate: Proc, network: Network, server: ToolServer, call: Call): Promise<Answer> {
  if (call.key === '') return callOver(gate, network, server, call);
  const { awaited } = server.outside;
  const what = `${gate.name} ${call.key}`;
  if (awaited.has(what)) network.world.fail('one-call-at-a-time', `${gate.name} calls for ${call.key} while it waits for the answer to such a call`);
  awaited.add(what);
  server.outside.onCall(gate, call.key);
  return callOver(gate, network, server, call).finally(() => awaited.delete(what));
}

function callOver(gate: Proc, network: Network, { proc, outside }: ToolServer, call: Call): Promise<Answer> {
  const { world, random } = network;
  return new Promise((resolve, reject) => {
    let silence = world.after(SILENCE_MS, gate, () => reject(new Error('silent for 10 s')));
    const heard = () => {
      silence();
      silence = world.after(SILENCE_MS, gate, () => reject(new Error('silent for 10 s')));
    };
    network.send(gate, () => {
      const tool = proc();
      if (!tool.alive) return;
      const busy = call.key !== '' && random.chance(network.faults.slow);
      const takesMs = random.chance(0.05) ? random.between(1000, 14_000) : random.between(1, 40);
      progress(world, network, tool, gate, world.now + takesMs, heard);
      world.after(takesMs, tool, () => {
        const said = busy ? failure(new RetryableError('busy', 'not now', 50)) : attempt(() => outside.carryOut(call, world.now));
        world.say(() => `${tool.name}: ${call.name} ${call.key} fence ${call.fence} -> ${said.isError ? (said.content[0]?.text ?? '') : 'done'}`);
        world.after(random.between(0.1, 2), tool, () =>
          network.deliver(gate, () => {
            silence();
            resolve(said);
          }),
        );
      });
    });
  });
}

function progress(world: World, network: Network, tool: Proc, gate: Proc, until: number, heard: () => void): void {
  if (world.now + PROGRESS_MS >= until) return;
  world.after(PROGRESS_MS, tool, () => {
    network.deliver(gate, heard);
    progress(world, network, tool, gate, until, heard);
  });
}

function attempt(run: () => Answer): Answer {
  try {
    return run();
  } catch (error) {
    return failure(error as TerminalError | RetryableError);
  }
}

/** As serveTools says it. */
function failure(error: TerminalError | RetryableError): Answer {
  const next = { code: error.code, retryAfterMs: error instanceof RetryableError ? error.afterMs : null };
  return { isError: true, content: [{ type: 'text', text: error.message }], _meta: { [META.error]: next } };
}
