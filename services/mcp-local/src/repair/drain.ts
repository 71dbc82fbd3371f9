// service.drain: one process of several is taken out, and a fresh one beside the others takes its place.
import { type LocalReplica, type LocalRevision, RetryableError, type serviceDrain, TerminalError } from '@awo/contracts';
import type { z } from 'zod';
import { guard, type Local, short } from '../local.ts';
import { isAlive } from '../process-identity.ts';
import { reconcileReplicas } from '../replicas.ts';
import type { Call } from '../rollout-start.ts';
import { flightOf, replicasFlightOf } from '../start-revision.ts';
import { findPlace } from './find-service.ts';

/** Others that have to serve for it to get nothing from the first moment on; with fewer it gets nothing once the fresh one serves. */
const ENOUGH = 2;
const LOOKS = 3;

export const drainTool =
  (local: Local) =>
  async (args: z.infer<typeof serviceDrain.input>, call: Call): Promise<z.infer<typeof serviceDrain.output>> => {
    const { environment, service } = findPlace(local, args.environment, args.service);
    guard(environment, service, call.fence);
    const revision = service.revisions.find((r) => r.revision === args.revision && r.desired === 'running');
    if (revision === undefined)
      throw new TerminalError('unknown-revision', `${short(args.revision)} of ${args.service} does not run in ${args.environment}.`, 'See `awo ps`.');
    if (revision.state !== 'ready' || local.flights.has(flightOf(args.environment, args.service, args.revision)))
      throw new RetryableError('tool-unavailable', `The first process of ${args.service} is being started.`, 500);
    const named = (): LocalReplica | undefined => revision.replicas?.find((r) => r.launch === args.process);
    if (named() === undefined && revision.launch !== args.process) return { process: args.process, drained: false };
    const others = [revision, ...(revision.replicas ?? []).filter((r) => r.ready && r.stale !== true)].filter(
      (one) => one.launch !== args.process && isAlive(one.pid, one.mark),
    );
    if (others.length === 0 || !service.sideBySide)
      throw new TerminalError('bad-arguments', `No other process of ${args.service} serves: ${args.process} cannot be drained.`, 'Start it anew instead.');
    const one = named() ?? stepBack(revision);
    Object.assign(one, { stale: true, ...(others.length >= ENOUGH ? { drains: true } : {}) });
    environment.save();
    await environment.route();
    const key = replicasFlightOf(args.environment, args.service, args.revision);
    try {
      // One that is under way may have looked already.
      for (let looks = 0; looks < LOOKS && named() !== undefined; looks += 1)
        await local.flights.join(key, call.signal, (signal) => reconcileReplicas(local, { environment, service, revision }, signal));
      if (named() !== undefined) throw new TerminalError('start-failed', `${args.process} of ${args.service} was not replaced.`);
    } catch (error) {
      // Without a fresh one it is better than nothing.
      delete one.stale;
      delete one.drains;
      environment.save();
      await environment.route();
      throw error;
    }
    local.log.info({ environment: args.environment, service: args.service, revision: args.revision, process: args.process }, 'drained');
    return { process: args.process, drained: true };
  };

/** The first process is one of the further ones from now on, and one of those the first: only those can go. */
function stepBack(revision: LocalRevision): LocalReplica {
  const { launch, pid, mark, port } = revision;
  const first: LocalReplica = { launch, pid, mark, port, ready: true };
  const next = (revision.replicas ?? []).find((r) => r.ready && r.stale !== true && isAlive(r.pid, r.mark));
  revision.replicas = [...(revision.replicas ?? []).filter((r) => r !== next), first];
  if (next !== undefined) Object.assign(revision, { launch: next.launch, pid: next.pid, mark: next.mark, port: next.port });
  return first;
}
