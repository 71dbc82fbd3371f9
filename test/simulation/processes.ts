// Processes of an installation: agents, toolgate, the tool server, openers of goals, a person who aborts. Each is the real code on a simulated connection.
import { takeUpCommit, takeUpTimer } from '@awo/agent';
import { busOn, consumeWork, digestOf } from '@awo/bus';
import type { Bus } from '@awo/bus';
import type { Author, PlanStep, Role } from '@awo/contracts';
import type { Logger } from '@awo/telemetry';
import type { JsMsg } from '@nats-io/jetstream';
import { openEffects } from '../../services/toolgate/src/effects.ts';
import type { Gate } from '../../services/toolgate/src/gate.ts';
import { stepIsOpen } from '../../services/toolgate/src/open-steps.ts';
import type { Policy } from '../../services/toolgate/src/policy.ts';
import type { Registry } from '../../services/toolgate/src/registry.ts';
import { serveGate } from '../../services/toolgate/src/serve.ts';
import { agentOf } from './agents.ts';
import type { Broker } from './broker.ts';
import { bucketOf } from './bucket.ts';
import { connectionOf } from './connection.ts';
import type { Watch } from './invariants.ts';
import type { Network } from './network.ts';
import { MAIL_PIN, clientsOf } from './tools.ts';
import type { ToolServer } from './tools.ts';
import type { Proc } from './world.ts';

export type Site = { network: Network; broker: Broker; watch: Watch; tools: ToolServer };

const POLICY: Policy = {
  allow: { deploy: ['*'], monitor: ['*'], impact: ['*'] },
  servers: { 'mcp-local': ['rollout.*', 'traffic.*'] },
};
const registry = {
  get: async (name: string) => ({ name, env: [], pins: { send: MAIL_PIN }, addedAt: '2026-01-01T00:00:00.000Z' }),
} as unknown as Registry;

function busOf(proc: Proc, { network, broker }: Site): Bus {
  const put = async (content: string | Uint8Array | object) => {
    const bytes = content instanceof Uint8Array ? content : new TextEncoder().encode(typeof content === 'string' ? content : JSON.stringify(content));
    return network.request(
      proc,
      () => 'evidence',
      () => digestOf(bytes),
    );
  };
  const bus = busOn(connectionOf(proc, network, broker));
  return { ...bus, kv: async (bucket) => bucketOf(proc, network, broker, bucket), evidence: { ...bus.evidence, put } };
}

function logOf(proc: Proc, { network }: Site): Logger {
  const say = (fields: { err?: unknown }, message: string) =>
    network.world.say(() => `${proc.name}: "${message}" ${fields.err instanceof Error ? `${fields.err.name}: ${fields.err.message}` : JSON.stringify(fields)}`);
  return { info: say, warn: say, error: say } as unknown as Logger;
}

const nowOf =
  (proc: Proc, { network }: Site) =>
  () =>
    network.world.date(proc);

export function startAgent(proc: Proc, role: Role, site: Site): void {
  const bus = busOf(proc, site);
  const { signal } = proc.stopping;
  const log = logOf(proc, site);
  const options = (message: JsMsg) => {
    const delivery = { at: site.network.world.now, again: message.redelivered };
    const agent = agentOf(role, ({ goal, step, looks }) => site.watch.begun(goal, step.id, looks, delivery));
    return { agent, bus, writer: { author: role, instance: proc.name }, signal, now: nowOf(proc, site), log };
  };
  void consumeWork(bus, { stream: 'GOALS', consumer: role, concurrency: 2, handle: (m) => takeUpCommit(m, options(m)), signal, log });
  void consumeWork(bus, { stream: 'TIMERS', consumer: role, concurrency: 1, handle: (m) => takeUpTimer(m, options(m)), signal, log });
}

export function startGate(proc: Proc, site: Site): void {
  const bus = busOf(proc, site);
  const clients = clientsOf(proc, site.network, site.tools);
  const gate: Gate = {
    policy: POLICY,
    clients,
    effects: openEffects(bus),
    registry,
    isOpen: (goal, step, atLeast) => stepIsOpen(bus, goal, step, atLeast),
    running: new Map(),
    instance: proc.name,
    now: nowOf(proc, site),
  };
  serveGate(bus, gate, logOf(proc, site));
}

/** `done` hears whether the event was written; null: nobody can tell, because an earlier try ended with an error. */
type Once = { goal: string; author: Author; done: (written: boolean | null, proc: Proc) => void };

/** Writes until it is in the log, as whoever must not give up does. */
function insist(proc: Proc, site: Site, { goal, author, done }: Once, events: Parameters<Bus['write']>[0]['events'], head: null | undefined): void {
  const bus = busOf(proc, site);
  const attempt = (sure: boolean): void =>
    void bus.write({ goal, by: { author, instance: proc.name }, head, events, now: nowOf(proc, site) }).then(
      ({ written }) => done(sure ? written : null, proc),
      () => void setTimeout(attempt, 500, false),
    );
  attempt(true);
}

export function openGoal(proc: Proc, site: Site, once: Once, plan: PlanStep[]): void {
  const spec = { kind: 'assess' as const, repo: '/repo', revision: 'HEAD' };
  insist(proc, site, once, (state) => (state ? null : [{ type: 'goal.accepted', goal: once.goal, spec, source: 'simulation', plan }]), null);
}

export function abortGoal(proc: Proc, site: Site, once: Once): void {
  const act = { type: 'human.acted' as const, action: 'abort' as const, who: 'Ada', because: 'enough' };
  insist(proc, site, once, (state) => (!state || state.ended || state.halted ? null : [act]), undefined);
}
