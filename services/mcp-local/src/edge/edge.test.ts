// The edge against real servers: split, stickiness, counters, failures, streams, upgrades.
import { createServer } from 'node:http';
import { once } from 'node:events';
import { connect } from 'node:net';
import { findFreePort } from '@awo/free-port';
import { describe, expect, test } from 'vitest';
import { eventually, get } from '../fixtures/shop.ts';
import { cleanUp, many, NEW, OLD, open, serve, target } from './edge.fixture.ts';
import { openEdge } from './edge.ts';

describe('several processes of one revision', () => {
  test('share its requests by what each has in hand, count as one, and one that refuses is not asked again for a while', async () => {
    const slow = await serve((_, r) => void setTimeout(() => r.end('slow'), 100));
    const fast = await serve((_, r) => r.end('fast'));
    const gone = await serve((_, r) => r.end('gone'));
    gone.server.close();
    const { url, of } = await open([{ ...target(OLD, slow.port, 100), more: [fast.port, gone.port] }]);
    const bodies = (await many(url, 60)).map((a) => (a.status === 200 ? a.body : 'failed'));
    const count = (body: string) => bodies.filter((one) => one === body).length;
    expect(count('fast')).toBeGreaterThan(count('slow'));
    expect(count('slow')).toBeGreaterThan(0);
    expect(count('failed')).toBeLessThan(20);
    expect(of(OLD)).toMatchObject({ requests: 60, errors: count('failed') });
  });
});

test('of each process it is known what it had, and of one that gets nothing more what it has yet to answer', async () => {
  const bad = await serve((_, r) => r.writeHead(500).end('no'));
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const good = await serve((q, r) => void (q.url === '/held' ? held : Promise.resolve()).then(() => r.end('yes')));
  const { url, set, of, edge } = await open([{ ...target(OLD, bad.port, 100), more: [good.port] }]);
  await many(url, 40);
  const [first, second] = of(OLD).processes ?? [];
  expect([first?.errors, second?.errors]).toEqual([first?.requests, 0]);
  expect([(first?.requests ?? 0) + (second?.requests ?? 0), first?.port]).toEqual([40, bad.port]);
  await set([target(OLD, good.port, 100)]);
  const waits = get(`${url}/held`);
  await eventually('it waits', () => of(OLD).inFlight === 1);
  await set([target(OLD, bad.port, 100)]);
  expect(edge.report().services[0]?.leaving).toEqual([{ port: good.port, inFlight: 1 }]);
  release();
  expect((await waits).status).toBe(200);
  await eventually('nothing is left', () => edge.report().services[0]?.leaving?.length === 0);
});

describe('the split', () => {
  test('follows the weights within four standard deviations, and every answer says who gave it', async () => {
    const a = await serve((_, r) => r.end('old'));
    const b = await serve((_, r) => r.end('new'));
    const { url, of } = await open([target(OLD, a.port, 80), target(NEW, b.port, 20)]);
    const answers = await many(url, 600);
    const fresh = answers.filter((r) => r.body === 'new');
    expect(Math.abs(fresh.length - 120)).toBeLessThan(4 * Math.sqrt(600 * 0.2 * 0.8));
    expect(fresh.every((r) => r.headers['x-awo-revision'] === NEW.slice(0, 12))).toBe(true);
    expect(of(OLD).requests + of(NEW).requests).toBe(600);
    expect(of(NEW).latency.reduce((sum, n) => sum + n)).toBe(fresh.length);
  });

  test('keeps a customer who is on the new side there while its weight grows, and counts nothing anew', async () => {
    const a = await serve((_, r) => r.end('old'));
    const b = await serve((_, r) => r.end('new'));
    const { url, set, of } = await open([target(OLD, a.port, 90), target(NEW, b.port, 10)]);
    const customer = (i: number): Record<string, string> => (i % 2 === 0 ? { 'x-customer': `c${i}` } : { cookie: `theme=dark; customer=c${i}` });
    const first = await many(url, 200, customer);
    await set([target(OLD, a.port, 50), target(NEW, b.port, 50)]);
    const second = await many(url, 200, customer);
    const movedBack = first.filter((r, i) => r.body === 'new' && second[i]?.body === 'old');
    expect(movedBack).toHaveLength(0);
    expect(first.filter((r) => r.body === 'new').length).toBeGreaterThan(0);
    expect(second.filter((r) => r.body === 'new').length).toBeGreaterThan(60);
    expect(of(OLD).requests + of(NEW).requests).toBe(400);
  });

  test('answers 503 where no revision has traffic, so that nothing hangs', async () => {
    const { url } = await open([target(OLD, 1, 0)]);
    expect(await get(url)).toMatchObject({ status: 503, body: 'No revision of cart has traffic.\n' });
  });
});

