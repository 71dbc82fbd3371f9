// rollout.stop: a revision out of traffic, its last requests answered, its processes ended. Its model is kept for a way back.
import { type rolloutStop, TerminalError } from '@awo/contracts';
import type { z } from 'zod';
import { guard, type Local, short } from './local.ts';
import type { Call } from './rollout-start.ts';
import { controlFlightOf, flightOf, replicasFlightOf } from './start-revision.ts';
import { stop } from './stop-revision.ts';

export const stopTool =
  (local: Local) =>
  async (args: z.infer<typeof rolloutStop.input>, call: Call): Promise<z.infer<typeof rolloutStop.output>> => {
    // Undoing a start that never got here has nothing left to do.
    const nothing = { revision: args.revision, stopped: true, drained: true };
    const environment = local.environments().find((e) => e.name === args.environment);
    const service = environment?.state.services.find((s) => s.name === args.service);
    if (environment === undefined || service === undefined) return nothing;
    guard(environment, service, call.fence);
    const revision = service.revisions.find((r) => r.revision === args.revision);
    if (revision === undefined || revision.desired === 'stopped') return nothing;
    const others = service.revisions.filter((r) => r !== revision && r.desired === 'running');
    if (revision.weight > 0 && others.length > 0 && service.sideBySide) {
      const message = `${short(args.revision)} of ${args.service} has ${revision.weight}% of the traffic in ${args.environment}.`;
      throw new TerminalError('bad-arguments', message, `Give it to ${others.map((r) => short(r.revision)).join(' or ')} first, by traffic.set.`);
    }
    const key = flightOf(args.environment, args.service, args.revision);
    // A start or restart under way would bring it back.
    revision.state = 'draining';
    await local.flights.cancel(key);
    await local.flights.cancel(replicasFlightOf(args.environment, args.service, args.revision));
    await local.flights.cancel(controlFlightOf(args.environment, args.service, args.revision));
    const drained = await local.flights.join(key, new AbortController().signal, () => stop(local, { environment, service, revision }, args.drainMs));
    local.tidyLater();
    // The control that was started with it goes as well.
    local.wake();
    return { revision: args.revision, stopped: true, drained };
  };
