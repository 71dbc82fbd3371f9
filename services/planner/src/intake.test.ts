// What a goal's trace begins with, on a real bus and a real OTLP receiver.
import { goalIdFor } from '@awo/bus';
import { ATTR, SPAN, createLogger, startTelemetry } from '@awo/telemetry';
import type { Telemetry } from '@awo/telemetry';
import { spanReceiver, startTestNats } from '@awo/testing';
import type { SpanReceiver, TestNats } from '@awo/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { begin } from './intake.ts';

const log = createLogger('planner', 'planner-1', 'silent');
let nats: TestNats;
let receiver: SpanReceiver;
let telemetry: Telemetry;
beforeAll(async () => {
  [nats, receiver] = await Promise.all([startTestNats(), spanReceiver()]);
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', receiver.endpoint);
  telemetry = await startTelemetry({ service: 'planner', instance: 'planner-1', env: process.env, log });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await telemetry?.shutdown();
  await Promise.all([nats?.stop(), receiver?.stop()]);
});

test('a goal that is heard of by the stream and at once has one trace with one root, whichever of them was faster', async () => {
  const bus = await nats.as('planner');
  const goal = goalIdFor('msg:both');
  const incoming = { spec: { kind: 'assess' as const, revision: 'HEAD' }, id: 'msg:both', source: 'cli', traceparent: undefined };
  const runtime = { bus, signal: new AbortController().signal, log, instance: 'planner-1' };
  const both = await Promise.all([begin(runtime, incoming, goal), begin(runtime, incoming, goal)]);
  const after = await begin(runtime, incoming, goal);
  expect([...both, after].filter(({ written }) => written)).toHaveLength(1);
  await telemetry.shutdown();
  const spans = receiver.spans().filter((span) => span.attributes[ATTR.goal] === goal);
  expect(spans).toMatchObject([{ name: SPAN.intake, parentSpanId: '' }]);
  expect((await bus.lastCommit(goal))?.traceparent).toContain(spans[0]?.traceId);
});
