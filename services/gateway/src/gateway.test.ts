// HTTP on one side, a real bus on the other: who may come in, what is passed on once, what is answered.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestNats } from '@awo/testing';
import type { TestNats } from '@awo/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { routes } from './routes.ts';
import { ensureToken } from './token.ts';

const TOKEN = 'a-token-of-a-test-0123';
const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const GOAL = { stream: 'INBOX', seq: 1, goal: 'g0123456789', accepted: true };
const REFUSED = { error: { code: 400, err_code: 10_000, description: 'no such service' }, accepted: false, code: 'unknown-service', reason: 'no such service' };
const alerts = { version: '4', alerts: [{ status: 'firing', labels: { alertname: 'HighErrors', service: 'cart', env: 'staging' } }] };

let nats: TestNats;
let app: ReturnType<typeof routes>;
let replies: object[] = [];
const heard: { subject: string; body: string; event: string[] }[] = [];
beforeAll(async () => {
  nats = await startTestNats();
  const [gateway, planner] = await Promise.all([nats.as('gateway'), nats.as('planner')]);
  app = routes(gateway, TOKEN);
  planner.nc.subscribe('awo.goals.*', {
    callback: (_error, msg) => {
      heard.push({ subject: msg.subject, body: msg.string(), event: ['ce-source', 'ce-id', 'traceparent'].map((name) => msg.headers?.get(name) ?? '') });
      msg.respond(JSON.stringify(replies.shift()));
    },
  });
  await planner.nc.flush();
});
afterAll(() => nats.stop());

const post = (path: string, body: string, more: Record<string, string> = {}) =>
  app.request(path, { method: 'POST', body, headers: { authorization: `Bearer ${TOKEN}`, ...more } });
const signals = async () => (await (await nats.as('provisioner')).jsm.streams.info('SIGNALS')).state.messages;

test.each([
  ['without a token', {}],
  ['with another token', { authorization: 'Bearer a-token-of-a-test-0124' }],
  ['with the token in another form', { authorization: TOKEN }],
])('%s nobody gets in, and is told where the token lies', async (_title, headers: Record<string, string>) => {
  const before = await signals();
  const response = await app.request('/signals/alertmanager/firing', { method: 'POST', body: JSON.stringify(alerts), headers });
  expect(response.status).toBe(401);
  expect(await response.text()).toContain('gateway.token');
  expect(await signals()).toBe(before);
});

test('what an Alertmanager sends stands in SIGNALS as it came, and the same again is the same', async () => {
  const before = await signals();
  const send = () => post('/signals/alertmanager/firing', JSON.stringify(alerts), { 'idempotency-key': 'group-1' });
  const [first, again] = [await send(), await send()];
  expect([first.status, again.status]).toEqual([202, 202]);
  const said = (await first.json()) as { seq: number };
  expect(said).toMatchObject({ duplicate: false, signals: 1 });
  expect(await again.json()).toMatchObject({ duplicate: true });
  expect(await signals()).toBe(before + 1);
  const stored = await (await nats.as('provisioner')).jsm.streams.getMessage('SIGNALS', { seq: said.seq });
  expect(stored).toMatchObject({ subject: 'awo.signal.alertmanager.firing' });
  expect(stored?.json()).toEqual(alerts);
});

test.each<[title: string, path: string, body: string, status: number, said: RegExp]>([
  ['no JSON', '/signals/ci/failed', 'cart is slow', 400, /not JSON: .*cart is slow/],
  ['an alert of no service', '/signals/ci/failed', '{"alerts":[{"labels":{}}]}', 400, /service.* is missing/],
  ['a source that would be two tokens of a subject', '/signals/a.b/failed', '{}', 400, /a\.b\/failed.*cannot be/],
  ['a kind that would reach other subjects', '/goals/%3E', '{}', 400, /cannot be a kind/],
  ['a body without end', '/signals/ci/failed', 'x'.repeat(600_000), 413, /larger than/],
  ['another address', '/alerts', '{}', 404, /POST \/signals\/SOURCE\/TYPE/],
])('%s is refused with the way out, and nothing is published', async (_title, path, body, status, said) => {
  const before = [await signals(), heard.length];
  const response = await post(path, body);
  expect(response.status).toBe(status);
  expect(await response.text()).toMatch(said);
  expect([await signals(), heard.length]).toEqual(before);
});

test('a goal is answered with its id or the reason why not, under the id and in the trace of the caller', async () => {
  replies = [GOAL, REFUSED];
  const body = '{"repo":"/srv/shop","revision":"HEAD"}';
  const accepted = await post('/goals/release', body, { 'ce-source': 'ci', 'ce-id': '17', traceparent: TRACE });
  expect([accepted.status, await accepted.json()]).toEqual([202, GOAL]);
  expect(heard.at(-1)).toEqual({ subject: 'awo.goals.release', body, event: ['ci', '17', TRACE] });
  const refused = await post('/goals/release', body);
  expect(refused.status).toBe(422);
  expect(await refused.json()).toMatchObject({ code: 'unknown-service' });
});

test('while the bus stands still the caller is told to come again', async () => {
  await nats.pause();
  try {
    const response = await post('/signals/ci/failed', '{"service":"cart","symptom":"slow"}', { 'idempotency-key': 'later' });
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('same Idempotency-Key');
  } finally {
    nats.resume();
  }
}, 30_000);

test('the token is made once, is nobody else’s to read, and an empty file is refused', () => {
  const dir = mkdtempSync(join(tmpdir(), 'awo-token-'));
  const file = join(dir, 'gateway.token');
  try {
    const token = ensureToken(file);
    expect(token.length).toBeGreaterThan(40);
    expect(ensureToken(file)).toBe(token);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8').trim()).toBe(token);
    writeFileSync(file, '\n');
    expect(() => ensureToken(file)).toThrow(/no token of 20 characters/);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
