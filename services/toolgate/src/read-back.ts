// Read-back: did an effect whose answer was lost take place? Judged from what `rollout.status` says now. Pure.
import { isDeepStrictEqual } from 'node:util';
import {
  ServiceStatus,
  rolloutStart,
  rolloutStop,
  serviceConfigure,
  serviceDrain,
  serviceRestart,
  serviceScale,
  trafficSet,
  trafficShed,
} from '@awo/contracts';
import type { z } from 'zod';

export type ReadBack = { kind: 'done'; result: Record<string, unknown> } | { kind: 'absent' } | { kind: 'unknown'; because: string };

type Judge = (args: never, service: ServiceStatus | undefined) => ReadBack;

/** One entry per capability with effect. A capability that is missing here is given to a person. */
const JUDGES: Record<string, Judge> = {
  'rollout.start': (args: z.output<typeof rolloutStart.input>, service) => {
    const found = service?.revisions.find((r) => r.revision === args.revision);
    if (!found || found.state !== 'ready' || found.port === null) return { kind: 'absent' };
    return {
      kind: 'done',
      result: { revision: found.revision, state: found.state, port: found.port, address: service?.address ?? '', startupMs: 0, alreadyRunning: true },
    };
  },
  'rollout.stop': (args: z.output<typeof rolloutStop.input>, service) => {
    const found = service?.revisions.find((r) => r.revision === args.revision);
    return found && found.state !== 'stopped' ? { kind: 'absent' } : { kind: 'done', result: { revision: args.revision, stopped: true, drained: true } };
  },
  'traffic.set': (args: z.output<typeof trafficSet.input>, service) => {
    if (!service) return { kind: 'absent' };
    const weightOf = (revision: string) => service.revisions.find((r) => r.revision === revision)?.weight ?? 0;
    const copied = service.revisions.find((r) => (r.copies ?? 0) > 0);
    const same =
      args.weights.every((w) => weightOf(w.revision) === w.weight) &&
      (copied?.copies ?? 0) === (args.copies?.share ?? 0) &&
      copied?.revision === args.copies?.revision;
    return same ? { kind: 'done', result: { weights: args.weights, address: service.address } } : { kind: 'absent' };
  },
  'service.configure': (args: z.output<typeof serviceConfigure.input>, service) =>
    isDeepStrictEqual(service?.configuration, args.configuration)
      ? { kind: 'done', result: { configuration: args.configuration, changed: true } }
      : { kind: 'absent' },
  'service.restart': (args: z.output<typeof serviceRestart.input>, service) => {
    const found = service?.revisions.find((r) => r.revision === args.revision);
    return found?.launch !== undefined && found.launch !== args.launch && found.state === 'ready'
      ? { kind: 'done', result: { launch: found.launch, restarted: true } }
      : { kind: 'absent' };
  },
  'service.drain': (args: z.output<typeof serviceDrain.input>, service) => {
    const found = service?.revisions.find((r) => r.revision === args.revision);
    const gone = found?.serving?.every((one) => one.launch !== args.process) === true;
    return gone && (found?.processes ?? 0) >= (service?.replicas?.value ?? 1)
      ? { kind: 'done', result: { process: args.process, drained: true } }
      : { kind: 'absent' };
  },
  'service.scale': (args: z.output<typeof serviceScale.input>, service) =>
    service?.replicas?.value === args.replicas && service.revisions.every((r) => r.weight === 0 || r.processes === args.replicas)
      ? { kind: 'done', result: { replicas: args.replicas } }
      : { kind: 'absent' },
  'traffic.shed': (args: z.output<typeof trafficShed.input>, service) =>
    service?.shed === args.share ? { kind: 'done', result: { share: args.share } } : { kind: 'absent' },
};

export function readBack(capability: string, args: unknown, services: ServiceStatus[]): ReadBack {
  const judge = JUDGES[capability];
  if (!judge) return { kind: 'unknown', because: `nothing reads ${capability} back` };
  const { environment, service } = args as { environment: string; service: string };
  return judge(
    args as never,
    services.find((s) => s.environment === environment && s.name === service),
  );
}
