// service.configure: variables above the model's and versions of files; the service is started anew with them, or everything stays as it was.
import { Configuration, type LocalService, type serviceConfigure } from '@awo/contracts';
import type { z } from 'zod';
import { guard, type Local } from '../local.ts';
import type { Call } from '../rollout-start.ts';
import { bringFileBack } from './config-files.ts';
import { findPlace, servingOf } from './find-service.ts';
import { replace } from './replace.ts';
import { restored } from './withheld.ts';

const KEPT_BEFORE = 10;

export const configurationOf = (service: LocalService): Configuration => service.configuration ?? { env: {}, files: [] };

const sameConfiguration = (a: Configuration, b: Configuration): boolean => canonical(a) === canonical(b);
const canonical = ({ env, files }: Configuration): string =>
  JSON.stringify([Object.entries(env).toSorted(([x], [y]) => x.localeCompare(y)), files.map((f) => [f.path, f.digest]).toSorted()]);

/** Keeps what was in force until now, newest first. Who goes back to an earlier one leaves what came after it behind: it is nothing to go back to. */
export function adopt(service: LocalService, next: Configuration, now: Date, byRepair: boolean): void {
  const before = service.configurationsBefore ?? [];
  const back = before.findIndex(({ configuration }) => sameConfiguration(configuration, next));
  service.configurationsBefore =
    back >= 0 ? before.slice(back + 1) : [{ until: now.toISOString(), configuration: configurationOf(service), byRepair }, ...before].slice(0, KEPT_BEFORE);
  service.configuration = next;
}

export const configureTool =
  (local: Local) =>
  async (args: z.infer<typeof serviceConfigure.input>, call: Call): Promise<z.infer<typeof serviceConfigure.output>> => {
    const { environment, service } = findPlace(local, args.environment, args.service);
    guard(environment, service, call.fence);
    const before = configurationOf(service);
    const wanted = restored(args.configuration, service, local.hostEnv);
    if (sameConfiguration(before, wanted)) return { configuration: args.configuration, changed: false };
    const remembered = service.configurationsBefore;
    const put = (next: Configuration) => {
      for (const { path, digest } of next.files) bringFileBack(environment.dir, path, digest);
      service.configuration = next;
      environment.save();
    };
    adopt(service, wanted, new Date(), true);
    put(wanted);
    const revision = servingOf(service);
    try {
      if (revision !== undefined) await replace(local, { environment, service, revision }, call.signal);
    } catch (error) {
      service.configurationsBefore = remembered;
      put(before);
      throw error;
    }
    local.log.info({ environment: args.environment, service: args.service, variables: Object.keys(args.configuration.env) }, 'configured');
    return { configuration: args.configuration, changed: true };
  };
