// Counts per start of a revision: requests, errors, latency, customers who saw an error, samples. They only grow.
import { LATENCY_BOUNDS_MS, Name, TrafficCounters } from '@awo/contracts';
import { z } from 'zod';
import { hash32 } from './routes.ts';

const MAX_CUSTOMERS = 10_000;
const MAX_SAMPLES = 10;
const MAX_BODY = 300;

type Sample = TrafficCounters['samples'][number];

/** One settled request. `error`: an answer of 500 and above, or none. */
export type Outcome = { ms: number; error: { customer: string; sample: Omit<Sample, 'at'> } | null };

export type Counters = {
  requests: number;
  errors: number;
  latency: number[];
  customers: Set<number>;
  firstErrorAt: string | null;
  samples: Sample[];
  inFlight: number;
  /** Of requests that another one answered. */
  copies?: NonNullable<TrafficCounters['copies']>;
};

const emptyLatency = (): number[] => Array.from({ length: LATENCY_BOUNDS_MS.length + 1 }, () => 0);

export const emptyCounters = (): Counters => ({
  requests: 0,
  errors: 0,
  latency: emptyLatency(),
  customers: new Set(),
  firstErrorAt: null,
  samples: [],
  inFlight: 0,
});

/** `sample`: of an answer of 500 and above, or none. Customers and the time of the first error are theirs alone. */
export function countCopy(counters: Counters, { ms, sample }: { ms: number; sample: Omit<Sample, 'at'> | null }, now: () => Date): void {
  const copies = (counters.copies ??= { requests: 0, errors: 0, latency: emptyLatency() });
  addRequest(copies, ms);
  if (sample === null) return;
  copies.errors += 1;
  keepSample(counters.samples, { at: now().toISOString(), ...sample });
}

function addRequest(to: Pick<Counters, 'requests' | 'latency'>, ms: number): void {
  to.requests += 1;
  let bucket = 0;
  while (bucket < LATENCY_BOUNDS_MS.length && ms > (LATENCY_BOUNDS_MS[bucket] as number)) bucket += 1;
  to.latency[bucket] = (to.latency[bucket] ?? 0) + 1;
}

export function count(counters: Counters, outcome: Outcome, now: () => Date): void {
  addRequest(counters, outcome.ms);
  if (outcome.error === null) return;
  counters.errors += 1;
  const at = now().toISOString();
  counters.firstErrorAt ??= at;
  if (counters.customers.size < MAX_CUSTOMERS) counters.customers.add(hash32(outcome.error.customer));
  keepSample(counters.samples, { at, ...outcome.error.sample });
}

/** The last distinct ones: the same error again moves to the end. */
function keepSample(samples: Sample[], sample: Sample): void {
  const known = samples.findIndex((s) => s.method === sample.method && s.path === sample.path && s.status === sample.status && s.body === sample.body);
  if (known >= 0) samples.splice(known, 1);
  samples.push(sample);
  if (samples.length > MAX_SAMPLES) samples.shift();
}

/** First line of an error answer, without control characters. */
export const firstLine = (body: string): string => (body.trimStart().split(/\r?\n/, 1)[0] ?? '').replaceAll(/\p{Cc}/gu, ' ').slice(0, MAX_BODY);

/** What is written to disk now and then. Requests in flight are not: they end with the process. */
export const Saved = z.array(
  z.object({
    service: Name,
    revision: z.string(),
    generation: z.number().int(),
    control: z.literal(true).optional(),
    requests: z.number().int(),
    errors: z.number().int(),
    latency: z.array(z.number().int()),
    customers: z.array(z.number().int()),
    firstErrorAt: z.string().nullable(),
    samples: z.array(z.object({ at: z.string(), method: z.string(), path: z.string(), status: z.number().int(), body: z.string() })),
    copies: TrafficCounters.shape.copies,
  }),
);
export type Saved = z.infer<typeof Saved>;
