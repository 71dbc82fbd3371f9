// observe.*: what the environment's traffic and processes look like. Counters only grow; the reader takes differences.
import { z } from 'zod';
import { Name, Sha } from '../ids.ts';
import { capability } from './capability.ts';

const where = { environment: Name, service: Name };

/** Upper bounds of the latency histogram in milliseconds; the last bucket is open. */
export const LATENCY_BOUNDS_MS = [1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1000, 2000, 5000] as const;

/** Copies of requests that another revision answered: nobody saw the answers to these. */
const CopyCounters = z.object({ requests: z.number().int(), errors: z.number().int(), latency: z.array(z.number().int()) });

export const TrafficCounters = z.object({
  revision: Sha,
  weight: z.number(),
  /** Of customers; copies are counted by themselves. */
  requests: z.number().int(),
  /** Answers of 500 and above, and requests that got no answer. */
  errors: z.number().int(),
  /** Counts per bucket of LATENCY_BOUNDS_MS, one more than bounds. */
  latency: z.array(z.number().int()),
  /** Distinct customers that saw an error: by `x-customer` header, else by address. At most 10,000 are told apart. */
  customersWithErrors: z.number().int(),
  firstErrorAt: z.string().nullable(),
  /** The last distinct error answers: path, status, first line of the body. At most 10. */
  samples: z.array(z.object({ at: z.string(), method: z.string(), path: z.string(), status: z.number().int(), body: z.string().max(300) })).max(10),
  copies: CopyCounters.optional(),
});
export type TrafficCounters = z.infer<typeof TrafficCounters>;

export const observeTraffic = capability({
  name: 'observe.traffic',
  description: 'Requests, errors and latency histogram per revision of a service, counted since the revision started.',
  input: z.object(where),
  output: z.object({
    at: z.string(),
    revisions: z.array(TrafficCounters),
    /** Of the control that runs beside a new revision; the old one's own counters are without it. */
    control: TrafficCounters.optional(),
  }),
  effect: 'none',
  timeoutMs: 10_000,
});

/** Requests and errors of a stretch of time; null: nobody counted. */
const Counted = z.tuple([z.number().int(), z.number().int()]).nullable();

/** What a service has had so far, all revisions together, oldest first; the last stretch ends at `at`. */
export const TrafficPast = z.object({
  at: z.string(),
  /** Per minute, at most six hours. */
  minutes: z.array(Counted).max(360),
  /** Per hour, at most four weeks; the present hour is not in it. */
  hours: z.array(Counted).max(672),
});
export type TrafficPast = z.infer<typeof TrafficPast>;

export const observePast = capability({
  name: 'observe.past',
  description: 'Requests and errors of a service per minute and per hour, as far back as somebody counted.',
  input: z.object(where),
  output: TrafficPast,
  effect: 'none',
  timeoutMs: 10_000,
});

export const ProcessFigures = z.object({
  revision: Sha,
  state: z.string(),
  memoryBytes: z.number().nullable(),
  cpuSeconds: z.number().nullable(),
  openFiles: z.number().int().nullable(),
  restarts: z.number().int(),
  uptimeMs: z.number().nullable(),
});
export type ProcessFigures = z.infer<typeof ProcessFigures>;

export const observeProcesses = capability({
  name: 'observe.processes',
  description: 'Memory, CPU, open files, restarts per running revision of a service, and the load of the machine.',
  input: z.object(where),
  output: z.object({
    at: z.string(),
    revisions: z.array(ProcessFigures),
    /** The control that runs beside a new revision. */
    control: ProcessFigures.optional(),
    machine: z.object({ load1: z.number(), cores: z.number().int(), memoryFreeBytes: z.number(), memoryTotalBytes: z.number().optional() }),
  }),
  effect: 'none',
  timeoutMs: 10_000,
});

export const observeLogs = capability({
  name: 'observe.logs',
  description: 'The last lines that a revision of a service wrote, newest last.',
  input: z.object({ ...where, revision: Sha, lines: z.number().int().min(1).max(500).default(100) }),
  output: z.object({ lines: z.array(z.string().max(2000)) }),
  effect: 'none',
  timeoutMs: 10_000,
});

/** What is wrong with a source. `dead`: nobody answers; `no-data`: no fresh value; `bad-query`: refused, or several values. */
const Trouble = z.enum(['dead', 'no-data', 'bad-query']);
const sampled = z.object({ at: z.string(), value: z.number().nullable(), of: z.number().nullable(), trouble: Trouble.nullable(), detail: z.string().max(300) });

export const observeOtlp = capability({
  name: 'observe.otlp',
  description:
    'One value that a revision reports of itself by OpenTelemetry, over all series with these attributes; and a second one where a total is a part of another.',
  input: z.object({
    ...where,
    revision: Sha,
    metric: z.string().min(1).max(200),
    where: z.record(z.string(), z.string()),
    of: z.string().min(1).max(200).nullable(),
  }),
  output: sampled,
  effect: 'none',
  timeoutMs: 10_000,
});

export const observeMetric = capability({
  name: 'observe.metric',
  description: 'One value of a revision from Prometheus, by PromQL; and a second one where a total is a part of another. Says what is wrong with the source.',
  input: z.object({ ...where, revision: Sha, query: z.string().min(1).max(2000), of: z.string().min(1).max(2000).nullable() }),
  output: sampled,
  effect: 'none',
  timeoutMs: 10_000,
});

export const observeLogCount = capability({
  name: 'observe.log-count',
  description: 'How many lines of the log of a revision hold a text, since it started or its log was rotated.',
  input: z.object({ ...where, revision: Sha, text: z.string().min(1).max(200) }),
  output: z.object({ at: z.string(), lines: z.number().int() }),
  effect: 'none',
  timeoutMs: 10_000,
});
