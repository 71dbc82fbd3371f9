// The way out, in order: policy, arguments, pinning, fence, claim, call, record. One function per question, this file is the road.
import { createHash } from 'node:crypto';
import { EXTERNAL_PREFIX, RetryableError, TerminalError, capabilityByName, rolloutStatus } from '@awo/contracts';
import type { Capability, ToolRequest } from '@awo/contracts';
import type { CallToolResult } from '@modelcontextprotocol/client';
import { LostCall, callServer, externalResult } from './call-server.ts';
import type { Clients, ToolClient } from './clients.ts';
import { isOlder } from './effects.ts';
import type { Claim, EffectRecord, Effects } from './effects.ts';
import { measuredEffect } from './measures.ts';
import { ownPins } from './own-pins.ts';
import { effectOf, isIdempotent, pinState } from './pinning.ts';
import { isAllowed, serverOf } from './policy.ts';
import type { Policy } from './policy.ts';
import { readBack } from './read-back.ts';
import type { Registry } from './registry.ts';

export type Gate = {
  policy: Policy;
  clients: Clients;
  effects: Effects;
  registry: Registry;
  /** Is this step in somebody's hands, as the goal's log says? */
  isOpen: (goal: string, step: string, atLeast: number) => Promise<boolean>;
  /** Calls with effect that this process has under way, by key. */
  running: Map<string, Promise<GateAnswer>>;
  instance: string;
  now: () => Date;
};
export type GateAnswer = { result: Record<string, unknown>; server: string; how: 'ok' | 'recorded' | 'read-back' };

/** The archiver anchors what it has sealed. It works for no goal in particular. */
const OUTSIDE_OF_GOALS = 'archiver';

/** Where a request goes once it may go. */
type Route = {
  server: string;
  tool: string;
  effect: 'none' | 'reversible' | 'irreversible' | 'unknown';
  timeoutMs: number;
  withSession: <T>(use: (client: ToolClient) => Promise<T>) => Promise<T>;
  args: Record<string, unknown>;
  foreign: boolean;
  pins?: Record<string, string>;
};

/** Throws TerminalError (`not-allowed`, `unknown-capability`, `quarantined`, `bad-arguments`, `stale-fence`, `outcome-unknown`, or the tool's) or RetryableError. */
export async function passGate(gate: Gate, by: string, capability: string, request: ToolRequest): Promise<GateAnswer> {
  if (!isAllowed(gate.policy, by, capability))
    throw new TerminalError('not-allowed', `${by} may not ask for ${capability}.`, 'What each role may ask for stands in deploy/toolgate/policy.yaml.');
  const route = capability.startsWith(EXTERNAL_PREFIX) ? await foreignRoute(gate, capability, request.args) : ownRoute(gate, capability, request.args);
  return route.withSession((client) => throughSession(gate, by, capability, request, route, client));
}

async function throughSession(gate: Gate, by: string, capability: string, request: ToolRequest, route: Route, client: ToolClient): Promise<GateAnswer> {
  const { effect, idempotent } = await checkPin(route, client);
  // What has no goal has no log to claim in: only a call that may be repeated is let through.
  const outsideOfGoals = by === OUTSIDE_OF_GOALS && request.goal === null && idempotent;
  if (effect === 'none' || outsideOfGoals) return { result: await call(gate, route, client, request, null), server: route.server, how: 'ok' };
  return measuredEffect(() => once(gate, { ...route, effect }, client, capability, request));
}

function ownRoute(gate: Gate, name: string, rawArgs: Record<string, unknown>): Route {
  const capability: Capability | undefined = capabilityByName.get(name);
  const server = serverOf(gate.policy, name);
  if (!capability || !server)
    throw new TerminalError('unknown-capability', `There is no capability "${name}".`, `Known: ${[...capabilityByName.keys()].join(', ')}.`);
  const args = capability.input.safeParse(rawArgs);
  if (!args.success) {
    const first = args.error.issues[0];
    throw new TerminalError('bad-arguments', `${name}: "${first?.path.join('.') ?? ''}" ${first?.message ?? 'is not valid'}.`);
  }
  return {
    server,
    tool: name,
    effect: capability.effect,
    timeoutMs: capability.timeoutMs,
    withSession: async (use) => (capability.spread ? gate.clients.spread(server, use) : use(await gate.clients.ours(server))),
    args: args.data as Record<string, unknown>,
    foreign: false,
  };
}