describe('errors', () => {
  test('are counted with customers, time and distinct samples; the query and headers are in none of them', async () => {
    const a = await serve((q, r) => r.writeHead(q.url?.startsWith('/ok') ? 404 : 500).end('TypeError: total of undefined\n  at cart.ts:3'));
    const { url, of } = await open([target(OLD, a.port, 100)]);
    await get(`${url}/ok`);
    for (const customer of ['ann', 'bob', 'ann']) await get(`${url}/pay?card=4111`, { 'x-customer': customer, authorization: 'Bearer secret' });
    const counters = of(OLD);
    expect(counters).toMatchObject({ requests: 4, errors: 3, customersWithErrors: 2, inFlight: 0 });
    expect(counters.firstErrorAt).not.toBeNull();
    expect(counters.samples).toEqual([{ at: expect.any(String), method: 'GET', path: '/pay', status: 500, body: 'TypeError: total of undefined' }]);
  });

  test('a revision that refuses or drops connections is a counted 502 and is not hidden by asking the other one', async () => {
    const a = await serve((q) => q.socket.destroy());
    const free = await findFreePort();
    const { url, set, of } = await open([target(OLD, a.port, 100), target(NEW, free, 0)]);
    expect(await get(url)).toMatchObject({ status: 502, body: expect.stringContaining('ECONNRESET') });
    await set([target(OLD, a.port, 0), target(NEW, free, 100)]);
    expect(await get(url, {}, 'POST', 'body')).toMatchObject({ status: 502, body: expect.stringContaining('ECONNREFUSED') });
    expect([of(OLD).errors, of(NEW).errors]).toEqual([1, 1]);
    expect(of(NEW).samples[0]).toMatchObject({ status: 502, method: 'POST' });
  });

  test('an answer that breaks off in the middle is an error, though its status was 200', async () => {
    const a = await serve((_, r) => {
      r.writeHead(200, { 'content-length': '100' });
      r.write('half');
      setImmediate(() => r.destroy());
    });
    const { url, of } = await open([target(OLD, a.port, 100)]);
    await expect(get(url)).rejects.toThrow();
    await eventually('the error is counted', () => of(OLD).errors === 1);
  });

  test('a customer who gives up is no error of the revision, but the time spent waiting is in the histogram', async () => {
    const a = await serve(() => undefined);
    const { url, of } = await open([target(OLD, a.port, 100)]);
    const left = new AbortController();
    const call = fetch(url, { signal: left.signal }).catch(() => 'left');
    await eventually('it is under way', () => of(OLD).inFlight === 1);
    left.abort();
    expect(await call).toBe('left');
    await eventually('it is over', () => of(OLD).inFlight === 0);
    expect(of(OLD)).toMatchObject({ requests: 1, errors: 0 });
  });
});

describe('what passes through', () => {
  test('bodies of any size and kind stream both ways, and headers of one connection end here', async () => {
    const a = await serve((q, r) => {
      r.writeHead(200, { connection: 'x-hop', 'x-hop': '1', 'x-kept': '2', seen: JSON.stringify(q.headers) });
      q.pipe(r);
    });
    const { url } = await open([target(OLD, a.port, 100)]);
    const body = 'x'.repeat(1_000_000);
    const answer = await get(
      `${url}/a?b=c`,
      { 'transfer-encoding': 'chunked', connection: 'x-mine', 'x-mine': '1', 'x-forwarded-for': '10.0.0.1' },
      'PUT',
      body,
    );
    expect(answer.body).toBe(body);
    expect(answer.headers).toMatchObject({ 'x-kept': '2' });
    expect(answer.headers['x-hop']).toBeUndefined();
    const seen = JSON.parse(String(answer.headers['seen'])) as Record<string, string>;
    expect(seen).toMatchObject({
      'x-forwarded-for': '10.0.0.1, 127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': new URL(url).host,
      host: new URL(url).host,
    });
    expect(seen['x-mine']).toBeUndefined();
  });

  test('the beginning of a stream of events arrives before its end', async () => {
    const a = await serve((_, r) => r.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n'));
    const { url, of } = await open([target(OLD, a.port, 100)]);
    const answer = await fetch(url);
    const reader = answer.body?.getReader();
    const first = await reader?.read();
    expect(Buffer.from(first?.value ?? []).toString()).toBe('data: 1\n\n');
    expect(of(OLD)).toMatchObject({ requests: 1, inFlight: 1 });
    await reader?.cancel();
    await eventually('it left', () => of(OLD).inFlight === 0);
  });

  test('an upgrade becomes a pipe of bytes, and is under way until it ends', async () => {
    const a = await serve(() => undefined);
    a.server.on('upgrade', (_, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: echo\r\nconnection: upgrade\r\n\r\n');
      socket.on('error', () => undefined);
      socket.pipe(socket);
    });
    const { url, of } = await open([target(OLD, a.port, 100)]);
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    let seen = '';
    socket.on('data', (chunk: Buffer) => (seen += chunk.toString()));
    socket.write('GET /live HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n');
    await eventually('the handshake', () => seen.includes('101 Switching') && seen.includes(`x-awo-revision: ${OLD.slice(0, 12)}`));
    socket.write('ping');
    await eventually('the echo', () => seen.endsWith('ping'));
    expect(of(OLD)).toMatchObject({ requests: 1, inFlight: 1 });
    socket.end();
    await eventually('it left', () => of(OLD).inFlight === 0);
  });
});

test('a second edge on the same folder has the same routes, port and counts; a busy port gives way to another', async () => {
  const a = await serve((_, r) => r.end('old'));
  const first = await open([target(OLD, a.port, 100)]);
  await many(first.url, 5);
  await first.edge.close();
  const again = await openEdge(first.dir);
  expect((await get(first.url)).body).toBe('old');
  expect(again.report().services[0]).toMatchObject({ port: Number(new URL(first.url).port), revisions: [{ revision: OLD, requests: 6 }] });
  await again.close();
  const thief = createServer().listen(Number(new URL(first.url).port), '127.0.0.1');
  await once(thief, 'listening');
  cleanUp.push(() => thief.close());
  const moved = await openEdge(first.dir);
  cleanUp.push(() => moved.close());
  const port = moved.report().services[0]?.port;
  expect(port).not.toBe(Number(new URL(first.url).port));
  expect((await get(`http://127.0.0.1:${port}`)).body).toBe('old');
});
