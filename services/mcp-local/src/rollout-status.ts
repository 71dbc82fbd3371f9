// rollout.status: what runs where, at which weight, checked against the living processes.
import type { rolloutStatus, ServiceStatus } from '@awo/contracts';
import type { z } from 'zod';
import type { Environment } from './environment.ts';
import { lives } from './launch.ts';
import type { Local } from './local.ts';

export const status =
  (local: Local) =>
  async (args: z.infer<typeof rolloutStatus.input>): Promise<z.infer<typeof rolloutStatus.output>> => ({
    services: local
      .environments()
      .filter((e) => args.environment === undefined || e.name === args.environment)
      .flatMap((e) => servicesOf(e))
      .filter((s) => args.service === undefined || s.name === args.service),
  });

/** A name that only has an address so far, because another service calls it, is not a service that runs. */
const servicesOf = (environment: Environment): ServiceStatus[] =>
  environment.state.services
    .filter((s) => s.revisions.length > 0)
    .map((service) => ({
      environment: environment.name,
      name: service.name,
      repo: service.repo,
      address: addressOf(service.port),
      previous: service.previous,
      sideBySide: service.sideBySide,
      revisions: service.revisions.map((revision) => {
        const alive = lives({ environment, service, revision });
        return {
          revision: revision.revision,
          weight: revision.weight,
          // Between the death of a process and the next look of the supervisor.
          state: revision.state === 'ready' && !alive ? 'crashed' : revision.state,
          pid: alive ? revision.pid : null,
          port: revision.port,
          restarts: revision.restarts,
          startedAt: revision.startedAt,
        };
      }),
    }));

export const addressOf = (port: number | null): string => `http://127.0.0.1:${port ?? 0}`;
