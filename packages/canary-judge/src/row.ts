// One row of a metrics file. The schema, and nothing else.
import { z } from 'zod';

/** `rate`: a share of n; `latency`, `gauge`: a value; `counter`: a total that only rises until a restart; `count`: events of an interval. */
export const KINDS = ['rate', 'latency', 'gauge', 'counter', 'count'] as const;
export type Kind = (typeof KINDS)[number];

/** In which direction a change does harm. */
export const Worse = z.enum(['higher', 'lower', 'both']);
export type Worse = z.infer<typeof Worse>;

export const Row = z.object({
  /** Seconds, of any epoch that both files share. */
  t: z.number(),
  metric: z.string().min(1).max(200),
  kind: z.enum(KINDS),
  value: z.number(),
  /** Samples behind the value. */
  n: z.number().nonnegative().default(1),
  worse: Worse.optional(),
  labels: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
});
export type Row = z.infer<typeof Row>;

/** What is meant where a row does not say it. */
export const worseByDefault = (kind: Kind): Worse => (kind === 'gauge' ? 'both' : 'higher');
