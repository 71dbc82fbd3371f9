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

const variablesOf = ({ env }: Configuration): string => JSON.stringify(Object.entries(env).toSorted(([x], [y]) => x.localeCompare(y)));
const filesOf = ({ files }: Configuration): string => JSON.stringify(files.map((f) => [f.path, f.digest]).toSorted());
const sameConfiguration = (a: Configuration, b: Configuration): boolean => variablesOf(a) === variablesOf(b) && filesOf(a) === filesOf(b);

/** Keeps what was in force until now, newest first. Who goes back to an earlier one leaves what came after it behind: it is nothing to go back to. */
export function adopt(service: LocalService, next: Configuration, now: Date, byRepair: boolean): void {
  const before = service.configurationsBefore ?? [];
  const present = configurationOf(service);
  // Also where only the variables go back, and the files stay as somebody has edited them since.
  const filesStay = filesOf(present) === filesOf(next) && variablesOf(present) !== variablesOf(next);
  const back = before.findIndex(
    ({ configuration }) => sameConfiguration(configuration, next) || (filesStay && variablesOf(configuration) === variablesOf(next)),
  );
  service.configurationsBefore =
    back >= 0 ? before.slice(back + 1) : [{ until: now.toISOString(), configuration: present, byRepair }, ...before].slice(0, KEPT_BEFORE);
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
    const revision = servingOf(service);
    adopt(service, wanted, new Date(), true);
    // An owner that is killed before the process is another one finds that it still has to be.
    if (revision !== undefined) revision.renew = true;
    put(wanted);
    try {
      if (revision !== undefined) await replace(local, { environment, service, revision }, call.signal);
    } catch (error) {
      service.configurationsBefore = remembered;
      if (revision !== undefined) delete revision.renew;
      put(before);
      throw error;
    }
    local.log.info({ environment: args.environment, service: args.service, variables: Object.keys(args.configuration.env) }, 'configured');
    return { configuration: args.configuration, changed: true };
  };