async function foreignRoute(gate: Gate, name: string, args: Record<string, unknown>): Promise<Route> {
  const [, serverName = '', ...rest] = name.split('.');
  const server = await gate.registry.get(serverName);
  if (!server)
    throw new TerminalError('unknown-capability', `No tool server "${serverName}" is attached.`, 'See `awo tools`; attach one with `awo tools add`.');
  return {
    server: serverName,
    tool: rest.join('.'),
    effect: 'unknown',
    timeoutMs: 60_000,
    withSession: async (use) => use(await gate.clients.attached(server)),
    args,
    foreign: true,
    pins: server.pins,
  };
}

/** The definition must be the pinned one. A foreign tool's own word on its effect counts only as far as it was pinned. */
async function checkPin(route: Route, client: ToolClient): Promise<{ effect: Route['effect']; idempotent: boolean }> {
  const tools = await client.tools();
  const tool = tools.get(route.tool);
  if (!tool)
    throw new TerminalError(
      'unknown-capability',
      `The server "${route.server}" has no tool "${route.tool}".`,
      `It has: ${[...tools.keys()].join(', ').slice(0, 400)}.`,
    );
  const pinned = route.foreign ? route.pins?.[route.tool] : (await ownPins()).get(route.tool);
  const state = pinState(tool.digest, pinned);
  if (state !== 'pinned') {
    const what = state === 'new' ? 'was not there when its server was attached' : 'is defined differently from when it was pinned';
    throw new TerminalError(
      'quarantined',
      `${route.server}/${route.tool} ${what}, so it is not called.`,
      `Look at it with \`awo tools\`, then \`awo tools pin ${route.server}\`.`,
    );
  }
  return route.foreign ? { effect: effectOf(tool.annotations), idempotent: isIdempotent(tool.annotations) } : { effect: route.effect, idempotent: false };
}

async function call(gate: Gate, route: Route, client: ToolClient, request: ToolRequest, key: string | null): Promise<Record<string, unknown>> {
  let result: CallToolResult;
  try {
    result = await callServer({
      client: client.client,
      tool: route.tool,
      args: route.args,
      timeoutMs: route.timeoutMs,
      heartbeats: !route.foreign,
      meta: { key, fence: request.fence, traceparent: request.traceparent },
    });
  } catch (error) {
    if (error instanceof LostCall) gate.clients.drop(route.server, client);
    throw error;
  }
  return route.foreign ? externalResult(result) : ((result.structuredContent ?? {}) as Record<string, unknown>);
}

/** An effect: claimed, called once, recorded. */
async function once(gate: Gate, route: Route, client: ToolClient, capability: string, request: ToolRequest): Promise<GateAnswer> {
  const { goal, step, action, fence, attempt = 1 } = request;
  if (!goal || !step) throw new TerminalError('not-allowed', `${capability} changes something, so it can only be asked for within a goal.`);
  const key = `${goal}.${step}.${action}`;
  const digest = createHash('sha256')
    .update(JSON.stringify([capability, route.args]))
    .digest('hex');
  const highest = await gate.effects.raiseFence(goal, step, { seq: fence, attempt });
  if (isOlder({ seq: fence, attempt }, highest))
    throw new TerminalError(
      'stale-fence',
      `${capability} was asked for with fence ${fence}.${attempt}, but ${step} of ${goal} is at ${highest.seq}.${highest.attempt}: this worker has been overtaken.`,
    );
  // Whoever overtook it may have asked for nothing: only the log tells that the step is over.
  if (!(await gate.isOpen(goal, step, fence)))
    throw new TerminalError('stale-fence', `${capability} was asked for with fence ${fence}, but ${step} of ${goal} is over or was never begun.`);
  const claim = await gate.effects.claim(key, { state: 'claimed', request: digest, at: gate.now().toISOString(), by: gate.instance });
  if (claim.kind === 'theirs') {
    const { record } = claim;
    if (record.request !== digest) throw new TerminalError('bad-arguments', `The action ${key} was asked for before with other arguments.`);
    if (record.state === 'done') return { result: record.result, server: record.server, how: 'recorded' };
    if (record.state === 'failed') throw new TerminalError(record.code as TerminalError['code'], record.message, record.hint);
  }
  // Still under way here, for a worker that is gone or stalled: a look would find nothing yet, and a second call would be a second effect.
  const underWay = gate.running.get(key);
  if (underWay) return underWay;
  const work = finish(gate, route, client, request, { capability, key, digest, claim });
  gate.running.set(key, work);
  return work.finally(() => gate.running.delete(key));
}

