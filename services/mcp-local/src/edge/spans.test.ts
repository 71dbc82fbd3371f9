// Spans as a real edge process tells of them, with real services behind it that do no more than pass a header on.
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { createServer, type IncomingMessage, request as send, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { EdgeControl } from '@awo/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endEdge, ensureEdge, getSpans, putRoutes } from '../edge-client.ts';
import { eventually, get, temporary } from '../fixtures/shop.ts';
import type { SeenSpan } from '../traces/span.ts';
import { OLD, target } from './edge.fixture.ts';
import { createSpans } from './spans.ts';

const dir = temporary();
const servers: ReturnType<typeof createServer>[] = [];
let edge: EdgeControl;
let ports: Record<string, number>;
/** Headers that each service got last. */
const got: Record<string, IncomingMessage['headers']> = {};

async function serve(name: string, answer: (request: IncomingMessage, response: ServerResponse) => unknown): Promise<{ name: string; port: number }> {
  const server = createServer((request, response) => {
    got[name] = request.headers;
    void answer(request, response);
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return { name, port: (server.address() as AddressInfo).port };
}

/** As a service asks another one, with one line for the trace. */
const askWith = (service: string, path: string, { headers: { traceparent } }: IncomingMessage, timeoutMs = 5000): Promise<number> =>
  new Promise((resolve) => {
    const call = send(
      `http://127.0.0.1:${ports[service]}${path}`,
      { timeout: timeoutMs, headers: traceparent === undefined ? {} : { traceparent } },
      (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode ?? 0));
      },
    );
    call.on('timeout', () => call.destroy());
    call.on('error', () => resolve(0));
    call.end();
  });

beforeAll(async () => {
  const front = await serve('front', async (request, response) => {
    const path = (request.url ?? '/').replace('/page', '/list');
    const status = await askWith('back', path, request, path.includes('hang') ? 50 : 5000);
    response.writeHead(status === 200 ? 200 : 500).end();
  });
  const back = await serve('back', async (request, response) => {
    if (request.url?.includes('hang') === true) return;
    response.writeHead((await askWith('stock', request.url ?? '/', request)) === 200 ? 200 : 500).end();
  });
  const stock = await serve('stock', (request, response) => response.writeHead(request.url?.includes('fail') === true ? 503 : 200).end('3 teas'));
  const copied = await serve('copied', (_, response) => response.end());
  edge = await ensureEdge(dir, () => undefined);
  const services = [front, back, stock].map(({ name, port }, i) => ({
    name,
    port: 26_000 + Math.floor(Math.random() * 3000) + i,
    targets: [target(OLD, port, 100), ...(name === 'stock' ? [{ ...target('c'.repeat(40), copied.port, 0, 3), copies: 100 }] : [])],
  }));
  ({ ports } = await putRoutes(edge, { services }));
});
afterAll(async () => {
  await endEdge(dir);
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(dir, { recursive: true, force: true });
});

const id = (bytes: number): string => randomBytes(bytes).toString('hex');
/** The spans of one trace, when there are so many of it. */
const spansOf = (trace: string, n: number): Promise<SeenSpan[]> =>
  eventually(`${n} spans of ${trace}`, async () => {
    const { spans } = await getSpans(edge, 0);
    const found = spans.filter((s) => s.trace === trace);
    return found.length >= n && found;
  });
const named = (spans: readonly SeenSpan[], entity: string): SeenSpan => spans.find((s) => s.entity === entity) as SeenSpan;

describe('with a traceparent', () => {
  test('three services that pass it on are one tree, each below its caller, and time and name are told', async () => {
    const [trace, caller] = [id(16), id(8)];
    await get(`http://127.0.0.1:${ports['front']}/page/17?customer=ann`, { traceparent: `00-${trace}-${caller}-01`, tracestate: 'other=1' });
    const spans = await spansOf(trace, 3);
    const [front, back, stock] = [named(spans, 'front'), named(spans, 'back'), named(spans, 'stock')];
    expect(spans).toHaveLength(3);
    expect([front.parent, back.parent, stock.parent]).toEqual([caller, front.span, back.span]);
    expect(spans.map((s) => [s.entity, s.name, s.error]).toSorted()).toEqual([
      ['back', 'GET /list/:id', false],
      ['front', 'GET /page/:id', false],
      ['stock', 'GET /list/:id', false],
    ]);
    expect(front.start).toBeLessThanOrEqual(stock.start);
    expect(front.durationMs).toBeGreaterThanOrEqual(stock.durationMs);
    expect(Math.abs(front.start - Date.now())).toBeLessThan(10_000);
    expect(JSON.stringify(spans)).not.toContain('ann');
  });

  test('what goes on names the edge as the caller, keeps the flags, and keeps what others wrote into the state', async () => {
    const [trace, caller] = [id(16), id(8)];
    await get(`http://127.0.0.1:${ports['stock']}/list`, { traceparent: `00-${trace}-${caller}-00`, tracestate: 'other=1' });
    const [span] = await spansOf(trace, 1);
    expect(got['stock']?.['traceparent']).toBe(`00-${trace}-${span?.span}-00`);
    expect(got['stock']?.['tracestate']).toBe(`awo=${span?.span},other=1`);
  });

  test('below a service that reports its own calls elsewhere the edge is still known, by the state that every SDK passes on', async () => {
    const [trace, above] = [id(16), id(8)];
    await get(`http://127.0.0.1:${ports['stock']}/list`, { traceparent: `00-${trace}-${id(8)}-01`, tracestate: `awo=${above}` });
    expect((await spansOf(trace, 1))[0]).toMatchObject({ above });
  });

  test('an answer of 500 is an error of each that gave it on, and of the one where it began', async () => {
    const trace = id(16);
    await get(`http://127.0.0.1:${ports['front']}/page/fail`, { traceparent: `00-${trace}-${id(8)}-01` });
    expect((await spansOf(trace, 3)).map((s) => s.error)).toEqual([true, true, true]);
  });

  test('who lets a caller wait until it gives up has failed: the caller alone would look guilty', async () => {
    const trace = id(16);
    await get(`http://127.0.0.1:${ports['front']}/page/hang`, { traceparent: `00-${trace}-${id(8)}-01` });
    const spans = await spansOf(trace, 2);
    expect(named(spans, 'back')).toMatchObject({ error: true, parent: named(spans, 'front').span });
    expect(named(spans, 'back').durationMs).toBeGreaterThanOrEqual(45);
  });

  test('a copy of a request is in no trace: what it calls would look called twice', async () => {
    const trace = id(16);
    delete got['copied'];
    await get(`http://127.0.0.1:${ports['stock']}/list`, { traceparent: `00-${trace}-${id(8)}-01` });
    await eventually('the copy', () => got['copied'] !== undefined);
    expect(got['copied']).not.toHaveProperty('traceparent');
    expect(await spansOf(trace, 1)).toHaveLength(1);
  });

  test('a header that is none goes on as it came, and is no reason to fail', async () => {
    // Now and then such a request begins a trace, as one without a header does.
    await eventually('the header as it came', async () => {
      expect((await get(`http://127.0.0.1:${ports['stock']}/list`, { traceparent: '00-nonsense' })).status).toBe(200);
      return got['stock']?.['traceparent'] === '00-nonsense';
    });
  });
});

test('without a header a few requests a second begin a trace, so that services which pass it on are seen though nobody begins one', async () => {
  const { last } = await getSpans(edge, 0);
  const began = performance.now();
  for (let i = 0; i < 60; i += 1) await get(`http://127.0.0.1:${ports['front']}/page/free`);
  const seconds = (performance.now() - began) / 1000;
  const roots = await eventually('a whole tree', async () => {
    const { spans } = await getSpans(edge, last);
    const whole = spans.filter((s) => s.entity === 'front' && spans.filter((one) => one.trace === s.trace).length === 3);
    return whole.length > 0 && spans.filter((s) => s.entity === 'front');
  });
  expect(roots.every((s) => s.parent === null)).toBe(true);
  expect(roots.length).toBeLessThanOrEqual(Math.ceil(seconds * 10) + 1);
});

test('what was told is told again to whoever asks for it, because an answer may be lost; what is new is told by itself', async () => {
  const before = await getSpans(edge, 0);
  const trace = id(16);
  await get(`http://127.0.0.1:${ports['stock']}/list`, { traceparent: `00-${trace}-${id(8)}-01` });
  await spansOf(trace, 1);
  expect((await getSpans(edge, before.last)).spans.map((s) => s.trace)).toContain(trace);
  expect((await getSpans(edge, before.last)).spans.map((s) => s.span)).not.toContain(before.spans[0]?.span);
  // Of an edge that was there before this one: all that is known.
  expect((await getSpans(edge, before.last + 1e9)).spans.length).toBeGreaterThan(1);
});

describe('too many', () => {
  /** As the edge calls it, on a clock of ours. */
  const ask = (spans: ReturnType<typeof createSpans>, n: number, perSecond: number, path = (i: number) => `/p${'x'.repeat(i % 3)}`) => {
    const [front, back] = [spans.tracerOf('front'), spans.tracerOf('back')];
    for (let i = 0; i < n; i += 1) {
      const trace = id(16);
      const headers = { traceparent: `00-${trace}-${id(8)}-01` };
      for (const tracer of [front, back])
        tracer({ headers, method: 'GET', url: path(i) } as unknown as IncomingMessage, 5000 + (i * 1000) / perSecond)?.end(1, false, true);
    }
    return spans.after(0).spans;
  };

  test('whole traces are left out, and so many a second are kept as can be read', () => {
    const told = ask(createSpans(), 20_000, 2000).slice(-1500);
    const sizes = [...Map.groupBy(told, (s) => s.trace).values()].map((of) => of.length);
    // The first may be cut by how much is kept.
    expect(sizes.slice(1).every((size) => size === 2)).toBe(true);
    const all = ask(createSpans(), 20_000, 2000);
    expect(all.length).toBeLessThan(10 * 200 * 1.5 + 400);
    expect(all.length).toBeGreaterThan(10 * 200 * 0.5);
  });

  test('no more than four thousand and some are kept, and no more than a hundred names of a service', () => {
    const words = (i: number): string => `/${i.toString(36).replaceAll(/\d/g, (d) => 'abcdefghij'[Number(d)] ?? '')}`;
    const told = ask(createSpans(), 30_000, 150, words);
    expect(told.length).toBeLessThanOrEqual(5000);
    expect(told.length).toBeGreaterThan(3000);
    const names = new Set(told.filter((s) => s.entity === 'front').map((s) => s.name));
    expect(names.has('GET /*')).toBe(true);
    expect(names.size).toBeLessThanOrEqual(101);
  });
});
