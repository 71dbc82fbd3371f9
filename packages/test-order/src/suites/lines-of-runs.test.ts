// Flaky is told from broken by what runs of suites say of single tests at one revision.
import type { SuiteRun } from '@awo/contracts';
import { expect, test } from 'vitest';
import { flakiness } from '../flaky.ts';
import { linesOfRuns } from './lines-of-runs.ts';

const run = (cycle: number, head: string, outcome: SuiteRun['line']['outcome'], bad: { test: string; outcome: 'failed' | 'flaky' }[] = []): SuiteRun => ({
  goal: `g${cycle}`,
  head: head.repeat(40),
  line: { cycle, test: 'cart', outcome, durationMs: 60_000 },
  ...(bad.length > 0 ? { bad: bad.map((one) => ({ ...one, file: null })) } : {}),
});
const failed = (name: string) => ({ test: name, outcome: 'failed' as const });

test('one revision with both verdicts is flaky; a revision that only fails is broken; each with what it cost', () => {
  const runs = [
    run(1, 'a', 'passed'),
    run(2, 'a', 'failed', [failed('settles')]),
    run(3, 'b', 'failed', [failed('adds')]),
    run(4, 'b', 'failed', [failed('adds')]),
    run(5, 'c', 'flaky', [{ test: 'settles', outcome: 'flaky' }]),
  ];
  const found = flakiness(linesOfRuns(runs.toReversed()));
  expect(found.map((one) => [one.test, one.verdict, one.mixed, one.costMs])).toEqual([
    ['cart: settles', 'flaky', 2, 120_000],
    ['cart: adds', 'broken', 0, 120_000],
  ]);
});

test('a run that could not be carried out says nothing of single tests, because none of them ran', () => {
  expect(linesOfRuns([run(1, 'a', 'failed', [failed('adds')]), run(2, 'a', 'error')])).toEqual([
    { cycle: 1, test: 'cart: adds', outcome: 'failed', durationMs: 60_000 },
    { cycle: 1, test: 'cart', outcome: 'error', durationMs: 60_000 },
  ]);
});
