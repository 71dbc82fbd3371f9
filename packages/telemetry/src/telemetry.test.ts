// Traces and logs as they leave: ids that travel, spans that arrive at a real receiver, secrets that do not.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { spanReceiver, waitFor } from '@awo/testing';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { afterEach, expect, test } from 'vitest';
import { recordDecision } from './decision-span.ts';
import { createLogger } from './logger.ts';
import { inSpan } from './span.ts';
import { startTelemetry } from './start.ts';
import { contextFrom, freshTraceparent, traceIdOf, traceparentOf } from './trace-context.ts';

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).toReversed()) await step();
});
const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

test('a traceparent comes out as it went in, with and without an SDK', () => {
  expect(traceparentOf(contextFrom(TRACE))).toBe(TRACE);
  const fresh = freshTraceparent();
  expect(traceparentOf(contextFrom(fresh))).toBe(fresh);
  expect(traceIdOf(fresh)).toMatch(/^[0-9a-f]{32}$/);
  expect(freshTraceparent()).not.toBe(fresh);
});

test.each([
  ['nothing', undefined],
  ['nonsense', 'hello'],
  ['zeros, which the standard forbids', `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`],
  ['another version', TRACE.replace('00-', 'ff-')],
])('%s is no trace, and no error either: a goal must not fail for its trace', (_title, given) => {
  expect(traceparentOf(contextFrom(given))).toBeUndefined();
});

test('where no collector is configured nothing is loaded and nothing is sent', async () => {
  const log = createLogger('impact', 'impact-1', 'silent');
  const telemetry = await startTelemetry({ service: 'impact', instance: 'impact-1', env: {}, log });
  await inSpan('quiet', ROOT_CONTEXT, {}, async (context) => expect(traceparentOf(context)).toBeUndefined());
  await telemetry.shutdown();
});

test('a program without a span of its own hands the trace on that it was given', async () => {
  await inSpan('quiet', contextFrom(TRACE), {}, async (context) => expect(traceIdOf(traceparentOf(context))).toBe(traceIdOf(TRACE)));
});

test('spans arrive with their parents, decisions and errors, and a shutdown sends what is left', async () => {
  const receiver = await spanReceiver();
  cleanUp.push(() => receiver.stop());
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint };
  // The exporter reads the standard variables itself, as it does in a service.
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = receiver.endpoint;
  cleanUp.push(async () => delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT);
  const telemetry = await startTelemetry({ service: 'impact', instance: 'impact-1', env, log: createLogger('impact', 'impact-1', 'silent') });
  await inSpan('outer', contextFrom(TRACE), { 'awo.goal.id': 'g1' }, async (outer) => {
    await inSpan('decide', outer, {}, async (_context, span) =>
      recordDecision(
        span,
        {
          kind: 'plan',
          because: 'goal-understood',
          choice: 'release',
          facts: [],
          figures: {},
          alternatives: [{ kind: 'wait', rejectedBecause: 'nobody is in the way' }],
          checks: [{ name: 'fits', passed: true, detail: 'yes' }],
          by: 'rules',
        },
        { units: 2 },
      ),
    );
    await inSpan(
      'came twice',
      outer,
      {},
      async () => 'nothing new',
      (answer) => answer !== 'nothing new',
    );
    await inSpan('broken', outer, {}, async () => Promise.reject(new Error('no luck'))).catch(() => undefined);
  });
  await telemetry.shutdown();
  const spans = await waitFor(() => receiver.spans().length === 3 && receiver.trace(traceIdOf(TRACE) ?? ''), { what: 'three spans' });
  const named = (name: string) => spans.find((s) => s.name === name);
  expect(named('outer')).toMatchObject({ service: 'awo-impact', parentSpanId: 'b7ad6b7169203331', attributes: { 'awo.goal.id': 'g1' } });
  expect(named('decide')).toMatchObject({
    parentSpanId: named('outer')?.spanId,
    attributes: {
      'awo.decision.kind': 'plan',
      'awo.decision.because': 'goal-understood',
      'awo.decision.rejected': ['wait: nobody is in the way'],
      'awo.decision.checks': ['passed fits: yes'],
      'awo.decision.fact.units': 2,
    },
  });
  expect(named('broken')).toMatchObject({ statusCode: 2 });
});

test('fields that may hold a secret never reach the log', () => {
  const logger = fileURLToPath(new URL('logger.ts', import.meta.url));
  const program = `const { createLogger } = await import(${JSON.stringify(logger)});
    createLogger('impact', 'impact-1').info({ seed: 'SUAxyz', nested: { token: 'tok-1', env: { A: 'env-1' }, authorization: 'Bearer b' }, password: 'pw-1', fine: 'shown' }, 'hello');`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  expect(JSON.parse(stdout)).toMatchObject({ service: 'impact', instance: 'impact-1', msg: 'hello', fine: 'shown', seed: '[redacted]' });
  expect(stdout).not.toMatch(/SUAxyz|tok-1|env-1|Bearer b|pw-1/);
});
