// What mcp-local keeps on disk about each environment of this machine, so that other services can read it. Under <AWO_HOME>/local/<environment>/.
import { z } from 'zod';
import { TrafficCounters } from './capabilities/observe.ts';
import { RevisionState } from './capabilities/rollout.ts';
import { Name, Sha } from './ids.ts';
import { Configuration, EarlierConfiguration } from './incident.ts';
import { ServiceModel } from './repo-model.ts';

/** A further process of a revision, beside its first. */
export const LocalReplica = z.object({
  launch: z.string(),
  pid: z.number().int().nullable(),
  mark: z.string().nullable(),
  port: z.number().int().nullable(),
  /** It takes requests. Otherwise it is on its way up, or out. */
  ready: z.boolean(),
  /** Of before the first one was started anew: it serves until it is replaced. */
  stale: z.boolean().optional(),
  /** It gets no new requests until it is replaced. */
  drains: z.boolean().optional(),
});
export type LocalReplica = z.infer<typeof LocalReplica>;

/** A fresh process of the old revision, as old as the new one's: what it differs in from the others is no fault of the change. */
export const LocalControl = LocalReplica.pick({ launch: true, pid: true, mark: true, port: true, ready: true }).extend({
  /** The new revision that it was started with, and ends with. */
  beside: Sha,
  /** Its counters are its own. */
  generation: z.number().int(),
});
export type LocalControl = z.infer<typeof LocalControl>;

/** One revision of a service: what should run, and the process that does. */
export const LocalRevision = z.object({
  revision: Sha,
  /** Grows with every fresh start in the environment; traffic counters belong to one generation. Restarts after a crash keep it. */
  generation: z.number().int(),
  weight: z.number().min(0).max(100),
  /** What should be. `state` says what is. */
  desired: z.enum(['running', 'stopped']),
  state: RevisionState,
  pid: z.number().int().nullable(),
  /** Boot and start time of `pid`: a number used again by another process does not match. */
  mark: z.string().nullable(),
  /** Stands as AWO_LAUNCH in the process's environment, so that a process started just before a kill -9 is found again. */
  launch: z.string(),
  port: z.number().int().nullable(),
  restarts: z.number().int(),
  /** When it was first ready. */
  startedAt: z.string().nullable(),
  model: ServiceModel,
  replicas: z.array(LocalReplica).optional(),
  control: LocalControl.optional(),
  /** It is to be started anew: what it was told has changed since its start. */
  renew: z.boolean().optional(),
  /** Process of the same revision that is to take over, until it has. */
  successor: z.object({ launch: z.string(), port: z.number().int() }).optional(),
  /** Absolute path of the checkout it runs in. */
  worktree: z.string().nullable(),
});
export type LocalRevision = z.infer<typeof LocalRevision>;

export const LocalService = z.object({
  name: Name,
  repo: z.string(),
  /** Port of its address; null until the edge listens for it. */
  port: z.number().int().nullable(),
  /** The revision that last held all traffic, and the one before it. */
  current: Sha.nullable(),
  previous: Sha.nullable(),
  /** Those before `previous`, newest first: where a way back goes on from. */
  earlier: z.array(Sha).default([]),
  sideBySide: z.boolean(),
  /** Highest fence seen; lower ones are refused. */
  fence: z.number().int(),
  /** Variables above the model's, and versions of its files. */
  configuration: Configuration.optional(),
  configurationsBefore: z.array(EarlierConfiguration).optional(),
  /** How many processes of each running revision; one where it is absent. */
  replicas: z.number().int().min(1).optional(),
  /** Share of customers turned away. */
  shed: z.number().optional(),
  /** Who gets copies of requests, and of how many per cent. */
  copies: z.object({ revision: Sha, share: z.number() }).optional(),
  revisions: z.array(LocalRevision),
});
export type LocalService = z.infer<typeof LocalService>;

/** `state.json`. */
export const LocalEnvironment = z.object({ v: z.literal(1), environment: Name, generation: z.number().int(), services: z.array(LocalService) });
export type LocalEnvironment = z.infer<typeof LocalEnvironment>;

/** `edge.json`, mode 600, written by the edge: its process, and where its control listens (socket, or loopback port with a token). */
export const EdgeControl = z.object({
  pid: z.number().int(),
  mark: z.string(),
  socket: z.string().nullable(),
  port: z.number().int().nullable(),
  token: z.string(),
});
export type EdgeControl = z.infer<typeof EdgeControl>;

/** What the edge has counted for one start of a revision. */
export const EdgeCounters = TrafficCounters.extend({
  generation: z.number().int(),
  inFlight: z.number().int(),
  /** Of the control of this revision. */
  control: z.literal(true).optional(),
  /** Of each process that takes its requests now, since the edge knows it: `ms` of all its requests together. */
  processes: z
    .array(z.object({ port: z.number().int(), requests: z.number().int(), errors: z.number().int(), ms: z.number(), inFlight: z.number().int() }))
    .optional(),
});
export type EdgeCounters = z.infer<typeof EdgeCounters>;

/** Answer of the edge's control to GET /counters. */
export const EdgeReport = z.object({
  services: z.array(
    z.object({
      name: Name,
      port: z.number().int(),
      revisions: z.array(EdgeCounters),
      /** Processes that get no new requests, and have some yet to answer. */
      leaving: z.array(z.object({ port: z.number().int(), inFlight: z.number().int() })).optional(),
    }),
  ),
});
export type EdgeReport = z.infer<typeof EdgeReport>;

const Stretch = z.tuple([z.number().int(), z.number().int(), z.number().int()]);

/** `past.json`, written by the edge once a minute: number of the minute or hour since 1970, requests, errors; of an hour also the minutes that were counted. */
export const EdgePast = z.object({
  services: z.array(z.object({ name: Name, minutes: z.array(Stretch), hours: z.array(z.tuple([...Stretch.def.items, z.number().int()])) })),
});
export type EdgePast = z.infer<typeof EdgePast>;

/** Files of an environment. Pure. */
export const localFiles = (home: string, environment: string) => {
  const dir = `${home}/local/${environment}`;
  return { dir, state: `${dir}/state.json`, edge: `${dir}/edge.json`, logs: `${dir}/logs`, past: `${dir}/past.json` };
};

/** What one revision of a service writes; `.1` at the end: the part before. Pure. */
export const revisionLog = (home: string, environment: string, service: string, revision: string): string =>
  `${localFiles(home, environment).logs}/${service}-${revision.slice(0, 12)}.log`;
