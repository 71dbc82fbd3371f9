// Measures: counters, histograms and observed values. Where metrics are off, each is one look into an empty map.
// A way in of its own: what only counts, as every command does by way of the bus, loads neither the logger nor OpenTelemetry.
import type { Attributes, Counter, Histogram, Meter } from '@opentelemetry/api';
import { METRICS } from './metric-names.ts';
import type { MetricKey } from './metric-names.ts';

export { LABEL } from './metric-names.ts';

type KeysOf<K> = { [P in MetricKey]: (typeof METRICS)[P]['kind'] extends K ? P : never }[MetricKey];
export type CounterKey = KeysOf<'counter'>;
export type HistogramKey = KeysOf<'histogram'>;
export type ObservedKey = KeysOf<'gauge' | 'observed-counter'>;
type Observation = { value: number; labels?: Attributes };
type Observed = Partial<Record<ObservedKey, readonly Observation[]>>;

/** From a hand-over on an idle machine (milliseconds) to a test suite (many minutes). */
const BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900];

let meter: Meter | null = null;
const counters = new Map<CounterKey, Counter>();
const histograms = new Map<HistogramKey, Histogram>();

/** Called once per process by `startTelemetry` where metrics are exported. */
export function useMeter(given: Meter): void {
  meter = given;
  for (const [key, { name, kind, unit, description }] of Object.entries(METRICS)) {
    if (kind === 'counter') counters.set(key as CounterKey, meter.createCounter(name, { unit, description }));
    if (kind === 'histogram')
      histograms.set(key as HistogramKey, meter.createHistogram(name, { unit, description, advice: { explicitBucketBoundaries: BUCKETS_S } }));
  }
}

/** Adds one. `n` 0 makes the series known, so that its first increase is seen as one. */
export function count(key: CounterKey, labels: Attributes, n = 1): void {
  counters.get(key)?.add(n, labels);
}

/** Records a duration in seconds; clocks that differ a little give no negative ones. */
export function time(key: HistogramKey, seconds: number, labels: Attributes): void {
  histograms.get(key)?.record(Math.max(0, seconds), labels);
}

/** Asked at each export, once for all the keys. What it throws is left out of that export. Does nothing where metrics are off. */
export function observe(keys: readonly ObservedKey[], read: () => Observed | Promise<Observed>): void {
  if (!meter) return;
  const own = meter;
  const gauges = keys.map((key) => {
    const { name, kind, unit, description } = METRICS[key];
    return { key, gauge: kind === 'gauge' ? own.createObservableGauge(name, { unit, description }) : own.createObservableCounter(name, { unit, description }) };
  });
  meter.addBatchObservableCallback(
    async (result) => {
      const seen = await read();
      for (const { key, gauge } of gauges) for (const { value, labels } of seen[key] ?? []) result.observe(gauge, value, labels);
    },
    gauges.map(({ gauge }) => gauge),
  );
}
