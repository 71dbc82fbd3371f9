// A process's endpoint against a real server: ready only while its work is reachable, alive even when the server is gone, conflicts counted.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, startTelemetry } from '@awo/telemetry';
import type { Telemetry } from '@awo/telemetry';
import { startTestNats, waitFor } from '@awo/testing';
import type { TestNats } from '@awo/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Bus } from './bus.ts';
import { consumeWork } from './consume.ts';
import { busProbes } from './health.ts';
import { accepted, freshGoal, passed, step } from './testing.fixture.ts';

let nats: TestNats;
let impact: Bus;
let telemetry: Telemetry;
const home = mkdtempSync(join(tmpdir(), 'awo-health-'));
const log = createLogger('impact', 'impact-1', 'silent');
const get = async (path: string) => {
  const response = await fetch(`http://${telemetry.address}${path}`);
  return { status: response.status, body: await response.text() };
};

beforeAll(async () => {
  nats = await startTestNats();
  impact = await nats.as('impact');
  telemetry = await startTelemetry({ service: 'impact', instance: 'impact-1', env: { AWO_HTTP_PORT: '0', AWO_HOME: home }, log });
});
afterAll(async () => {
  await telemetry.shutdown();
  expect(existsSync(join(home, 'targets', 'impact-1.json'))).toBe(false);
  await nats.stop();
  rmSync(home, { recursive: true, force: true });
});

test('before its work is known a process is alive and not ready, and says where it is', async () => {
  expect(await get('/livez')).toMatchObject({ status: 200 });
  expect(await get('/readyz')).toMatchObject({ status: 503, body: expect.stringContaining('starting') });
  expect(await get('/')).toMatchObject({ status: 404 });
  const [target] = JSON.parse(readFileSync(join(home, 'targets', 'impact-1.json'), 'utf8')) as { targets: string[] }[];
  expect(target?.targets).toEqual([telemetry.address]);
});

test('a consumer that was deleted makes it unready until it is there again', async () => {
  telemetry.watch(busProbes(impact, [{ stream: 'GOALS', consumer: 'impact' }]));
  expect(await get('/readyz')).toMatchObject({ status: 200 });
  const { jsm } = await nats.as('provisioner');
  const { config } = await jsm.consumers.info('GOALS', 'impact');
  await jsm.consumers.delete('GOALS', 'impact');
  expect(await get('/readyz')).toMatchObject({ status: 503, body: expect.stringContaining('consumer GOALS/impact') });
  expect((await get('/metrics')).body).toContain('awo_service_ready 0');
  await jsm.consumers.add('GOALS', config);
  expect(await get('/readyz')).toMatchObject({ status: 200 });
});

test('a commit that lost against another is counted under its author', async () => {
  const planner = await nats.as('planner');
  const goal = freshGoal();
  const now = () => new Date();
  const { head } = await planner.write({
    goal,
    by: { author: 'planner', instance: 'p' },
    head: null,
    events: () => [accepted(goal, [step('a'), step('b')])],
    now,
  });
  await Promise.all(['a', 'b'].map((id) => impact.write({ goal, by: { author: 'impact', instance: 'i' }, head, events: () => [passed(id)], now })));
  expect((await get('/metrics')).body).toMatch(/awo_commit_conflicts_total\{awo_role="impact"\} [1-9]/);
});

test('without a server it is not ready, but alive: a restart would not help', async () => {
  const stopping = new AbortController();
  const work = consumeWork(impact, { stream: 'GOALS', consumer: 'impact', concurrency: 1, handle: async (m) => m.ack(), signal: stopping.signal, log });
  await nats.pause();
  try {
    expect(await get('/readyz')).toMatchObject({ status: 503, body: expect.stringContaining('no answer') });
    expect(await get('/livez')).toMatchObject({ status: 200 });
  } finally {
    nats.resume();
  }
  await waitFor(async () => (await get('/readyz')).status === 200, { what: 'the process to be ready again' });
  stopping.abort();
  await work;
});
