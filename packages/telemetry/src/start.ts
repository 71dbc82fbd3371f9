// Starts tracing where an OTLP endpoint is configured. Where none is set, none is tried and nothing is loaded.
import type { Logger } from 'pino';

export type Telemetry = { shutdown: () => Promise<void> };

type Options = { service: string; instance: string; env: Readonly<Record<string, string | undefined>>; log: Logger };

/** Standard `OTEL_*` variables apply. Spans are exported in batches; `shutdown` flushes them within two seconds. */
export async function startTelemetry({ service, instance, env, log }: Options): Promise<Telemetry> {
  if (!env.OTEL_EXPORTER_OTLP_ENDPOINT && !env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT) return { shutdown: async () => {} };
  const [{ NodeSDK }, { OTLPTraceExporter }, { detectResources, envDetector, resourceFromAttributes }, { BatchSpanProcessor }] = await Promise.all([
    import('@opentelemetry/sdk-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/sdk-trace-node'),
  ]);
  // What the operator says of the installation stays; the name is ours, or every process would have that of OTEL_SERVICE_NAME.
  const own = resourceFromAttributes({ 'service.name': `awo-${service}`, 'service.instance.id': instance, 'service.namespace': 'awo' });
  const sdk = new NodeSDK({
    resource: detectResources({ detectors: [envDetector] }).merge(own),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter(), { scheduledDelayMillis: 500 })],
    instrumentations: [],
    autoDetectResources: false,
  });
  sdk.start();
  return {
    shutdown: async () => {
      const timeout = new Promise<void>((resolve) => setTimeout(resolve, 2000).unref());
      await Promise.race([sdk.shutdown().catch((error: unknown) => log.warn({ err: error }, 'spans were not flushed')), timeout]);
    },
  };
}
