// rollout.* and traffic.*: start, stop and weigh revisions of a service in an environment.
import { z } from 'zod';
import { Name, Sha } from '../ids.ts';
import { Configuration, EarlierConfiguration } from '../incident.ts';
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
  /** Names the process: another one after every start. */
  launch: z.string().optional(),
  /** Share of the requests that it gets a copy of, beside its weight; nobody sees its answers to them. */
  copies: z.number().optional(),
  /** A fresh process of it runs beside a new revision, for comparison. */
  control: z.object({ pid: z.number().int(), port: z.number().int() }).optional(),
  /** Processes that take requests, where it may have more than one. */
  processes: z.number().int().optional(),
  /** Each of them, by the name of its launch. */
  serving: z.array(z.object({ launch: z.string(), pid: z.number().int().nullable(), port: z.number().int().nullable() })).optional(),
});
export type RevisionStatus = z.infer<typeof RevisionStatus>;

/** A data source of a service: the variable that names it, where it is now, and where else it could be. */
export const SourceStatus = z.object({
  variable: z.string(),
  /** Secrets in addresses and values are marked as such: who hands a marked one back means what it stands for. */
  address: z.string(),
  standby: z.array(z.string()),
  /** What it is without any repair. */
  original: z.string().optional(),
  /** The service copes without it. */
  optional: z.boolean().optional(),
  path: z.string().nullable(),
  /** What `<address><path>` answered last at each address; null: nothing. */
  answers: z.record(z.string(), z.string().nullable()),
});
export type SourceStatus = z.infer<typeof SourceStatus>;

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
  /** What a repair has to know of it. */
  dependsOn: z.array(Name).optional(),
  sources: z.array(SourceStatus).optional(),
  configuration: Configuration.optional(),
  /** Configurations before the present one, newest first, with the time each ended. */
  configurationsBefore: z.array(EarlierConfiguration).optional(),
  /** Values as they are in force, by variable. */
  limits: z.record(z.string(), z.object({ value: z.number().nullable(), max: z.number() })).optional(),
  flags: z.record(z.string(), z.object({ value: z.string(), safe: z.string() })).optional(),
  /** How many processes of each revision should run, and how many may. */
  replicas: z.object({ value: z.number().int(), max: z.number().int() }).optional(),
  /** Share of customers turned away, 0 to 90. */
  shed: z.number().optional(),
});
export type ServiceStatus = z.infer<typeof ServiceStatus>;

/** The revision with all traffic, or with most of it; null where none has any. */
export function holderOf(status: Pick<ServiceStatus, 'revisions'> | null): string | null {
  const [first] = (status?.revisions ?? []).filter((r) => r.weight > 0).toSorted((a, b) => b.weight - a.weight);
  return first?.revision ?? null;
}

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
    'Start one revision of a service beside what runs, with no traffic, and wait until it is healthy. `model` null: the model kept from its earlier start. `control`: the running revision of which a fresh process is started with it, for comparison; it gets as much of the old traffic as the new one gets, and ends with it.',
  input: z.object({ environment, service, repo: z.string(), revision: Sha, model: ServiceModel.nullable(), control: Sha.optional() }),
  output: z.object({
    revision: Sha,
    state: RevisionState,
    port: z.number().int(),
    address: z.string(),
    startupMs: z.number(),
    alreadyRunning: z.boolean(),
    /** Whether the control runs that was asked for. Without it the new one is compared with the others. */
    controlled: z.boolean().optional(),
  }),
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
  description:
    'Share the traffic of a service among its ready revisions. Weights add up to 100. `copies`: a revision without weight that gets copies of so many per cent of the requests; its answers are thrown away. Ends with the next call.',
  input: z.object({
    environment,
    service,
    weights: z.array(z.object({ revision: Sha, weight: z.number().min(0).max(100) })).min(1),
    copies: z.object({ revision: Sha, share: z.number().min(0).max(100) }).optional(),
  }),
  output: z.object({ weights: z.array(z.object({ revision: Sha, weight: z.number() })), address: z.string() }),
  effect: 'reversible',
  readBack: 'rollout.status',
  undo: 'traffic.set',
  timeoutMs: 15_000,
});
