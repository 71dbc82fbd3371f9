// evidence.collect with traces: what real services behind a real edge gave, and that an answer fits into one message of the bus.
import { appendFileSync } from 'node:fs';
import { evidenceCollect, revisionLog } from '@awo/contracts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually, get, install, makeRepo, modelOf, temporary, type Installation, type Repo } from '../fixtures/shop.ts';
import { listenerOf } from '../otlp/listener.ts';
import { type Receiver, startReceiver } from '../otlp/receiver.ts';
import { createReported } from '../otlp/reported.ts';
import { collectTool } from './collect.ts';
import { createRecorder, type Recorder } from './recorder.ts';

/** Asks the cart, and passes the header on. At /tells it has an SDK that tells of a call of its own in between, and says that it is somebody else. */
const FRONT = `const { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: to, OTEL_EXPORTER_OTLP_TRACES_HEADERS: header } = process.env;
const tell = ([, traceId, parentSpanId], spanId) => fetch(to, {
  method: 'POST',
  headers: { 'content-type': 'application/json', [header.split('=')[0]]: header.split('=')[1] },
  body: JSON.stringify({ resourceSpans: [{
    resource: { attributes: [{ key: 'service.name', value: { stringValue: 'bank' } }] },
    scopeSpans: [{ spans: [{ traceId, spanId, parentSpanId, name: 'ask postgres://app:s3cret@db/cart', startTimeUnixNano: Date.now() + '000000', endTimeUnixNano: Date.now() + '500000' }] }],
  }] }),
});
require('node:http').createServer(async ({ url, headers }, response) => {
  if (url === '/health') return response.end();
  let { traceparent } = headers;
  if (url === '/tells') {
    const parts = traceparent.split('-');
    await tell(parts, 'c'.repeat(16));
    traceparent = [parts[0], parts[1], 'c'.repeat(16), parts[3]].join('-');
  }
  const answer = await fetch(process.env.CART_URL + url, { headers: traceparent ? { traceparent } : {} });
  response.writeHead(answer.status).end(await answer.text());
}).listen(Number(process.argv[2]), '127.0.0.1');`;

let shop: Installation;
let repo: Repo;
let sha: string;
let recorder: Recorder;
let recording: Promise<void>;
let stop: AbortController;
let receiver: Receiver;

beforeEach(async () => {
  repo = makeRepo();
  const home = temporary();
  receiver = await startReceiver(
    home,
    listenerOf(() => ({ local: shop.local(), recorder }), createReported()),
  );
  shop = install(home, process.env, receiver.url).own();
  sha = repo.commit('one', { 'front.cjs': FRONT });
  await shop.start(repo, sha, modelOf());
  await shop.weigh({ [sha]: 100 });
  await shop.start(repo, sha, modelOf({ name: 'front', start: ['node', 'front.cjs', '$PORT'], dependsOn: ['cart'] }));
  await shop.weigh({ [sha]: 100 }, 'front');
  recorder = createRecorder(shop.local());
  stop = new AbortController();
  recording = recorder.run(stop.signal);
});
afterEach(async () => {
  stop.abort();
  await recording;
  receiver.close();
  await shop.end(repo);
});

const collect = async (traces: boolean) =>
  evidenceCollect.output.parse(await collectTool(shop.local(), recorder)({ environment: 'test', seconds: 600, logs: true, processes: true, traces }));

test('calls that pass the edge are in the evidence, linked, with nothing in the services but the header; who does not ask gets none', async () => {
  const address = (await shop.services()).find((s) => s.name === 'front')?.address ?? '';
  await get(`${address}/fail`);
  const traces = await eventually('both spans', async () => {
    const found = (await collect(true)).traces ?? [];
    return found.length >= 2 && found;
  });
  const [front, cart] = ['front', 'cart'].map((entity) => traces.find((s) => s.entity === entity));
  expect(front).toMatchObject({ parent: null, name: 'GET /fail', error: true });
  expect(cart).toMatchObject({ parent: front?.span, trace: front?.trace, name: 'GET /fail', error: true });
  expect(await collect(false)).not.toHaveProperty('traces');
});

test('what a service tells of itself by OTLP stands between what the edge saw, as of the service that was started, whatever it calls itself', async () => {
  const address = (await shop.services()).find((s) => s.name === 'front')?.address ?? '';
  const [trace, caller] = ['a'.repeat(32), 'b'.repeat(16)];
  expect((await get(`${address}/tells`, { traceparent: `00-${trace}-${caller}-01` })).status).toBe(200);
  const spans = await eventually('three spans', async () => {
    const found = ((await collect(true)).traces ?? []).filter((s) => s.trace === trace);
    return found.length === 3 && found;
  });
  const [front, told, cart] = ['GET /tells', 'ask postgres://app:[redacted]@db/cart', 'cart'].map((what) =>
    spans.find((s) => (s.entity === 'front' ? s.name === what : s.entity === what)),
  );
  expect([front?.parent, told?.parent, cart?.parent]).toEqual([caller, front?.span, 'c'.repeat(16)]);
  expect(told).toMatchObject({ entity: 'front', span: 'c'.repeat(16) });
});

test('however much there is of everything, the answer fits into one message of the bus, and has some of each', async () => {
  const now = Date.now();
  const { spans, tracks } = recorder.of('test');
  // As of a service with a long history that logs in letters of three bytes.
  appendFileSync(revisionLog(shop.home, 'test', 'cart', sha), '経路が見つかりません、注文を確認してください。'.repeat(8).concat('\n').repeat(300));
  appendFileSync(revisionLog(shop.home, 'test', 'front', sha), `${'"\\'.repeat(200)}\n`.repeat(300));
  await eventually('the log was looked at', () =>
    recorder
      .of('test')
      .tracks.since(now)
      .some((t) => t.metric === 'log_bytes' && t.t.length > 1),
  );
  for (let entity = 0; entity < 100; entity += 1) for (let i = 0; i < 600; i += 1) tracks.add(`s${entity}`, 'latency_p95_ms', now - i * 1000, 1234.5678);
  for (let i = 0; i < 6000; i += 1)
    spans.add(
      [
        {
          trace: `${i}`.padStart(32, '0'),
          span: `${i}`.padStart(16, '0'),
          parent: null,
          above: null,
          entity: 'cart',
          name: 'GET /list',
          start: now - i * 90,
          durationMs: 12.34,
          error: false,
        },
      ],
      now,
    );
  const answer = await collect(true);
  expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(1000 * 1024);
  expect(Buffer.byteLength(JSON.stringify(answer.logs))).toBeLessThanOrEqual(201 * 1024);
  expect(answer.traces?.length).toBeGreaterThan(300);
  expect(answer.tracks.length).toBeGreaterThan(100);
  for (const service of ['cart', 'front']) expect(answer.logs.filter((line) => line.entity === service).length).toBeGreaterThan(50);
});
