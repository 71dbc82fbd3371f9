// What suites did in their last runs, on a real server, and the order that comes of it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestNats } from '@awo/testing';
import type { TestNats } from '@awo/testing';
import { historySubject, readKept } from '@awo/bus';
import { SelectionAudits } from '@awo/contracts';
import type { SuiteRun } from '@awo/contracts';
import type { SuiteResult } from '@awo/contracts';
import { orderSuites } from '@awo/test-order/ordering';
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
const ran = (cycle: number, id: string, outcome: SuiteRun['line']['outcome'], more: Partial<SuiteRun['line']> = {}, bad?: SuiteRun['bad']): SuiteRun => ({
  goal: `g${cycle}`,
  head: 'f'.repeat(40),
  line: { cycle, test: id, outcome, ...more },
  ...(bad ? { bad } : {}),
});
const suite = (id: string) => ({ id, unit: id, dir: id, command: ['x'], runner: 'exit-code' as const, timeoutMs: 1, install: [], at: 'x:1' });
const order = (...args: Parameters<typeof orderSuites>) => orderSuites(...args).map((place) => place.suite.id);

test('every run is kept with what changed, only for its own repository, and a run that is recorded again is one run', async () => {
  const history = runHistory(await nats.as('test'));
  const all = ['a', 'b', 'c', 'd'];
  expect(await history.runsOf('/shop', all)).toEqual([]);
  await history.record('/shop', run(1, ['lib']), [result('a', 'passed'), result('b', 'failed'), result('c', 'broken')]);
  await history.record('/shop', run(2), [result('b', 'passed', ['x'])]);
  await history.record('/shop', run(2), [result('b', 'passed', ['x'])]);
  const lines = (await history.runsOf('/shop', all)).map(({ line }) => line);
  expect(lines.map(({ cycle, test: name, outcome }) => `${cycle} ${name} ${outcome}`)).toEqual(['1 a passed', '1 b failed', '2 b flaky', '1 c error']);
  expect(lines[0]?.changed).toEqual(['lib']);
  expect(await history.runsOf('/other', all)).toEqual([]);
});

test('goals that end at the same time are all kept, because none may overwrite another', async () => {
  const history = runHistory(await nats.as('test'));
  await Promise.all(Array.from({ length: 8 }, (_, i) => history.record('/busy', run(i + 1), [result('a', 'passed')])));
  expect((await history.runsOf('/busy', ['a'])).map(({ line }) => line.cycle).toSorted((x, y) => x - y)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test('what failed last runs before what changed, because it is the likeliest bad news', () => {
  const impact = { units: [{ id: 'a', change: 'direct' as const, because: 'changed' }] };
  const places = orderSuites([suite('a'), suite('b'), suite('c')], impact, [ran(1, 'c', 'failed')]);
  expect(places.map((place) => place.suite.id)).toEqual(['c', 'a', 'b']);
  expect(places[0]?.because).toMatch(/^it failed when it ran last; its unit is not touched/);
});

test('a suite that has often failed comes earlier from run to run, although it passed when it ran last', () => {
  const all = ['a', 'b', 'c', 'd', 'e'].map(suite);
  const touched = { units: all.map(({ id }) => ({ id, change: 'implicit' as const, because: '' })) };
  const past = Array.from({ length: 5 }, (_, cycle) => all.map(({ id }) => ran(cycle + 1, id, id === 'e' && cycle < 4 ? 'failed' : 'passed')));
  expect(order(all, touched, [])).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(order(all, touched, past.flat())[0]).toBe('e');
  expect(order(all, touched, past.flat())).toEqual(order(all.toReversed(), touched, past.flat().toReversed()));
});

test('of suites that nothing speaks against the longest goes first, because then all are done early', () => {
  const all = ['a', 'b', 'c', 'd'].map(suite);
  const past = [1, 2, 3].flatMap((cycle) => [
    ran(cycle, 'a', 'passed', { durationMs: 100 }),
    ran(cycle, 'b', 'passed', { durationMs: 9000 }),
    ran(cycle, 'c', cycle === 1 ? 'failed' : 'passed', { durationMs: 50 }),
    ran(cycle, 'd', 'passed', { durationMs: 700 }),
  ]);
  const places = orderSuites(all, { units: [] }, past);
  expect(places.map((place) => [place.suite.id, place.predictedMs])).toEqual([
    ['c', 50],
    ['b', 9000],
    ['d', 700],
    ['a', 100],
  ]);
});

test('of changed suites that never failed the longest goes first, too: begun last, it would run alone while every other core is idle', () => {
  const all = ['a', 'b', 'c', 'd'].map(suite);
  const took = { a: 100, b: 9000, c: 700, d: 50 };
  const past = [1, 2, 3].flatMap((cycle) =>
    Object.entries(took).map(([id, durationMs]) => ran(cycle, id, id === 'd' && cycle === 1 ? 'failed' : 'passed', { durationMs })),
  );
  const touched = { units: all.map(({ id }) => ({ id, change: 'direct' as const, because: '' })) };
  expect(order(all, touched, past)).toEqual(['d', 'b', 'c', 'a']);
});

test('files that failed lately run before the rest of a long suite, and not of a short one, which starting twice would only slow down', () => {
  const bad = [{ test: 'adds', file: 'a/x.test.js', outcome: 'failed' as const }];
  const past = (durationMs: number) =>
    [1, 2, 3].map((cycle) => ran(cycle, 'a', cycle === 2 ? 'failed' : 'passed', { durationMs }, cycle === 2 ? bad : undefined));
  expect(orderSuites([suite('a')], null, past(20_000))[0]?.first).toEqual(['a/x.test.js']);
  expect(orderSuites([suite('a')], null, past(2000))[0]?.first).toEqual([]);
});

test('a reused result is no run, and an audit that is recorded again is one audit', async () => {
  const bus = await nats.as('test');
  const history = runHistory(bus);
  await history.record('/kept', run(1), [{ ...result('a', 'passed'), reused: 'f'.repeat(40) }]);
  expect(await history.runsOf('/kept', ['a'])).toEqual([]);
  const audit = {
    of: 'g1',
    base: 'a'.repeat(40),
    leftOut: 3,
    probability: 0.1,
    seed: 'g1',
    goal: 'g2',
    head: 'b'.repeat(40),
    at: '',
    audited: ['a'],
    missed: [],
    failedBefore: [],
  };
  await history.recordAudit('/kept', audit);
  await history.recordAudit('/kept', audit);
  expect((await readKept(bus, historySubject('audits', '/kept'), SelectionAudits))?.audits).toEqual([audit]);
});
