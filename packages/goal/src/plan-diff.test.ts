// The difference of two plans as its reader sees it.
import { expect, test } from 'vitest';
import { planDiff } from './plan-diff.ts';
import { step } from './testing/goals.ts';

test('every step of either plan has one line: what left first, then the new plan in its order', () => {
  const before = [step('a'), step('b', ['a'], 'passed', { suites: 3 }), step('c')];
  const now = [step('a'), step('b', ['a'], 'passed', { suites: 1 }), step('d')];
  expect(planDiff(before, now, { c: 'not reached by the change' })).toEqual([
    { change: 'removed', step: 'c', because: 'not reached by the change' },
    { change: 'kept', step: 'a', because: 'a is needed' },
    { change: 'changed', step: 'b', because: 'b is needed' },
    { change: 'added', step: 'd', because: 'd is needed' },
  ]);
});

test.each([
  ['other needs', step('a', ['x'])],
  ['another condition', step('a', [], 'always')],
  ['another input', step('a', [], 'passed', { n: 1 })],
  ['another role', { ...step('a'), role: 'deploy' as const }],
])('a step with %s is changed; another reason alone is not', (_title, changed) => {
  expect(planDiff([step('a')], [changed])[0]?.change).toBe('changed');
  expect(planDiff([step('a')], [{ ...step('a'), because: 'other words' }])[0]?.change).toBe('kept');
});
