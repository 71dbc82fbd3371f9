// The public surface of @awo/telemetry.
export { ATTR, SPAN } from './attributes.ts';
export { recordDecision } from './decision-span.ts';
export type { Probe, Probes } from './health.ts';
export { createLogger } from './logger.ts';
export type { Logger } from './logger.ts';
export { LABEL, METRICS, prometheusName } from './metric-names.ts';
export { count, observe, time } from './metrics.ts';
export { REDACTED, redact } from './redact.ts';
export { inSpan } from './span.ts';
export { startTelemetry } from './start.ts';
export type { Telemetry } from './start.ts';
export { contextFrom, freshTraceparent, traceIdOf, traceparentOf } from './trace-context.ts';
