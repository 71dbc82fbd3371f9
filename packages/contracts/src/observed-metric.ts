// Metrics beside the proxy's own that a release is judged by: from Prometheus, or counted in logs. Declared in awo.yaml.
import { z } from 'zod';
import { Name } from './ids.ts';

/** What may be declared; which of it goes together is checked where it is read. */
export const AwoObserved = z
  .strictObject({
    service: Name.optional().describe('Left out: every service.'),
    query: z.string().min(1).max(2000).optional().describe('PromQL that gives one value; $revision, $service and $environment are filled in.'),
    of: z
      .string()
      .min(1)
      .max(2000)
      .optional()
      .describe('PromQL of a total that `query`, a total too, is a part of: the share of what came in between is judged.'),
    logs: z.string().min(1).max(200).optional().describe('A text: lines of the log that hold it are counted per request.'),
    kind: z.enum(['latency', 'gauge']).optional().describe('Of a query without `of` (default: gauge).'),
    worse: z.enum(['higher', 'lower', 'both']).optional(),
    critical: z.boolean().optional(),
  })
  .refine((m) => (m.query === undefined) !== (m.logs === undefined), 'either `query` or `logs`')
  .refine((m) => m.of === undefined || (m.query !== undefined && m.kind === undefined), '`of` goes with `query`, and without `kind`')
  .refine((m) => m.logs === undefined || m.kind === undefined, '`logs` goes without `kind`');

export const ObservedMetric = z.object({
  name: Name,
  service: Name.nullable(),
  kind: z.enum(['rate', 'count', 'latency', 'gauge']),
  query: z.string().nullable(),
  of: z.string().nullable(),
  logs: z.string().nullable(),
  worse: z.enum(['higher', 'lower', 'both']),
  critical: z.boolean(),
});
export type ObservedMetric = z.infer<typeof ObservedMetric>;

/** What was declared, complete. */
export const observedMetric = (name: string, { service, query, of, logs, kind, worse, critical }: z.infer<typeof AwoObserved>): ObservedMetric => ({
  name,
  service: service ?? null,
  kind: logs !== undefined ? 'count' : of !== undefined ? 'rate' : (kind ?? 'gauge'),
  query: query ?? null,
  of: of ?? null,
  logs: logs ?? null,
  worse: worse ?? 'higher',
  critical: critical ?? false,
});
