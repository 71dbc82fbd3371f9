// service.scale: more or fewer processes of the running revisions, as awo.yaml allows.
import { freemem } from 'node:os';
import { type LocalRevision, type LocalService, type serviceScale, TerminalError } from '@awo/contracts';
import type { z } from 'zod';
import { guard, type Local } from '../local.ts';
import { useOfGroups } from '../recorder/process-groups.ts';
import { reconcileReplicas } from '../replicas.ts';
import type { Call } from '../rollout-start.ts';
import { replicasFlightOf } from '../start-revision.ts';
import { findPlace, servingOf } from './find-service.ts';

export const scaleTool =
  (local: Local) =>
  async (args: z.infer<typeof serviceScale.input>, call: Call): Promise<z.infer<typeof serviceScale.output>> => {
    const { environment, service } = findPlace(local, args.environment, args.service);
    guard(environment, service, call.fence);
    check(service, args.replicas);
    const before = service.replicas ?? 1;
    service.replicas = args.replicas;
    environment.save();
    const reconciled = (revision: LocalRevision): Promise<void> =>
      local.flights.join(replicasFlightOf(args.environment, args.service, revision.revision), call.signal, (signal) =>
        reconcileReplicas(local, { environment, service, revision }, signal),
      );
    try {
      await Promise.all(service.revisions.filter((r) => r.desired === 'running' && r.state === 'ready').map(reconciled));
    } catch (error) {
      // The loop takes those that did start back.
      service.replicas = before;
      environment.save();
      local.wake();
      throw error;
    }
    local.log.info({ environment: args.environment, service: args.service, replicas: args.replicas }, 'scaled');
    return { replicas: args.replicas };
  };

/** As a release wants it of a second process beside the first. */
const ROOM = 1.5;

/** Throws TerminalError `bad-arguments`, or `start-failed` where the machine has no room. Fewer is always possible. */
function check(service: LocalService, wanted: number): void {
  const serving = servingOf(service);
  const max = serving?.model.replicas?.max ?? 1;
  const more = wanted - (service.replicas ?? 1);
  if (more <= 0) return;
  if (wanted <= max && service.sideBySide) {
    const { memoryBytes = 0 } = serving?.pid ? (useOfGroups(new Set([serving.pid])).get(serving.pid) ?? {}) : {};
    const needed = ROOM * memoryBytes * more;
    if (needed <= freemem()) return;
    const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
    throw new TerminalError('start-failed', `${more} more of ${service.name} need ${megabytes(needed)} of memory; ${megabytes(freemem())} are free.`);
  }
  throw new TerminalError(
    'bad-arguments',
    `${wanted} processes of ${service.name} were asked for; ${service.sideBySide ? `awo.yaml allows ${max}` : 'awo.yaml says that two must not run beside each other'}.`,
    'services: { NAME: { replicas: { max: N } } } says how many may share its requests.',
  );
}
