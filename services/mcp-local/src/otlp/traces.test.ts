// Spans that services tell of themselves, by the exporters that they use; and what is none.
import { gzipSync } from 'node:zlib';
import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { temporaryFolder } from '@awo/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ToldSpan } from './decode-traces.ts';
import { type Receiver, startReceiver } from './receiver.ts';

const home = temporaryFolder('otlp-traces');
let told: { launch: string; span: ToldSpan }[] = [];
let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver(home.path, {
    knows: (launch) => launch === 'launch',
    take: () => undefined,
    takeSpans: (launch, spans) => void told.push(...spans.map((span) => ({ launch, span }))),
  });
});
afterEach(() => void (told = []));
afterAll(() => {
  receiver.close();
  home.remove();
});

test.each([
  ['JSON', JsonExporter, 'none'],
  ['protobuf', ProtobufExporter, 'none'],
  ['JSON by gzip', JsonExporter, 'gzip'],
  ['protobuf by gzip', ProtobufExporter, 'gzip'],
] as const)('an SDK tells of a call and of the one below it that failed, as a diagnosis takes them: %s', async (_, Exporter, compression) => {
  const exporter = new Exporter({ url: `${receiver.url}/v1/traces`, headers: { 'x-awo-launch': 'launch' }, compression: compression as never });
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const tracer = provider.getTracer('shop');
  const start = 1_800_000_000_000;
  const list = tracer.startSpan('GET /list', { startTime: start, root: true });
  const { traceId, spanId } = list.spanContext();
  const ask = tracer.startSpan('ask the stock', { startTime: start + 2 }, trace.setSpan(ROOT_CONTEXT, list));
  ask.setStatus({ code: 2, message: 'no answer' });
  ask.end(start + 32.5);
  list.setStatus({ code: 1 });
  list.end(start + 40);
  await provider.forceFlush();
  await provider.shutdown();
  const of = (name: string) => told.find(({ span }) => span.name === name);
  expect(told).toHaveLength(2);
  expect(of('GET /list')).toEqual({
    launch: 'launch',
    span: { trace: traceId, span: spanId, parent: null, name: 'GET /list', start, durationMs: 40, error: false },
  });
  expect(of('ask the stock')?.span).toMatchObject({ trace: traceId, parent: spanId, durationMs: 30.5, error: true });
  expect(of('ask the stock')?.span.start).toBeCloseTo(start + 2, 2);
});

describe('reports that are refused, and the next one is taken all the same', () => {
  const span = {
    traceId: 'A'.repeat(32),
    spanId: 'b'.repeat(16),
    parentSpanId: '',
    name: 'GET /',
    startTimeUnixNano: '1800000000000000000',
    endTimeUnixNano: '1800000000005000000',
  };
  const body = (change: object = {}): string => JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{ ...span, ...change }] }] }] });
  const send = (sent: string | Buffer, headers: Record<string, string> = {}, path = '/v1/traces') =>
    fetch(`${receiver.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-awo-launch': 'launch', ...headers },
      body: sent as string,
    });
  const protobuf = { 'content-type': 'application/x-protobuf' };
  const gzip = { 'content-encoding': 'gzip' };
  test.each<[string, number, () => Promise<Response>]>([
    ['by a process that awo has not started', 401, () => send(body(), { 'x-awo-launch': 'other' })],
    ['by nobody', 401, () => send(body(), { 'x-awo-launch': '' })],
    ['for something else', 404, () => send(body(), {}, '/v1/logs')],
    ['no JSON', 400, () => send('{"resourceSpans":')],
    ['of another shape', 400, () => send('{"resourceSpans":[{"scopeSpans":7}]}')],
    ['nothing at all', 400, () => send('null')],
    ['an id that is too short', 400, () => send(body({ spanId: 'bb' }))],
    ['an id of nothing', 400, () => send(body({ traceId: '0'.repeat(32) }))],
    ['an id that is an object', 400, () => send(body({ traceId: { length: 32 } }))],
    ['a time that is none', 400, () => send(body({ startTimeUnixNano: 'now' }))],
    ['protobuf that is cut off', 400, () => send('\n\u00ff\u0001', protobuf)],
    ['protobuf without ids', 400, () => send(Buffer.from([0x0a, 4, 0x12, 2, 0x12, 0]), protobuf)],
    ['gzip that is none', 400, () => send(body(), gzip)],
    ['gzip that unpacks without end', 400, () => send(gzipSync(body() + ' '.repeat(64 * 1024 * 1024)), gzip)],
    ['without end', 400, () => send(' '.repeat(5 * 1024 * 1024))],
  ])('%s', async (_, status, sent) => {
    const answer = await sent();
    expect(answer.status).toBe(status);
    expect(((await answer.json()) as { message: string }).message).not.toBe('');
    expect(told).toEqual([]);
    expect((await send(body())).status).toBe(200);
    expect(told.map((one) => one.span)).toEqual([
      { trace: 'a'.repeat(32), span: span.spanId, parent: null, name: 'GET /', start: 1_800_000_000_000, durationMs: 5, error: false },
    ]);
  });
  test('an end before the start is no time at all, and names are cut: they are another process’s words', async () => {
    expect((await send(body({ endTimeUnixNano: '1', name: 'x'.repeat(5000), status: { code: 'STATUS_CODE_ERROR' } }))).status).toBe(200);
    expect(told[0]?.span).toMatchObject({ durationMs: 0, name: 'x'.repeat(80), error: true });
  });
});
