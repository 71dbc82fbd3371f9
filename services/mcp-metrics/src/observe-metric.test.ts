// observe.metric against sockets that answer as Prometheus does, and as it does when something is wrong.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { observeMetric } from '@awo/contracts';
import { afterEach, expect, test } from 'vitest';
import { metric } from './observe-metric.ts';

const asked: URL[] = [];
const args = { environment: 'test', service: 'cart', revision: 'a'.repeat(40), query: 'sum(errors{revision="$revision"})', of: null };
let stop = (): void => {};
afterEach(() => stop());

async function answering(bodyOf: (query: string) => unknown, status = 200): Promise<string> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://x');
    asked.push(url);
    const body = bodyOf(url.searchParams.get('query') ?? '');
    response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  stop = () => void server.close(() => server.closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const vector = (...values: string[]) => ({
  status: 'success',
  data: { resultType: 'vector', result: values.map((value) => ({ metric: {}, value: [1, value] })) },
});
const read = async (url: string | null, more: object = {}) => observeMetric.output.parse(await metric(url)({ ...args, ...more }));

test('one value is read, with the revision filled in and old values left out', async () => {
  const url = await answering((query) => vector(query.startsWith('sum(all') ? '200' : '7'));
  expect(await read(url, { of: 'sum(all)' })).toMatchObject({ value: 7, of: 200, trouble: null });
  const query = asked.find((u) => u.searchParams.get('query')?.includes('errors'));
  expect(query?.searchParams.get('query')).toBe(`sum(errors{revision="${args.revision}"})`);
  expect(query?.searchParams.get('lookback_delta')).toBe('90s');
});

test.each<[string, string, unknown, number?]>([
  ['no series', 'no-data', vector()],
  ['NaN, as a division by zero gives', 'no-data', vector('NaN')],
  ['several series', 'bad-query', vector('1', '2')],
  ['a query that is refused', 'bad-query', { status: 'error', errorType: 'bad_data', error: 'parse error' }, 400],
  ['something that is no Prometheus', 'dead', '<html>'],
])('%s is %s, and no value', async (_, trouble, body, status) => {
  expect(await read(await answering(() => body, status))).toMatchObject({ value: null, trouble });
});

test('nobody there, and nobody named, are dead: never zero', async () => {
  expect(await read('http://127.0.0.1:1')).toMatchObject({ value: null, trouble: 'dead', detail: expect.stringContaining('did not answer') as string });
  expect(await read(null)).toMatchObject({ value: null, trouble: 'dead', detail: expect.stringContaining('AWO_PROMETHEUS_URL') as string });
});
