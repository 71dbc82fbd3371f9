// Metrics that services report of themselves, by the exporters that they use, and as one value of a revision.
import { OTLPMetricExporter as JsonExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtobufExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { AggregationTemporality, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { observeOtlp } from '@awo/contracts';
import { temporaryFolder } from '@awo/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { eventually, get, install, makeRepo, modelOf } from '../fixtures/shop.ts';
import type { Point } from './decode.ts';
import { otlpTool } from './observe-otlp.ts';
import { startReceiver, type Receiver } from './receiver.ts';
import { createReported, type Reported } from './reported.ts';

const home = temporaryFolder('otlp');
let reported: Reported = createReported();
let receiver: Receiver;
/** Launches that are ours; null: all. */
let launches: string[] | null = ['launch'];
beforeAll(async () => {
  receiver = await startReceiver(home.path, {
    knows: (launch) => launches === null || launches.includes(launch),
    take: (launch, points) => reported.add(launch, points, Date.now()),
    takeSpans: () => undefined,
  });
});
afterEach(() => void (reported = createReported()));
afterAll(() => {
  receiver.close();
  home.remove();
});

describe.each([
  ['protobuf', ProtobufExporter],
  ['JSON', JsonExporter],
] as const)('by %s', (_, Exporter) => {
  test.each([
    ['as totals', AggregationTemporality.CUMULATIVE],
    ['as what came since the last report', AggregationTemporality.DELTA],
  ])('totals are summed over the series that are asked for, levels are as they are, of a spread there is the mean: %s', async (_how, temporality) => {
    const exporter = new Exporter({ url: `${receiver.url}/v1/metrics`, headers: { 'x-awo-launch': 'launch' }, temporalityPreference: temporality as never });
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
    const provider = new MeterProvider({ readers: [reader] });
    const meter = provider.getMeter('shop');
    const payments = meter.createCounter('payments');
    const open = meter.createGauge('carts.open');
    const waits = meter.createHistogram('wait');
    payments.add(7, { outcome: 'paid' });
    payments.add(2, { outcome: 'refused', card: 'a' });
    payments.add(1, { outcome: 'refused', card: 'b' });
    open.record(12.5);
    waits.record(10);
    waits.record(30);
    await provider.forceFlush();
    payments.add(5, { outcome: 'refused', card: 'a' });
    open.record(9);
    waits.record(100);
    await provider.forceFlush();
    await provider.shutdown();
    const value = (metric: string, where = {}) => reported.sample('launch', metric, where, Date.now());
    expect(value('payments')).toMatchObject({ value: 15 });
    expect(value('payments', { outcome: 'refused' })).toMatchObject({ value: 8 });
    // Nothing of the kind was counted yet: that is a total of nothing, not a gap.
    expect(value('payments', { outcome: 'lost' })).toMatchObject({ value: 0 });
    expect(value('carts.open')).toMatchObject({ value: 9 });
    expect(value('wait')).toMatchObject({ value: 100 });
  });
});

describe('what is no figure of now', () => {
  const level: Point = { metric: 'open', labels: {}, kind: 'level', value: 3 };
  test.each<[string, string, (all: Reported) => void, string]>([
    ['nothing was ever reported', 'open', () => undefined, 'has not reported anything'],
    ['it has another name', 'opened', (all) => all.add('launch', [level], 0), 'it reports open'],
    ['it is two minutes old', 'open', (all) => all.add('launch', [level], -120_000), 'no value of open within 90 s'],
    [
      'a total of two minutes ago',
      'n',
      (all) => all.add('launch', [{ metric: 'n', labels: {}, kind: 'total', value: 3, isDelta: false }], -120_000),
      'no value of n within 90 s',
    ],
  ])('%s: that is said, and never zero', (_, metric, put, says) => {
    put(reported);
    expect(reported.sample('launch', metric, {}, 0)).toMatchObject({ trouble: 'no-data', detail: expect.stringContaining(says) as string });
  });

  test('a total that did not change is not old: exporters of differences do not send it again', () => {
    const paid: Point = { metric: 'paid', labels: { card: 'a' }, kind: 'total', value: 3, isDelta: true };
    reported.add('launch', [paid], -120_000);
    reported.add('launch', [{ ...paid, labels: { card: 'b' }, value: 1 }], 0);
    expect(reported.sample('launch', 'paid', {}, 0)).toMatchObject({ value: 4 });
    expect(reported.sample('launch', 'paid', { card: 'a' }, 0)).toMatchObject({ value: 3 });
  });

  test('a process that makes a series of every customer is followed so far and no further', () => {
    const points = Array.from({ length: 3000 }, (_, i): Point => ({
      metric: 'seen',
      labels: { customer: String(i) },
      kind: 'total',
      value: 1,
      isDelta: false,
    }));
    reported.add('launch', points, 0);
    expect(reported.sample('launch', 'seen', {}, 0)).toMatchObject({ value: 2000 });
    expect(reported.sample('launch', 'gone', {}, 0)).toMatchObject({ detail: expect.stringContaining('1000 figures were more') as string });
  });
});

describe('reports that are refused', () => {
  const send = (headers: Record<string, string>, body: string, path = '') =>
    fetch(`${receiver.url}/v1/metrics${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
  const good = '{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"n","gauge":{"dataPoints":[{"asInt":"5"}]}}]}]}]}';
  test.each<[string, number, () => Promise<Response>]>([
    ['by a process that awo has not started', 401, () => send({ 'x-awo-launch': 'other' }, good)],
    ['by nobody', 401, () => send({}, good)],
    ['that are none', 400, () => send({ 'x-awo-launch': 'launch' }, '{"resourceMetrics":[{"scopeMetrics":7}]}')],
    ['cut off', 400, () => send({ 'x-awo-launch': 'launch', 'content-type': 'application/x-protobuf' }, '\n\u00ff\u0001')],
    ['without end', 400, () => send({ 'x-awo-launch': 'launch' }, ' '.repeat(5 * 1024 * 1024))],
    ['for something else', 404, () => send({ 'x-awo-launch': 'launch' }, good, '/x')],
  ])('%s', async (_, status, sent) => {
    expect((await sent()).status).toBe(status);
    expect(reported.sample('launch', 'n', {}, Date.now())).toMatchObject({ trouble: 'no-data' });
  });
  test('and this one is taken', async () => {
    expect((await send({ 'x-awo-launch': 'launch' }, good)).status).toBe(200);
    expect(reported.sample('launch', 'n', {}, Date.now())).toMatchObject({ value: 5 });
  });
});

test('a service that reports by what its environment says is read by its revision', { timeout: 60_000 }, async () => {
  const repo = makeRepo();
  const sha = repo.commit('reports', {
    'server.cjs': `const body = JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'carts.open', gauge: { dataPoints: [{ asDouble: 4 }] } }] }] }] });
      const [name, launch] = process.env.OTEL_EXPORTER_OTLP_METRICS_HEADERS.split('=');
      const report = () => fetch(process.env.OTEL_EXPORTER_OTLP_METRICS_ENDPOINT, { method: 'POST', headers: { 'content-type': 'application/json', [name]: launch }, body });
      require('node:http').createServer(async (_, response) => response.end(String((await report()).status))).listen(Number(process.argv[2]), '127.0.0.1');`,
  });
  const shop = install(undefined, process.env, receiver.url).own();
  launches = null;
  try {
    const { port } = await shop.start(repo, sha, modelOf());
    const asked = { environment: 'test', service: 'cart', revision: sha, metric: 'carts.open', where: {}, of: null };
    const read = async () => observeOtlp.output.parse(await otlpTool(shop.local(), reported)(asked));
    await eventually('the report', async () => (await get(`http://127.0.0.1:${port}/`)).body === '200');
    expect(await read()).toMatchObject({ value: 4, of: null, trouble: null });
    expect(await otlpTool(shop.local(), reported)({ ...asked, revision: 'f'.repeat(40) })).toMatchObject({ value: null, trouble: 'dead' });
    expect(await otlpTool(shop.local(), reported)({ ...asked, of: 'carts' })).toMatchObject({ value: null, trouble: 'no-data' });
  } finally {
    launches = ['launch'];
    await shop.end(repo);
  }
});
