// service.restart: one revision anew, unless somebody has done it already.
import { type serviceRestart, TerminalError } from '@awo/contracts';
import type { z } from 'zod';
import { guard, type Local, short } from '../local.ts';
import type { Call } from '../rollout-start.ts';
import { findPlace } from './find-service.ts';
import { replace } from './replace.ts';

export const restartTool =
  (local: Local) =>
  async (args: z.infer<typeof serviceRestart.input>, call: Call): Promise<z.infer<typeof serviceRestart.output>> => {
    const { environment, service } = findPlace(local, args.environment, args.service);
    guard(environment, service, call.fence);
    const revision = service.revisions.find((r) => r.revision === args.revision && r.desired === 'running');
    if (revision === undefined)
      throw new TerminalError('unknown-revision', `${short(args.revision)} of ${args.service} does not run in ${args.environment}.`, 'See `awo ps`.');
    if (revision.launch !== args.launch) return { launch: revision.launch, restarted: false };
    await replace(local, { environment, service, revision }, call.signal);
    local.log.info({ environment: args.environment, service: args.service, revision: args.revision }, 'restarted');
    return { launch: revision.launch, restarted: true };
  };
