// What a diagnosis is made from and what it answers: incident, topology, rows of metrics, logs, traces, changes, comparisons and platform state; hypotheses.
import { z } from 'zod';

/** Seconds or milliseconds since 1970, or an ISO date. */
export const EvidenceTime = z.union([z.number(), z.string()]);
const Span = z.tuple([EvidenceTime, EvidenceTime]);

/** Where and when something was noticed. Every field may be missing. */
export const Incident = z.looseObject({
  at: EvidenceTime.nullish(),
  entity: z.string().nullish(),
  symptom: z.string().nullish(),
  window: Span.nullish(),
  baseline: Span.nullish(),
});
export type Incident = z.infer<typeof Incident>;

export const Topology = z.looseObject({
  nodes: z.array(z.looseObject({ id: z.string(), kind: z.string().nullish(), labels: z.record(z.string(), z.unknown()).nullish() })).default([]),
  edges: z.array(z.looseObject({ from: z.string(), to: z.string(), kind: z.string().default('calls') })).default([]),
});
export type Topology = z.infer<typeof Topology>;

export const MetricRow = z.object({ t: EvidenceTime, entity: z.string().min(1), metric: z.string().min(1), value: z.number() });
export const LogRow = z.object({
  t: EvidenceTime.nullish(),
  entity: z.string().min(1),
  level: z.string().nullish(),
  message: z.string(),
  trace: z.string().nullish(),
});
export type LogRow = z.infer<typeof LogRow>;
export const SpanRow = z.object({
  trace: z.string(),
  span: z.string(),
  parent: z.string().nullish(),
  entity: z.string().min(1),
  name: z.string().default(''),
  start: EvidenceTime,
  durationMs: z.number(),
  error: z.union([z.boolean(), z.string(), z.number()]).nullish(),
});
export const ChangeRow = z.object({
  t: EvidenceTime.nullish(),
  entity: z.string().min(1),
  kind: z.string().default('change'),
  what: z.string().default(''),
  revision: z.string().nullish(),
  /** Paths that it touched: an error that names one of them speaks for it. */
  files: z.array(z.string()).nullish(),
});
const Measured = z.object({ value: z.number(), n: z.number().nonnegative() });
/** What was changed against what was not, such as a canary against what ran before. Ratios of errors are shares of `n` requests, latencies milliseconds. */
export const ComparisonRow = z.object({
  t: EvidenceTime.nullish(),
  entity: z.string().min(1),
  /** The unchanged one, in the same surroundings. */
  control: z.string().min(1),
  metric: z.string().min(1),
  fresh: Measured,
  old: Measured,
  /** The unchanged one before: whether it became worse as well. */
  before: Measured.nullish(),
  /** False: the unchanged one was measured earlier, not beside it. */
  concurrent: z.boolean().default(true),
  /** Whether a test at one per cent or stricter called it worse; left out where none was made. */
  worse: z.boolean().nullish(),
  says: z.string().nullish(),
});
export type ComparisonRow = z.infer<typeof ComparisonRow>;
/** What one process of several had in one second; processes of one entity and revision with the same `t` are compared. */
export const ProcessRow = z.object({
  t: EvidenceTime,
  entity: z.string().min(1),
  /** Names the process. */
  process: z.string().min(1),
  revision: z.string().nullish(),
  requests: z.number().nonnegative(),
  errors: z.number().nonnegative(),
  /** Of all its requests together, milliseconds. */
  ms: z.number().nonnegative(),
  /** Requests without an answer at the end of the second. */
  waiting: z.number().nonnegative(),
});
export type ProcessRow = z.infer<typeof ProcessRow>;
export const ResourceRow = z.looseObject({ entity: z.string().min(1), kind: z.string().min(1), namespace: z.string().nullish() });
export type ResourceRow = z.infer<typeof ResourceRow>;

export const HypothesisEvidence = z.object({ evidence: z.string(), says: z.string() });
export const Hypothesis = z.object({
  entity: z.string(),
  /** A stable slug, listed in docs/diagnosis-causes.md. */
  cause: z.string(),
  score: z.number(),
  /** Share of such hypotheses that are right, 0 to 1. */
  confidence: z.number(),
  for: z.array(HypothesisEvidence),
  against: z.array(HypothesisEvidence),
  missing: z.array(z.string()),
  nextCheck: z.string(),
  repair: z.string().optional(),
  /** The one of several that it is, where the cause is `one-process`. */
  process: z.string().optional(),
});
export type Hypothesis = z.infer<typeof Hypothesis>;
export const RootCauses = z.object({
  hypotheses: z.array(Hypothesis),
  verdict: z.enum(['found', 'ambiguous', 'insufficient']),
  because: z.string(),
  /** What was left out or could not be read. */
  notes: z.array(z.string()),
  /** What the incident's entity depends on and what was found as it always is. */
  ruledOut: z.array(z.object({ entity: z.string(), says: z.string() })).optional(),
});
export type RootCauses = z.infer<typeof RootCauses>;
