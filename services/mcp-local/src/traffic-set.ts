// traffic.set: shares of traffic among ready revisions.
import { type LocalRevision, type LocalService, RetryableError, TerminalError, type trafficSet } from '@awo/contracts';
import type { z } from 'zod';
import type { Environment } from './environment.ts';
import { lives } from './launch.ts';
import { guard, type Local, short } from './local.ts';
import type { Call } from './rollout-start.ts';
import { addressOf } from './rollout-status.ts';

type Args = z.infer<typeof trafficSet.input>;

export const trafficTool =
  (local: Local) =>
  async (args: Args, call: Call): Promise<z.infer<typeof trafficSet.output>> => {
    const { environment, service } = find(local, args);
    guard(environment, service, call.fence);
    check(args, environment, service);
    const weights = new Map(args.weights.map((w) => [w.revision, w.weight]));
    const before = mostTraffic(service);
    for (const revision of service.revisions) revision.weight = weights.get(revision.revision) ?? 0;
    if (args.copies) service.copies = args.copies;
    else delete service.copies;
    const all = service.revisions.find((r) => r.weight === 100);
    if (all && all.revision !== service.current) Object.assign(service, successionOf(service, all.revision, before));
    environment.save();
    await environment.route();
    local.log.info(
      { environment: args.environment, service: args.service, weights: args.weights.map((w) => `${short(w.revision)}=${w.weight}`) },
      'traffic set',
    );
    return { weights: args.weights, address: addressOf(service.port) };
  };

function find(local: Local, args: Args): { environment: Environment; service: LocalService } {
  const environment = local.environments().find((e) => e.name === args.environment);
  if (environment === undefined) {
    const known =
      local
        .environments()
        .map((e) => e.name)
        .join(', ') || 'none';
    throw new TerminalError('bad-arguments', `No environment "${args.environment}". Known: ${known}.`, 'Start a revision in it first, by rollout.start.');
  }
  const service = environment.state.services.find((s) => s.name === args.service);
  if (service === undefined) {
    const known = environment.state.services.map((s) => s.name).join(', ') || 'none';
    throw new TerminalError(
      'bad-arguments',
      `No service "${args.service}" in ${args.environment}. Known: ${known}.`,
      'Start a revision of it first, by rollout.start.',
    );
  }
  return { environment, service };
}

function check(args: Args, environment: Environment, service: LocalService): void {
  const sum = args.weights.reduce((total, w) => total + w.weight, 0);
  if (Math.abs(sum - 100) > 0.001)
    throw new TerminalError('bad-arguments', `The weights add up to ${sum}, expected 100.`, 'Name every revision that should get traffic; others get none.');
  if (new Set(args.weights.map((w) => w.revision)).size < args.weights.length)
    throw new TerminalError('bad-arguments', 'A revision stands in the weights twice.', 'Name each once.');
  const { copies } = args;
  if (copies && args.weights.some((w) => w.revision === copies.revision && w.weight > 0))
    throw new TerminalError('bad-arguments', `${short(copies.revision)} has weight and is to get copies as well.`, 'Copies go to a revision without weight.');
  for (const { revision: sha, weight } of [...args.weights, ...(copies ? [{ revision: copies.revision, weight: copies.share }] : [])]) {
    if (weight === 0) continue;
    const revision = service.revisions.find((r) => r.revision === sha);
    const state = revision?.desired === 'running' ? revision.state : (revision?.state ?? 'unknown');
    // On its way back by itself: worth waiting for, above all when it is the way out of a bad release.
    if (state === 'crashed' || (state === 'ready' && revision && !lives({ environment, service, revision })))
      throw new RetryableError('unhealthy', `${short(sha)} of ${args.service} has crashed and is being started again.`, 1000);
    if (state === 'ready') continue;
    const ready =
      service.revisions
        .filter((r) => r.state === 'ready')
        .map((r) => short(r.revision))
        .join(', ') || 'none';
    throw new TerminalError(
      'bad-arguments',
      `${short(sha)} of ${args.service} is ${state} in ${args.environment}, expected ready. Ready: ${ready}.`,
      'Start it first, by rollout.start.',
    );
  }
}

const KEPT_EARLIER = 3;

/**
 * Who holds all traffic now and who did before. Going back to the one before is a way back, not a step forward:
 * what was left is forgotten, or the next roll-back would bring a bad revision back.
 */
export function successionOf(
  service: Pick<LocalService, 'current' | 'previous' | 'earlier'>,
  now: string,
  before: string | null,
): Pick<LocalService, 'current' | 'previous' | 'earlier'> {
  const { previous, earlier } = service;
  if (now === previous) return { current: now, previous: earlier[0] ?? null, earlier: earlier.slice(1) };
  const left = service.current ?? before;
  const behind = [previous, ...earlier].filter((revision) => revision !== null && revision !== now && revision !== left) as string[];
  return { current: now, previous: left, earlier: behind.slice(0, KEPT_EARLIER) };
}

const mostTraffic = (service: LocalService): string | null =>
  service.revisions.reduce<LocalRevision | null>((most, r) => (r.weight > (most?.weight ?? 0) ? r : most), null)?.revision ?? null;
