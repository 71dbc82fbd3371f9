// Headers of a trace, and names of operations.
import { expect, test } from 'vitest';
import { edgeIn, operationOf, parseTraceparent, withEdge } from './trace-context.ts';

const [TRACE, SPAN] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'];

test.each<[string, unknown, object | null]>([
  ['as it is', `00-${TRACE}-${SPAN}-01`, { trace: TRACE, parent: SPAN, flags: '01' }],
  ['not recorded by the caller: it is seen here all the same', `00-${TRACE}-${SPAN}-00`, { trace: TRACE, parent: SPAN, flags: '00' }],
  ['of a version to come, with more in it', `cc-${TRACE}-${SPAN}-01-what`, { trace: TRACE, parent: SPAN, flags: '01' }],
  ['of this version, with more in it', `00-${TRACE}-${SPAN}-01-what`, null],
  ['of no version', `ff-${TRACE}-${SPAN}-01`, null],
  ['large letters', `00-${TRACE.toUpperCase()}-${SPAN}-01`, null],
  ['no trace', `00-${'0'.repeat(32)}-${SPAN}-01`, null],
  ['no span', `00-${TRACE}-${'0'.repeat(16)}-01`, null],
  ['told twice', `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`, null],
  ['cut off', `00-${TRACE}-${SPAN}`, null],
  ['very long', 'a'.repeat(100_000), null],
  ['empty', '', null],
  ['none', undefined, null],
])('traceparent, %s', (_, header, read) => {
  expect(parseTraceparent(header)).toEqual(read);
});

test('the state says which span of an edge was passed last, and keeps what others say in it, as far as it may be long', () => {
  expect(withEdge(undefined, SPAN)).toBe(`awo=${SPAN}`);
  const state = withEdge(`a=1, awo=${'1'.repeat(16)},,b=2`, SPAN);
  expect(state).toBe(`awo=${SPAN},a=1,b=2`);
  expect(edgeIn(state)).toBe(SPAN);
  expect(edgeIn(`x=1 , awo=${SPAN} , y=2`)).toBe(SPAN);
  expect(edgeIn(`x=awo=${SPAN}`)).toBeNull();
  expect(edgeIn('a=1,b=2')).toBeNull();
  const long = withEdge(Array.from({ length: 40 }, (_, i) => `k${i}=${'v'.repeat(30)}`).join(','), SPAN);
  expect(long.length).toBeLessThanOrEqual(512);
  expect(long.endsWith('v'.repeat(30))).toBe(true);
});

test.each([
  ['/', 'GET /'],
  ['/cart/items', 'GET /cart/items'],
  ['/cart/17/items?q=secret', 'GET /cart/:id/items'],
  ['/users/ann@shop.example/orders', 'GET /users/:id/orders'],
  ['/v2/orders/9f1c2d3e', 'GET /v2/orders/:id'],
  ['/a/b/c/d/e/f', 'GET /a/b/c/d/*'],
  ['/%2e%2e/x', 'GET /:id/x'],
  [`/${'x'.repeat(5000)}`, 'GET /:id'],
  ['//', 'GET /'],
  ['*', 'GET /:id'],
])('%s is the operation %s: what may be an id or a secret is in no name', (path, name) => {
  expect(operationOf('GET', path)).toBe(name);
});
