// rollout.start: one revision beside what runs, healthy, with no traffic.
import type { rolloutStart } from '@awo/contracts';
import type { z } from 'zod';
import { lives } from './launch.ts';
import { guard, type Local, type Place } from './local.ts';
import { addressOf } from './rollout-status.ts';
import { reconcileReplicas } from './replicas.ts';
import { startControl } from './control.ts';
import { controlFlightOf, desire, flightOf, replicasFlightOf, start } from './start-revision.ts';

/** What a handler needs to know about its call. */
export type Call = { fence: number; signal: AbortSignal };

export const startTool =
  (local: Local) =>
  async (args: z.infer<typeof rolloutStart.input>, call: Call): Promise<z.infer<typeof rolloutStart.output>> => {
    const environment = local.environment(args.environment);
    const service = environment.service(args.service, args.repo);
    guard(environment, service, call.fence);
    const revision = desire(environment, service, args.revision, args.model);
    const place = { environment, service, revision };
    const control = args.control === undefined ? null : beside(local, place, args.control, call);
    const alreadyRunning = revision.state === 'ready' && lives(place);
    const startupMs = alreadyRunning
      ? 0
      : await local.flights.join(flightOf(args.environment, args.service, args.revision), call.signal, async (signal) => {
          const ms = await start(local, place, signal);
          local.log.info(
            { environment: args.environment, service: args.service, revision: args.revision, port: revision.port, startupMs: Math.round(ms) },
            'healthy',
          );
          return ms;
        });
    // As many as the old one has: by one process alone it would not carry what they do. One that does not start yet is left to the loop: a way back must not fail of it.
    if ((service.replicas ?? 1) > 1)
      await local.flights
        .join(replicasFlightOf(args.environment, args.service, args.revision), call.signal, (signal) => reconcileReplicas(local, place, signal))
        .catch((error: unknown) => local.log.warn({ service: args.service, error: String(error) }, 'a further process did not start yet'));
    return {
      revision: args.revision,
      state: revision.state,
      port: revision.port ?? 0,
      address: addressOf(service.port),
      startupMs,
      alreadyRunning,
      ...(control === null ? {} : { controlled: await control }),
    };
  };

/** The control that is asked for, where the two revisions may run at the same time and the old one still does. It starts while the new one does: both are as young. */
async function beside(local: Local, { environment, service, revision }: Place, sha: string, { signal }: Call): Promise<boolean> {
  const old = service.revisions.find((r) => r.revision === sha && r !== revision && r.desired === 'running');
  if (old === undefined || !revision.model.sideBySide) return false;
  const key = controlFlightOf(environment.name, service.name, sha);
  return local.flights.join(key, signal, (s) => startControl(local, { environment, service, revision: old }, revision, s)).catch(() => false);
}
