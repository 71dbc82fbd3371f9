// A real Jaeger, started by `awo up --jaeger`, is asked what it knows of a release. Opt-in, since it has to be built: `npm run test:jaeger`.
import { readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { makeRepo, temporaryFolder, waitFor } from '@awo/testing';
import type { TemporaryFolder, TestRepository } from '@awo/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { awo } from '../support/awo.ts';
import type { Ran } from '../support/awo.ts';
import { greeter } from '../support/services.ts';
import { startTraffic } from '../support/traffic.ts';
import { buildJaeger } from './build-jaeger.ts';

/** Jaeger's own API: what its page shows. */
const Traces = z.object({
  data: z.array(
    z.object({
      traceID: z.string(),
      processes: z.record(z.string(), z.object({ serviceName: z.string() })),
      spans: z.array(
        z.object({
          spanID: z.string(),
          operationName: z.string(),
          references: z.array(z.object({ refType: z.string(), traceID: z.string(), spanID: z.string() })),
        }),
      ),
    }),
  ),
});
/** The stable API: OTLP. */
const StableTraces = z.object({
  result: z.object({
    resourceSpans: z.array(
      z.object({ scopeSpans: z.array(z.object({ spans: z.array(z.object({ spanId: z.string(), parentSpanId: z.string().optional() })) })) }),
    ),
  }),
});
const Goal = z.object({ links: z.object({ trace: z.string(), traceId: z.string() }) });

let home: TemporaryFolder;
let repository: TestRepository;
let env: NodeJS.ProcessEnv;
let up: Ran;
let jaeger: string;
let goal: z.infer<typeof Goal>['links'];

beforeAll(async () => {
  const program = await buildJaeger();
  home = temporaryFolder('jaeger');
  repository = makeRepo(greeter());
  env = { ...process.env, AWO_HOME: home.path, PATH: `${dirname(program)}${delimiter}${process.env['PATH']}` };
  for (const name of ['NATS_URL', 'JAEGER_URL', 'OTEL_EXPORTER_OTLP_ENDPOINT']) delete env[name];
  up = await awo(['up', '--jaeger'], env);
  expect(up.code, up.err).toBe(0);
  jaeger = z.object({ url: z.string() }).parse(JSON.parse(readFileSync(join(home.path, 'jaeger.json'), 'utf8'))).url;
  const traffic = startTraffic(home.path, 'production');
  const released = await awo(['release', '--repo', repository.path, '--wait', '-o', 'json'], env).finally(traffic.stop);
  expect(released.code, released.err).toBe(0);
  const { goal: id } = z.object({ goal: z.string() }).parse(JSON.parse(released.out.split('\n')[0] ?? ''));
  goal = Goal.parse(JSON.parse((await awo(['get', id, '-o', 'json'], env)).out)).links;
}, 1_800_000);

afterAll(async () => {
  if (env) await awo(['down'], env);
  home?.remove();
  repository?.remove();
});

const ask = async <T>(schema: z.ZodType<T>, path: string): Promise<T> => schema.parse(await (await fetch(`${jaeger}${path}`)).json());

async function wholeTrace() {
  return waitFor(
    async () => {
      const [trace] = (await ask(Traces, `/api/traces/${goal.traceId}`)).data;
      return trace?.spans.some(({ operationName }) => operationName === 'goal.intake') && unattached(trace.spans).length === 1 && trace;
    },
    { what: 'a trace in which every span but the root has its parent', timeoutMs: 20_000, everyMs: 200 },
  );
}

type Spans = z.infer<typeof Traces>['data'][number]['spans'];
const unattached = (spans: Spans) => {
  const ids = new Set(spans.map(({ spanID }) => spanID));
  return spans.filter(
    ({ references }) => !references.some(({ refType, spanID, traceID }) => refType === 'CHILD_OF' && traceID === goal.traceId && ids.has(spanID)),
  );
};

test('`awo up --jaeger` says where Jaeger is, and every goal links to its trace there', () => {
  expect(up.err).toContain(`Jaeger is at ${jaeger}`);
  expect(up.out).toContain(jaeger);
  expect(goal.trace).toBe(`${jaeger}/trace/${goal.traceId}`);
});

test('the trace of a release hangs together: one root, the intake, and every other span’s parent is there', async () => {
  const trace = await wholeTrace();
  expect(unattached(trace.spans).map(({ operationName, references }) => ({ operationName, references }))).toEqual([
    { operationName: 'goal.intake', references: [] },
  ]);
  expect(trace.spans.length).toBeGreaterThan(60);
});

test('every process that took part is there under its own name', async () => {
  const trace = await wholeTrace();
  const services = Object.values(trace.processes).map(({ serviceName }) => serviceName);
  for (const name of ['planner', 'impact', 'test', 'deploy', 'monitor', 'toolgate', 'mcp-git', 'mcp-local', 'mcp-tests', 'mcp-metrics'])
    expect(services).toContain(`awo-${name}`);
});

test('the trace is found from each agent that worked on it, as somebody looks who has no goal at hand', async () => {
  await wholeTrace();
  for (const service of ['awo-planner', 'awo-deploy', 'awo-toolgate', 'awo-mcp-local']) {
    const { data } = await ask(Traces, `/api/traces?service=${service}&limit=100`);
    expect(data.map(({ traceID }) => traceID)).toContain(goal.traceId);
  }
});

test('the stable API gives the same trace', async () => {
  const trace = await wholeTrace();
  const { result } = await ask(StableTraces, `/api/v3/traces/${goal.traceId}`);
  const spans = result.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
  expect(spans.length).toBe(trace.spans.length);
});

test('`awo down` ends the Jaeger that `awo up --jaeger` started, so that nothing is left behind', async () => {
  const down = await awo(['down'], env);
  expect(down.code, down.err).toBe(0);
  await expect(fetch(`${jaeger}/api/services`)).rejects.toThrow('fetch failed');
});
