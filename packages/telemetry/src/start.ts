// Starts traces, metrics and the health endpoint as far as each is configured. What is not is not loaded.
import { join } from 'node:path';
import { TerminalError, VERSION } from '@awo/contracts';
import { trace } from '@opentelemetry/api';
import type { Logger } from 'pino';
import type { Endpoint, EndpointOptions } from './endpoint.ts';
import { askProbes } from './health.ts';
import type { Probe, Probes } from './health.ts';
import { observe, useMeter } from './metrics.ts';

export type Telemetry = {
  /** What decides whether this process is alive and ready. Before the first call it is alive and not ready. */
  watch: (probes: Probes) => void;
  /** Where /livez, /readyz and /metrics are; null where AWO_HTTP_PORT is not set. */
  address: string | null;
  shutdown: () => Promise<void>;
};

type Env = Readonly<Record<string, string | undefined>>;
type Options = { service: string; instance: string; env: Env; log: Logger };
type Stop = () => Promise<void>;

/** Flushed within this time at the end, or given up. */
const FLUSH_WITHIN_MS = 2000;
const NOT_YET: Record<string, Probe> = { started: () => 'starting' };

/**
 * Standard `OTEL_*` variables apply: traces and metrics go to the OTLP endpoint where one is set; `OTEL_METRICS_EXPORTER=none` keeps metrics back.
 * `AWO_HTTP_PORT` opens /livez, /readyz and /metrics on `AWO_HTTP_HOST` (127.0.0.1); 0 takes any free port and says which in AWO_HOME/targets.
 */
export async function startTelemetry(options: Options): Promise<Telemetry> {
  const { log } = options;
  let probes: Probes = { live: {}, ready: NOT_YET };
  const [stopTraces, metrics] = await Promise.all([startTraces(options), startMetrics(options)]);
  observe(['ready'], async () => ({ ready: [{ value: (await askProbes(probes.ready)).ok ? 1 : 0 }] }));
  const endpoint = metrics?.serve ? await openEndpoint(options, metrics.serve, () => probes) : null;
  return {
    watch: (given) => {
      probes = given;
    },
    address: endpoint?.address ?? null,
    shutdown: async () => {
      const timeout = new Promise<void>((resolve) => setTimeout(resolve, FLUSH_WITHIN_MS).unref());
      const all = Promise.allSettled([stopTraces(), metrics?.stop(), endpoint?.close()]).then((ended) => {
        for (const one of ended) if (one.status === 'rejected') log.warn({ err: one.reason as unknown }, 'telemetry was not flushed');
      });
      await Promise.race([all, timeout]);
    },
  };
}

async function openEndpoint({ service, instance, env, log }: Options, metrics: EndpointOptions['metrics'], probes: () => Probes): Promise<Endpoint> {
  const port = Number(env.AWO_HTTP_PORT);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new TerminalError('bad-config', `AWO_HTTP_PORT is "${env.AWO_HTTP_PORT}": a port is 0 (any free one) to 65535.`, 'Without it there is no endpoint.');
  const { serveEndpoint } = await import('./endpoint.ts');
  const targets = env.AWO_HOME ? join(env.AWO_HOME, 'targets') : null;
  return serveEndpoint({ service, instance, port, host: env.AWO_HTTP_HOST ?? '127.0.0.1', targets, probes, metrics, log });
}

async function startTraces({ service, instance, env }: Options): Promise<Stop> {
  if (!env.OTEL_EXPORTER_OTLP_ENDPOINT && !env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT) return async () => {};
  const [{ NodeSDK }, { OTLPTraceExporter }, { BatchSpanProcessor }, resource] = await Promise.all([
    import('@opentelemetry/sdk-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/sdk-trace-node'),
    resourceOf(service, instance),
  ]);
  const sdk = new NodeSDK({
    resource,
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter(), { scheduledDelayMillis: 500 })],
    instrumentations: [],
    autoDetectResources: false,
    // Ours are started below, also where no traces are; this one would start a second set.
    metricReaders: [],
  });
  sdk.start();
  return async () => {
    await sdk.shutdown();
    // The API keeps the first provider it was given: a later start in this process would record nothing.
    trace.disable();
  };
}

type MetricsEnd = { stop: Stop; serve: EndpointOptions['metrics'] | null };

async function startMetrics({ service, instance, env }: Options): Promise<MetricsEnd | null> {
  const served = env.AWO_HTTP_PORT !== undefined && env.AWO_HTTP_PORT !== '';
  const pushed = (env.OTEL_EXPORTER_OTLP_ENDPOINT || env.OTEL_EXPORTER_OTLP_METRICS_ENDPOINT) && env.OTEL_METRICS_EXPORTER !== 'none';
  if (!served && !pushed) return null;
  const [{ MeterProvider, PeriodicExportingMetricReader }, resource, prometheus, otlp] = await Promise.all([
    import('@opentelemetry/sdk-metrics'),
    resourceOf(service, instance),
    served ? import('@opentelemetry/exporter-prometheus') : null,
    pushed ? import('@opentelemetry/exporter-metrics-otlp-http') : null,
  ]);
  const scraped = prometheus && new prometheus.PrometheusExporter({ preventServerStart: true, withoutScopeInfo: true });
  const intervalMs = Number(env.OTEL_METRIC_EXPORT_INTERVAL ?? 60_000);
  const readers = [
    ...(scraped ? [scraped] : []),
    ...(otlp
      ? [
          new PeriodicExportingMetricReader({
            exporter: new otlp.OTLPMetricExporter(),
            exportIntervalMillis: intervalMs,
            exportTimeoutMillis: Math.min(intervalMs, 10_000),
          }),
        ]
      : []),
  ];
  const provider = new MeterProvider({ resource, readers });
  useMeter(provider.getMeter('awo'));
  return { stop: () => provider.shutdown(), serve: scraped ? (request, response) => scraped.getMetricsRequestHandler(request, response) : null };
}

/** What the operator says of the installation stays; the name is ours, or every process would have that of OTEL_SERVICE_NAME. */
async function resourceOf(service: string, instance: string) {
  const { detectResources, envDetector, resourceFromAttributes } = await import('@opentelemetry/resources');
  const own = resourceFromAttributes({
    'service.name': `awo-${service}`,
    'service.instance.id': instance,
    'service.namespace': 'awo',
    'service.version': VERSION,
  });
  return detectResources({ detectors: [envDetector] }).merge(own);
}
