// Flaky or broken, by history.
import { expect, test } from 'vitest';
import { flakiness } from './flaky.ts';
import type { HistoryLine } from './lines.ts';

const row = (name: string, verdicts: string): HistoryLine[] =>
  [...verdicts].map((verdict, i) => ({ cycle: i, test: name, outcome: verdict === 'F' ? 'failed' : 'passed', durationMs: 100 }));

test.each([
  ['PPPPFFFFPPPP', 'broken'],
  ['PPPPPPPPFFFF', 'broken'],
  ['FFFFFFFF', 'broken'],
  ['PFPPFPFPPFPFPP', 'suspect'],
])('%s looks %s: a break that is repaired leaves two changes of verdict, not many', (verdicts, verdict) => {
  expect(flakiness(row('t', verdicts))).toMatchObject([{ test: 't', verdict }]);
});

test('both verdicts in one cycle are proof, whatever else it does', () => {
  const again: HistoryLine = { cycle: 2, test: 't', outcome: 'failed', durationMs: 40 };
  const [found] = flakiness([...row('t', 'PPPP'), again]);
  expect(found).toMatchObject({ verdict: 'flaky', mixed: 1, costMs: 40, because: 'both verdicts in 1 of 4 cycles' });
  expect(found?.score).toBeGreaterThanOrEqual(0.5);
});

test('a runner that says flaky is believed; tests that only pass are not named; the flaky come first', () => {
  const said: HistoryLine = { cycle: 1, test: 'said', outcome: 'flaky' };
  expect(flakiness([...row('good', 'PPP'), ...row('bad', 'PFF'), said]).map((one) => one.test)).toEqual(['said', 'bad']);
});
