// service.* and evidence.*: what a repair may do to a running service, and what an incident is explained and judged by.
import { z } from 'zod';
import { Name, Sha } from '../ids.ts';
import { Configuration } from '../incident.ts';
import { ProcessRow } from '../incident-evidence.ts';
import { capability } from './capability.ts';

const where = { environment: Name, service: Name };

export const serviceConfigure = capability({
  name: 'service.configure',
  description:
    'Give a service these variables above those of its repository, and its files in these versions; it is started anew beside itself and takes over once it is healthy.',
  input: z.object({ ...where, configuration: Configuration }),
  output: z.object({ configuration: Configuration, changed: z.boolean() }),
  effect: 'reversible',
  readBack: 'rollout.status',
  undo: 'service.configure',
  timeoutMs: 120_000,
});

export const serviceRestart = capability({
  name: 'service.restart',
  description: 'Start a revision anew beside itself; it takes over once it is healthy. `launch`: the process that is meant; another one is left alone.',
  input: z.object({ ...where, revision: Sha, launch: z.string() }),
  output: z.object({ launch: z.string(), restarted: z.boolean() }),
  effect: 'reversible',
  readBack: 'rollout.status',
  undo: 'service.restart',
  timeoutMs: 120_000,
});

export const serviceDrain = capability({
  name: 'service.drain',
  description:
    'Take one process of several out: it gets no new requests, finishes what it has, and a fresh one beside the others takes its place. `process`: its launch; one that does not serve any more is left alone.',
  input: z.object({ ...where, revision: Sha, process: z.string() }),
  output: z.object({ process: z.string(), drained: z.boolean() }),
  effect: 'reversible',
  readBack: 'rollout.status',
  undo: 'service.drain',
  timeoutMs: 120_000,
});

export const serviceScale = capability({
  name: 'service.scale',
  description:
    'How many processes of each running revision of a service share its requests; at most as many as awo.yaml allows. Fewer: no new requests, the last ones answered, ended.',
  input: z.object({ ...where, replicas: z.number().int().min(1).max(32) }),
  output: z.object({ replicas: z.number().int() }),
  effect: 'reversible',
  readBack: 'rollout.status',
  undo: 'service.scale',
  timeoutMs: 120_000,
});

export const trafficShed = capability({
  name: 'traffic.shed',
  description: 'Turn away a share of the customers of a service, in per cent, with 503 and Retry-After, so that the others are served. 0 ends it.',
  input: z.object({ ...where, share: z.number().min(0).max(90) }),
  output: z.object({ share: z.number() }),
  effect: 'reversible',
  readBack: 'rollout.status',
  undo: 'traffic.shed',
  timeoutMs: 15_000,
});

/** One measured quantity of one entity: times in milliseconds since 1970 and values. */
const Track = z.object({ entity: z.string(), metric: z.string(), t: z.array(z.number()), v: z.array(z.number()) });

/** One call as the edge saw it, or as the service told of it by OTLP: in the terms of `traces.jsonl`. */
export const CollectedSpan = z.object({
  trace: z.string(),
  span: z.string(),
  parent: z.string().nullable(),
  entity: z.string(),
  name: z.string(),
  start: z.number(),
  durationMs: z.number(),
  error: z.boolean(),
});

export const evidenceCollect = capability({
  name: 'evidence.collect',
  description: 'What is known of an environment over the last minutes: topology, metrics per second, log lines, changes. In the terms of `awo diagnose`.',
  input: z.object({
    environment: Name,
    seconds: z.number().int().min(1).max(900),
    logs: z.boolean().default(false),
    processes: z.boolean().default(false),
    traces: z.boolean().default(false),
  }),
  output: z.object({
    at: z.number(),
    topology: z.object({
      /** `host`: where it answers, as `127.0.0.1:8080`; nothing of an address that may be secret. */
      nodes: z.array(z.object({ id: z.string(), kind: z.string(), labels: z.object({ host: z.string() }).optional() })),
      edges: z.array(z.object({ from: z.string(), to: z.string(), kind: z.string() })),
    }),
    tracks: z.array(Track),
    logs: z.array(z.object({ entity: z.string(), t: z.number(), message: z.string() })),
    /** Of services with several processes, per second of the last minute, where it was asked for. */
    processes: z.array(ProcessRow).optional(),
    /** Where it was asked for: as many whole traces as fit, the last minute more densely. */
    traces: z.array(CollectedSpan).optional(),
    changes: z.array(z.object({ entity: z.string(), t: z.number(), kind: z.string(), what: z.string(), revision: z.string().optional() })),
  }),
  effect: 'none',
  timeoutMs: 15_000,
});
export type EvidenceCollected = z.output<typeof evidenceCollect.output>;
