// What failed last goes first, on a real server.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestNats } from '@awo/testing';
import type { TestNats } from '@awo/testing';
import type { SuiteResult } from './facts.ts';
import { failureHistory } from './failure-history.ts';
import { orderSuites } from './order.ts';

let nats: TestNats;
beforeAll(async () => {
  nats = await startTestNats();
});
afterAll(() => nats.stop());

const result = (suite: string, verdict: SuiteResult['verdict']): SuiteResult => ({
  suite,
  verdict,
  counts: { passed: 1, failed: 0, skipped: 0, flaky: 0 },
  failing: [],
  flaky: [],
  because: null,
  durationMs: 1,
  evidence: `sha256:${'0'.repeat(64)}`,
});

test('a suite that failed or broke is remembered until it passes, and only for its own repository', async () => {
  const history = failureHistory(await nats.as('test'));
  const all = ['a', 'b', 'c', 'd'];
  expect([...(await history.failedLast('/shop', all))]).toEqual([]);
  await history.record('/shop', 'f'.repeat(40), [result('a', 'passed'), result('b', 'failed'), result('c', 'broken')]);
  expect([...(await history.failedLast('/shop', all))]).toEqual(['b', 'c']);
  await history.record('/shop', 'f'.repeat(40), [result('b', 'passed')]);
  expect([...(await history.failedLast('/shop', all))]).toEqual(['c']);
  expect([...(await history.failedLast('/other', all))]).toEqual([]);
});

test('what failed last runs before what changed, because it is the likeliest bad news', () => {
  const suite = (id: string) => ({ id, unit: id, dir: id, command: ['x'], runner: 'exit-code' as const, timeoutMs: 1, install: [], at: 'x:1' });
  const impact = { units: [{ id: 'a', change: 'direct' as const, because: 'changed' }] };
  expect(orderSuites([suite('a'), suite('b'), suite('c')], impact, new Set(['c'])).map((p) => `${p.suite.id}: ${p.because}`)).toEqual([
    'c: it failed when it ran last',
    'a: its unit changed',
    'b: its unit is not touched',
  ]);
});
