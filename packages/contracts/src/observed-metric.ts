// Metrics beside the proxy's own that a release is judged by: from Prometheus, reported by OTLP, or counted in logs. Declared in awo.yaml.
import { z } from 'zod';
import { Name } from './ids.ts';

/** What may be declared; which of it goes together is checked where it is read. */
export const AwoObserved = z
  .strictObject({
    service: Name.optional().describe('Left out: every service.'),
    query: z.string().min(1).max(2000).optional().describe('PromQL that gives one value; $revision, $service and $environment are filled in.'),
    metric: z.string().min(1).max(200).optional().describe('A metric that the service itself reports by OpenTelemetry: the name of its instrument.'),
    where: z.record(z.string().min(1), z.string()).optional().describe('Attributes of the series of `metric` that count. Left out: all.'),
    of: z
      .string()
      .min(1)
      .max(2000)
      .optional()
      .describe('PromQL, or a metric, of a total that `query` or `metric`, a total too, is a part of: the share of what came in between is judged.'),
    logs: z.string().min(1).max(200).optional().describe('A text: lines of the log that hold it are counted per request.'),
    kind: z.enum(['latency', 'gauge']).optional().describe('Of a query or metric without `of` (default: gauge).'),
    worse: z.enum(['higher', 'lower', 'both']).optional(),
    critical: z.boolean().optional(),
  })
  .refine((m) => [m.query, m.metric, m.logs].filter((source) => source !== undefined).length === 1, 'one of `query`, `metric` and `logs`')
  .refine((m) => m.where === undefined || m.metric !== undefined, '`where` goes with `metric`')
  .refine((m) => m.of === undefined || (m.logs === undefined && m.kind === undefined), '`of` goes with `query` or `metric`, and without `kind`')
  .refine((m) => m.logs === undefined || m.kind === undefined, '`logs` goes without `kind`');

export const ObservedMetric = z.object({
  name: Name,
  service: Name.nullable(),
  kind: z.enum(['rate', 'count', 'latency', 'gauge']),
  query: z.string().nullable(),
  of: z.string().nullable(),
  logs: z.string().nullable(),
  /** Of what the service reports itself. */
  metric: z.string().nullable().default(null),
  where: z.record(z.string(), z.string()).default({}),
  worse: z.enum(['higher', 'lower', 'both']),
  critical: z.boolean(),
});
export type ObservedMetric = z.infer<typeof ObservedMetric>;

/** What was declared, complete. */
export const observedMetric = (
  name: string,
  { service, query, metric, where, of, logs, kind, worse, critical }: z.infer<typeof AwoObserved>,
): ObservedMetric => ({
  name,
  service: service ?? null,
  kind: logs !== undefined ? 'count' : of !== undefined ? 'rate' : (kind ?? 'gauge'),
  query: query ?? null,
  of: of ?? null,
  logs: logs ?? null,
  metric: metric ?? null,
  where: where ?? {},
  worse: worse ?? 'higher',
  critical: critical ?? false,
});
