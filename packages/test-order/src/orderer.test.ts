// What the order comes to where the answer is plain, and against a decayed failure rate where it is not.
import { expect, test } from 'vitest';
import { backtest } from './backtest.ts';
import { fitBudget } from './budget.ts';
import { foldCycles } from './cycles.ts';
import type { HistoryLine } from './lines.ts';
import { createOrderer } from './orderer.ts';
import { REGIMES, simulate } from './simulate.ts';

const cycles = (verdicts: Record<string, string>, durations: Record<string, number> = {}): HistoryLine[] =>
  Object.entries(verdicts).flatMap(([name, row]) =>
    [...row].flatMap((verdict, i): HistoryLine[] =>
      verdict === ' ' ? [] : [{ cycle: i + 1, test: name, outcome: verdict === 'F' ? 'failed' : 'passed', durationMs: durations[name] ?? 10 }],
    ),
  );
function orderOf(lines: readonly HistoryLine[], tests: readonly string[]): string[] {
  const orderer = createOrderer();
  for (const cycle of foldCycles(lines)) orderer.learn(cycle);
  return orderer.order(tests.map((name) => ({ test: name }))).map(({ test: name }) => name);
}

test('with no history at all tests come by the length that is given, then by name', () => {
  const tests = [
    { test: 'b', durationMs: 9 },
    { test: 'c', durationMs: 1 },
    { test: 'a', durationMs: 9 },
  ];
  expect(
    createOrderer()
      .order(tests)
      .map((one) => one.test),
  ).toEqual(['c', 'a', 'b']);
});

test('a test that fails comes before one that is new, and that before one that never failed', () => {
  const lines = cycles({ bad: 'PPFFFF', good: 'PPPPPP', fine: 'PPPPPP' });
  expect(orderOf(lines, ['good', 'new', 'bad'])).toEqual(['bad', 'new', 'good']);
});

test('a new combination of parameters is judged by what its words did elsewhere, because a fault follows a parameter over all cases', () => {
  const lines = cycles({ 'adds[arm-64]': 'PPP', 'adds[x86-64]': 'FFF', 'takes[arm-64]': 'PPP', 'takes[x86-64]': 'FFF' });
  expect(orderOf(lines, ['drops[arm-64]', 'drops[x86-64]'])).toEqual(['drops[x86-64]', 'drops[arm-64]']);
});

test('of equal tests the shorter comes first, because it costs less to know', () => {
  const lines = cycles({ slow: 'PPPP', quick: 'PPPP', broken: 'PPPF' }, { slow: 900, quick: 5 });
  expect(orderOf(lines, ['slow', 'quick', 'broken'])).toEqual(['broken', 'quick', 'slow']);
});

test('a test that was skipped has learned nothing', () => {
  const lines = cycles({ a: 'FF', b: 'PP' });
  const skipped: HistoryLine[] = [{ cycle: 3, test: 'a', outcome: 'skipped' }];
  expect(orderOf([...lines, ...skipped], ['b', 'a'])).toEqual(['a', 'b']);
});

test('a budget takes from the front what fits, and passes over what does not', () => {
  const order = ['a', 'b', 'c', 'd'].map((name) => ({ test: name, score: 1, because: [] }));
  const lengths: Record<string, number> = { a: 50, b: 70, c: 30 };
  expect(fitBudget(order, 100, (name) => lengths[name], [{ test: 'd', durationMs: 20 }])).toEqual({
    ms: 100,
    tests: ['a', 'c', 'd'],
    predictedMs: 100,
    left: 1,
  });
});

test.each([
  ['new tests fail', 0.2],
  ['rotating batches', 0.06],
  ['changed files', 0.04],
  ['flaky, stationary', -0.01],
  ['failures persist', -0.01],
])('%s: better than a decayed failure rate by %f of APFD', (name, by) => {
  const regime = REGIMES.find((one) => one.name === name);
  if (!regime) throw new Error(`No regime ${name}`);
  const { mean } = backtest(foldCycles(simulate({ ...regime, tests: Math.min(regime.tests, 300), cycles: 90 }, 11)));
  expect(mean.model.apfd - mean['failure-rate'].apfd).toBeGreaterThan(by);
  expect(mean.optimal.apfd).toBeGreaterThanOrEqual(mean.model.apfd);
});
