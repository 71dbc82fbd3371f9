// rollout.* and traffic.*: start, stop and weigh revisions of a service in an environment.
import { z } from 'zod';
import { Name, Sha } from '../ids.ts';
import { ServiceModel } from '../repo-model.ts';
import { capability } from './capability.ts';

const environment = Name;
const service = Name;

/** `starting` and `ready` run; `draining` finishes what it has; `crashed` is between restarts; `stopped` is kept for a way back. */
export const RevisionState = z.enum(['starting', 'ready', 'draining', 'crashed', 'failed', 'stopped']);

export const RevisionStatus = z.object({
  revision: Sha,
  /** Share of traffic, 0 to 100. */
  weight: z.number().min(0).max(100),
  state: RevisionState,
  pid: z.number().int().nullable(),
  port: z.number().int().nullable(),
  restarts: z.number().int(),
  startedAt: z.string().nullable(),
});
export type RevisionStatus = z.infer<typeof RevisionStatus>;

export const ServiceStatus = z.object({
  environment,
  name: service,
  repo: z.string(),
  /** Where its users reach it, e.g. `http://127.0.0.1:41234`. Stable over releases. */
  address: z.string(),
  revisions: z.array(RevisionStatus),
  /** The revision that held all traffic before the present one did. */
  previous: Sha.nullable(),
  /** Whether the old and the new one may run at the same time. */
  sideBySide: z.boolean(),
});
export type ServiceStatus = z.infer<typeof ServiceStatus>;

export const rolloutStatus = capability({
  name: 'rollout.status',
  description: 'What runs in an environment (all environments when left out): services, addresses, revisions, weights.',
  input: z.object({ environment: environment.optional(), service: service.optional() }),
  output: z.object({ services: z.array(ServiceStatus) }),
  effect: 'none',
  timeoutMs: 15_000,
});

export const rolloutStart = capability({
  name: 'rollout.start',
  description:
    'Start one revision of a service beside what runs, with no traffic, and wait until it is healthy. `model` null: the model kept from its earlier start.',
  input: z.object({ environment, service, repo: z.string(), revision: Sha, model: ServiceModel.nullable() }),
  output: z.object({ revision: Sha, state: RevisionState, port: z.number().int(), address: z.string(), startupMs: z.number(), alreadyRunning: z.boolean() }),
  effect: 'reversible',
  readBack: 'rollout.status',
  undo: 'rollout.stop',
  timeoutMs: 600_000,
});

export const rolloutStop = capability({
  name: 'rollout.stop',
  description: 'Take a revision out of traffic, let its connections finish (at most `drainMs`), stop it.',
  input: z.object({ environment, service, revision: Sha, drainMs: z.number().int().min(0).default(5000) }),
  output: z.object({ revision: Sha, stopped: z.boolean(), drained: z.boolean() }),
  effect: 'reversible',
  readBack: 'rollout.status',
  undo: 'rollout.start',
  timeoutMs: 60_000,
});

export const trafficSet = capability({
  name: 'traffic.set',
  description: 'Share the traffic of a service among its ready revisions. Weights add up to 100.',
  input: z.object({ environment, service, weights: z.array(z.object({ revision: Sha, weight: z.number().min(0).max(100) })).min(1) }),
  output: z.object({ weights: z.array(z.object({ revision: Sha, weight: z.number() })), address: z.string() }),
  effect: 'reversible',
  readBack: 'rollout.status',
  undo: 'traffic.set',
  timeoutMs: 15_000,
});
