// What the starter of a supervisor tells it, as one argument, and what it tells back.
import { z } from 'zod';

export const SupervisorOptions = z.strictObject({
  home: z.string(),
  /** nats-server to run; null where `natsUrl` names one that others run. */
  binary: z.strictObject({ path: z.string(), version: z.string() }).nullable(),
  natsUrl: z.string().nullable(),
  /** `any` takes free ports without asking for the usual ones first. */
  ports: z.enum(['usual', 'any']),
  /** Another list of services than deploy/services.yaml. */
  servicesFile: z.string().nullable(),
});
export type SupervisorOptions = z.infer<typeof SupervisorOptions>;

/** From the supervisor to its starter. */
export const SupervisorMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), phase: z.enum(['nats-server', 'provision', 'services', 'ready']), text: z.string() }),
  z.object({ kind: z.literal('ready') }),
  /** Another supervisor already owns the installation. */
  z.object({ kind: z.literal('occupied') }),
  z.object({ kind: z.literal('failed'), code: z.string(), message: z.string(), hint: z.string().nullable() }),
]);
export type SupervisorMessage = z.infer<typeof SupervisorMessage>;