type Claimed = { capability: string; key: string; digest: string; claim: Claim };

/** What is claimed comes to an end: done, failed, given back, or unknown. */
async function finish(gate: Gate, route: Route, client: ToolClient, request: ToolRequest, { capability, key, digest, claim }: Claimed): Promise<GateAnswer> {
  let { revision } = claim;
  const now = () => gate.now().toISOString();
  const settle = (record: EffectRecord) => gate.effects.settle(key, record, revision);
  if (claim.kind === 'theirs') {
    // Claimed without a result: whoever called died or lost the answer. Look before doing anything again.
    const found = await look(gate, capability, route, request.traceparent);
    if (found.kind === 'unknown')
      throw new TerminalError(
        'outcome-unknown',
        `Whether ${key} took place is unknown: ${found.because}. It is not repeated.`,
        'Look at the target, then release again.',
      );
    if (found.kind === 'done') {
      await settle({ state: 'done', request: digest, at: now(), server: route.server, result: found.result });
      return { result: found.result, server: route.server, how: 'read-back' };
    }
    // Of two toolgates that both found nothing, one calls.
    revision = await settle({ state: 'claimed', request: digest, at: now(), by: gate.instance });
  }
  try {
    const result = await call(gate, route, client, request, key);
    await settle({ state: 'done', request: digest, at: now(), server: route.server, result });
    return { result, server: route.server, how: 'ok' };
  } catch (error) {
    // Refused for its fence: nothing was done, and a worker that has read the log anew may.
    const refused = error instanceof TerminalError && error.code === 'stale-fence';
    if (error instanceof TerminalError && !refused) {
      const { code, message, hint } = error;
      await settle({ state: 'failed', request: digest, at: now(), server: route.server, code, message, ...(hint ? { hint } : {}) });
    } else if (refused || (error instanceof RetryableError && !(error instanceof LostCall))) {
      // The tool itself said that it did nothing yet. That speaks for this call only: where one was lost before it, the claim stays.
      if (claim.kind === 'ours') await gate.effects.release(key, revision);
    }
    throw error;
  }
}

async function look(gate: Gate, capability: string, route: Route, traceparent: string | undefined): ReturnType<typeof lookNow> {
  return route.foreign ? { kind: 'unknown', because: 'a foreign tool cannot be read back' } : lookNow(gate, capability, route, traceparent);
}

async function lookNow(gate: Gate, capability: string, route: Route, traceparent: string | undefined) {
  const { environment } = route.args as { environment?: string };
  const client = await gate.clients.ours(serverOf(gate.policy, rolloutStatus.name) ?? route.server);
  const answer = await callServer({
    client: client.client,
    tool: rolloutStatus.name,
    args: { environment },
    timeoutMs: rolloutStatus.timeoutMs,
    heartbeats: true,
    meta: { key: null, fence: 0, traceparent },
  });
  return readBack(capability, route.args, rolloutStatus.output.parse(answer.structuredContent).services);
}
