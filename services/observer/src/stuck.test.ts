// A goal is stuck when nothing will move it: one row per reason, and those that only look like it.
import { expect, test } from 'vitest';
import type { OpenGoal } from './census.ts';
import { PATIENCE, judge } from './stuck.ts';

const NOW = Date.parse('2026-01-01T12:00:00Z');
const goal = (more: Partial<OpenGoal>): OpenGoal => ({ goal: 'g', movedAtMs: NOW - 1000, active: 1, ringsAtMs: null, newer: false, ...more });
const minutes = (n: number) => n * 60_000;

test.each([
  ['a step in hand that moved a second ago', {}, null],
  ['a step in hand for longer than any retry', { movedAtMs: NOW - minutes(31) }, 'silent'],
  ['no step in hand and no timer, because a hand-over is under way', { active: 0 }, null],
  ['no step in hand and no timer for longer than a hand-over takes', { active: 0, movedAtMs: NOW - minutes(1) }, 'nothing-under-way'],
  ['a timer that rings tomorrow, however long nothing has moved', { active: 0, ringsAtMs: NOW + minutes(1440), movedAtMs: NOW - minutes(500) }, null],
  ['a timer that rang a minute ago, while its agent is busy', { active: 0, ringsAtMs: NOW - minutes(1) }, null],
  ['a timer that nobody answered', { active: 0, ringsAtMs: NOW - minutes(3) }, 'timer-overdue'],
  ['a step in hand beside a timer that nobody answered', { active: 1, ringsAtMs: NOW - minutes(3) }, 'timer-overdue'],
] as const)('%s', (_title, more, reason) => {
  const { stuck } = judge([goal(more)], NOW, PATIENCE);
  expect(Object.entries(stuck).flatMap(([name, n]) => (n > 0 ? [name] : []))).toEqual(reason ? [reason] : []);
});

test('states, late timers and the longest silence are told beside it', () => {
  const open = [goal({ movedAtMs: NOW - 7000 }), goal({ active: 0, ringsAtMs: NOW - 6000 }), goal({ newer: true })];
  expect(judge(open, NOW, PATIENCE)).toMatchObject({ states: { running: 1, waiting: 1, 'newer-version': 1 }, timersLate: 1, oldestSilenceMs: 7000 });
});
