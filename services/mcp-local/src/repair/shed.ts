// traffic.shed: a share of the customers is turned away at the edge, so that the others are served.
import type { trafficShed } from '@awo/contracts';
import type { z } from 'zod';
import { guard, type Local } from '../local.ts';
import type { Call } from '../rollout-start.ts';
import { findPlace } from './find-service.ts';

export const shedTool =
  (local: Local) =>
  async (args: z.infer<typeof trafficShed.input>, call: Call): Promise<z.infer<typeof trafficShed.output>> => {
    const { environment, service } = findPlace(local, args.environment, args.service);
    guard(environment, service, call.fence);
    service.shed = args.share;
    environment.save();
    await environment.route();
    local.log.info({ environment: args.environment, service: args.service, share: args.share }, 'share turned away set');
    return { share: args.share };
  };
