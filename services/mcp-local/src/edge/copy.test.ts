// Copies of requests, against real servers: customers notice nothing of them.
import type { RequestListener } from 'node:http';
import { findFreePort } from '@awo/free-port';
import { describe, expect, test } from 'vitest';
import { eventually, get } from '../fixtures/shop.ts';
import { many, NEW, OLD, open, serve, target } from './edge.fixture.ts';

describe('copies', () => {
  const silent: RequestListener = () => undefined;
  const answering =
    (text: string, status = 200, seen: string[] = []): RequestListener =>
    (request, response) => {
      let body = '';
      request.on('data', (part) => (body += part));
      request.on('end', () => {
        seen.push(`${request.method} ${request.url} ${request.headers['x-awo-copy'] ?? '-'} ${body}`);
        response.writeHead(status).end(text);
      });
    };
  const openWith = async (fresh: RequestListener, seen: string[] = []) => {
    const [old, copied] = [await serve(answering('old', 200, seen)), await serve(fresh)];
    return open([target(OLD, old.port, 100), { ...target(NEW, copied.port, 0), copies: 100 }]);
  };

  test('customers are answered by the old one, the new one answers a copy of each, counted by themselves', async () => {
    const seen: string[] = [];
    const { url, of } = await openWith(answering('new', 500, seen));
    const answers = await many(url, 40);
    expect(answers.map((a) => a.status)).toEqual(Array.from({ length: 40 }, () => 200));
    await eventually('forty copies', async () => of(NEW).copies?.requests === 40);
    expect(of(NEW)).toMatchObject({ requests: 0, errors: 0, customersWithErrors: 0, firstErrorAt: null, copies: { requests: 40, errors: 40 } });
    expect(of(NEW).samples).toEqual([expect.objectContaining({ method: 'GET', status: 500, body: 'new' })]);
    expect(of(OLD)).toMatchObject({ requests: 40, errors: 0 });
    expect(seen[0]).toBe('GET / 1 ');
  });

  test('the control of the new one gets a copy of the same requests, so that both are as warm', async () => {
    const [toNew, toControl]: [string[], string[]] = [[], []];
    const [old, fresh, control] = [await serve(answering('old')), await serve(answering('new', 200, toNew)), await serve(answering('old', 200, toControl))];
    const { url, of } = await open([
      target(OLD, old.port, 100),
      { ...target(OLD, control.port, 0), generation: 2, control: true, copies: 50 },
      { ...target(NEW, fresh.port, 0), generation: 3, copies: 50 },
    ]);
    await Promise.all(Array.from({ length: 60 }, (_, i) => get(`${url}/${i}`)));
    await eventually('as many copies of each', async () => toNew.length > 0 && toNew.length === toControl.length && of(NEW).copies?.requests === toNew.length);
    expect(toNew.toSorted()).toEqual(toControl.toSorted());
    // Half of them are to be expected; the chance of fewer than 10, or more than 50, is below 1 in 1,000,000.
    expect(toNew.length).toSatisfy((n: number) => n >= 10 && n <= 50);
  });

  test('what is sent along is copied too, up to a size; a stream is not', async () => {
    const seen: string[] = [];
    const { url, of } = await openWith(answering('new', 200, seen));
    const post = (body: string | ReadableStream) =>
      fetch(`${url}/search?q=1`, { method: 'POST', body, ...(typeof body === 'string' ? {} : { duplex: 'half' }) });
    expect(await (await post('blue shoes')).text()).toBe('old');
    expect(await (await post('x'.repeat(70_000))).text()).toBe('old');
    expect(await (await post(new Blob(['streamed']).stream())).text()).toBe('old');
    await eventually('one copy', async () => of(NEW).copies?.requests === 1);
    expect(seen).toEqual(['POST /search?q=1 1 blue shoes']);
  });

  test('one that never answers delays nobody, and no more than a hundred wait for it', async () => {
    const { url, of, set } = await openWith(silent);
    const answers = await many(url, 300);
    expect(answers.every((a) => a.status === 200)).toBe(true);
    expect(of(OLD)).toMatchObject({ requests: 300, errors: 0 });
    expect(of(NEW).copies).toBeUndefined();
    // Taken out of the way, what still waits is counted as no answer.
    await set([target(OLD, null, 100)]);
  });

  test('where nobody listens that is an error of the copy alone', async () => {
    const gone = await findFreePort();
    const old = await serve(answering('old'));
    const { url, of } = await open([target(OLD, old.port, 100), { ...target(NEW, gone, 0), copies: 100 }]);
    expect((await get(url)).status).toBe(200);
    await eventually('its error', async () => of(NEW).copies?.errors === 1);
    expect(of(OLD).errors).toBe(0);
  });
});
