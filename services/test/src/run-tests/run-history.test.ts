// What suites did in their last runs, on a real server, and the order that comes of it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestNats } from '@awo/testing';
import type { TestNats } from '@awo/testing';
import type { SuiteResult } from './facts.ts';
import { orderSuites } from './order.ts';
import { runHistory } from './run-history.ts';

let nats: TestNats;
beforeAll(async () => {
  nats = await startTestNats();
});
afterAll(() => nats.stop());

const result = (suite: string, verdict: SuiteResult['verdict'], flaky: string[] = []): SuiteResult => ({
  suite,
  verdict,
  counts: { passed: 1, failed: 0, skipped: 0, flaky: 0 },
  failing: [],
  flaky,
  because: null,
  durationMs: 1,
  evidence: `sha256:${'0'.repeat(64)}`,
});
const run = (n: number, changed: string[] = []) => ({ goal: `g${String(n).padStart(10, '0')}`, head: 'f'.repeat(40), cycle: n, changed });
const suite = (id: string) => ({ id, unit: id, dir: id, command: ['x'], runner: 'exit-code' as const, timeoutMs: 1, install: [], at: 'x:1' });
const order = (...args: Parameters<typeof orderSuites>) => orderSuites(...args).map((place) => place.suite.id);

test('every run is kept with what changed, only for its own repository, and a run that is recorded again is one run', async () => {
  const history = runHistory(await nats.as('test'));
  const all = ['a', 'b', 'c', 'd'];
  expect(await history.linesOf('/shop', all)).toEqual([]);
  await history.record('/shop', run(1, ['lib']), [result('a', 'passed'), result('b', 'failed'), result('c', 'broken')]);
  await history.record('/shop', run(2), [result('b', 'passed', ['x'])]);
  await history.record('/shop', run(2), [result('b', 'passed', ['x'])]);
  const lines = await history.linesOf('/shop', all);
  expect(lines.map(({ cycle, test: name, outcome }) => `${cycle} ${name} ${outcome}`)).toEqual(['1 a passed', '1 b failed', '2 b flaky', '1 c error']);
  expect(lines[0]?.changed).toEqual(['lib']);
  expect(await history.linesOf('/other', all)).toEqual([]);
});

test('goals that end at the same time are all kept, because none may overwrite another', async () => {
  const history = runHistory(await nats.as('test'));
  await Promise.all(Array.from({ length: 8 }, (_, i) => history.record('/busy', run(i + 1), [result('a', 'passed')])));
  expect((await history.linesOf('/busy', ['a'])).map(({ cycle }) => cycle).toSorted((x, y) => x - y)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test('what failed last runs before what changed, because it is the likeliest bad news', () => {
  const impact = { units: [{ id: 'a', change: 'direct' as const, because: 'changed' }] };
  const places = orderSuites([suite('a'), suite('b'), suite('c')], impact, [{ cycle: 1, test: 'c', outcome: 'failed' }]);
  expect(places.map((place) => place.suite.id)).toEqual(['c', 'a', 'b']);
  expect(places[0]?.because).toMatch(/^it failed when it ran last; its unit is not touched/);
});

test('a suite that has often failed comes earlier from run to run, although it passed when it ran last', () => {
  const all = ['a', 'b', 'c', 'd', 'e'].map(suite);
  const touched = { units: all.map(({ id }) => ({ id, change: 'implicit' as const, because: '' })) };
  const past = Array.from({ length: 5 }, (_, cycle) =>
    all.map(({ id }) => ({ cycle: cycle + 1, test: id, outcome: id === 'e' && cycle < 4 ? ('failed' as const) : ('passed' as const) })),
  );
  expect(order(all, touched, [])).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(order(all, touched, past.flat())[0]).toBe('e');
  expect(order(all, touched, past.flat())).toEqual(order(all.toReversed(), touched, past.flat().toReversed()));
});
