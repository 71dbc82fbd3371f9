// fold and next by table: what each step becomes when another settles, and what is ready then.
import type { Event, PlanStep } from '@awo/contracts';
import { expect, test } from 'vitest';
import { draftCommit, draftDispatch } from './draft.ts';
import { fold, foldAll } from './fold.ts';
import { inFlight, next } from './next.ts';
import { AT, GOAL, aborted, acted, accepted, after, conclude, dispatched, failed, passed, planned, statusOf, step } from './testing/goals.ts';

const readyAfter = (plan: PlanStep[], ...events: Event[]) => next(after(plan, ...events)).map((s) => s.id);

type Row = [title: string, plan: PlanStep[], events: Event[], ready: string[], status: Record<string, string>];
const rows: Row[] = [
  ['a step without needs is ready at once', [step('a'), conclude], [], ['a'], { a: 'waiting', conclude: 'waiting' }],
  ['a dispatched step is nobody else’s to take', [step('a'), conclude], [dispatched('a')], [], { a: 'dispatched' }],
  ['a step whose need passed is ready', [step('a'), step('b', ['a'])], [dispatched('a'), passed('a')], ['b'], { b: 'waiting' }],
  [
    'a failed need skips the step and everything behind it, because none of them can be met any more',
    [step('a'), step('b', ['a']), step('c', ['b']), conclude],
    [dispatched('a'), failed('a')],
    ['conclude'],
    { b: 'skipped', c: 'skipped', conclude: 'waiting' },
  ],
  ['one failed need of two is enough to skip', [step('a'), step('b'), step('c', ['a', 'b'])], [failed('a')], ['b'], { c: 'skipped', b: 'waiting' }],
  ['a step for failures is skipped when all went well', [step('a'), step('undo', ['a'], 'failed'), conclude], [passed('a')], ['conclude'], { undo: 'skipped' }],
  ['a step for failures is ready when its need failed', [step('a'), step('undo', ['a'], 'failed')], [failed('a')], ['undo'], { undo: 'waiting' }],
  [
    'a step for failures waits until the other needs are settled, or it would clean up under their feet',
    [step('a'), step('b'), step('undo', ['a', 'b'], 'failed')],
    [dispatched('b'), failed('a')],
    [],
    { undo: 'waiting', b: 'dispatched' },
  ],
  [
    'a step behind a step for failures that was skipped is skipped too',
    [step('a'), step('undo', ['a'], 'failed'), step('c', ['undo'])],
    [passed('a')],
    [],
    { undo: 'skipped', c: 'skipped' },
  ],
  ['"always" runs after a failure', [step('a'), step('b', ['a'], 'always')], [failed('a')], ['b'], { b: 'waiting' }],
  ['"always" runs after a skip', [step('a'), step('b', ['a']), step('c', ['b'], 'always')], [failed('a')], ['c'], { b: 'skipped' }],
  ['conclude is not ready while one other step is open', [step('a'), step('b'), conclude], [passed('a')], ['b'], {}],
  ['a need that left the plan counts as met', [step('a'), step('b', ['gone'])], [], ['a', 'b'], {}],
  [
    'halting cancels what has not run and keeps what cleans up',
    [step('a'), step('b', ['a']), step('undo', ['a', 'b'], 'failed'), conclude],
    [dispatched('a'), aborted()],
    ['undo'],
    { a: 'cancelled', b: 'cancelled', undo: 'waiting', conclude: 'waiting' },
  ],
  [
    'what is held begins nothing, but cleans up',
    [step('a'), step('b', ['a']), step('undo', ['a'], 'failed'), conclude],
    [dispatched('a'), acted('pause'), failed('a')],
    ['undo'],
    {},
  ],
  [
    'what is held waits, also where its needs have passed',
    [step('a'), step('b', ['a']), conclude],
    [dispatched('a'), acted('pause'), passed('a')],
    [],
    { b: 'waiting' },
  ],
  [
    'what goes on again begins what it was kept from',
    [step('a'), step('b', ['a'])],
    [dispatched('a'), acted('pause'), passed('a'), acted('resume')],
    ['b'],
    {},
  ],
  ['a person who answers for it ends the pause', [step('a'), step('b', ['a'])], [dispatched('a'), acted('pause'), passed('a'), acted('promote')], ['b'], {}],
  [
    'a watch begins also where the goal is held: there may be customers on it',
    [step('a'), { ...step('w', ['a']), kind: 'watch-rollout' }],
    [dispatched('a'), acted('pause'), passed('a')],
    ['w'],
    {},
  ],
  ['halting leaves what has passed as it is', [step('a'), step('b', ['a'])], [passed('a'), aborted()], [], { a: 'passed', b: 'cancelled' }],
];

test.each(rows)('%s', (_title, plan, events, ready, status) => {
  const state = after(plan, ...events);
  expect(next(state).map((s) => s.id)).toEqual(ready);
  expect(statusOf(state)).toMatchObject(status);
});

test('several steps that are ready at the same time come in the order of the plan', () => {
  expect(readyAfter([step('a'), step('b', ['a']), step('c', ['a']), conclude], passed('a'))).toEqual(['b', 'c']);
});

test('an ended goal has nothing left to hand over, whatever waits', () => {
  const end: Event = { type: 'goal.ended', outcome: 'refused', because: 'hopeless' };
  const state = after([step('a')], end);
  expect(next(state)).toEqual([]);
  expect(state.ended).toEqual({ outcome: 'refused', because: 'hopeless', at: AT });
});

test('steps that are added go before conclude, so that it stays the last one', () => {
  const state = after([step('a'), conclude], dispatched('a'), planned([step('b', ['a']), step('c', ['b'])]), passed('a'));
  expect(state.steps.map((s) => s.id)).toEqual(['a', 'b', 'c', 'conclude']);
  expect(state.planVersion).toBe(1);
  expect(next(state).map((s) => s.id)).toEqual(['b']);
});

test('a waiting step is replaced by one of the same id; a begun one stays, because somebody is at it', () => {
  const plan = [step('a'), step('b', ['a'], 'passed', { suites: 9 }), conclude];
  const state = after(plan, dispatched('a'), planned([step('a', [], 'passed', { late: true }), step('b', ['a'], 'passed', { suites: 1 })]));
  expect(state.steps.find((s) => s.id === 'a')?.input).toEqual({});
  expect(state.steps.find((s) => s.id === 'a')?.status).toBe('dispatched');
  expect(state.steps.find((s) => s.id === 'b')?.input).toEqual({ suites: 1 });
});

test('a begun step cannot be removed; a waiting one can, and its needers go on without it', () => {
  const state = after([step('a'), step('b'), step('c', ['b']), conclude], dispatched('a'), planned([], ['a', 'b']));
  expect(state.steps.map((s) => s.id)).toEqual(['a', 'c', 'conclude']);
  expect(next(state).map((s) => s.id)).toEqual(['c']);
});

test('a plan edit made while somebody halts the goal leaves the added steps to run only if they clean up', () => {
  const state = after([step('a'), conclude], dispatched('a'), aborted(), planned([step('b', ['a']), step('undo', ['a'], 'failed')]));
  expect(statusOf(state)).toMatchObject({ a: 'cancelled', b: 'skipped', undo: 'waiting' });
});

test('a look that waits is counted and keeps its memo until the step settles', () => {
  const wait = (n: number): Event => ({ type: 'step.waited', step: 'a', until: AT, because: 'too early', memo: { n } });
  const waiting = after([step('a')], dispatched('a'), wait(1), wait(2));
  expect(waiting.steps[0]?.wait).toEqual({ until: AT, because: 'too early', memo: { n: 2 }, looks: 2 });
  expect(inFlight(waiting).map((s) => s.id)).toEqual(['a']);
  expect(fold(waiting, passed('a'), AT).steps[0]).not.toHaveProperty('wait');
});

test.each<[string, Event[], RegExp]>([
  ['an event before the goal was accepted', [passed('a')], /came before goal.accepted/],
  ['a second acceptance', [accepted([step('a')]), accepted([step('a')])], /must be the first event/],
  ['an event of a step that is not in the plan', [accepted([step('a')]), passed('z')], /step "z" is not in the plan of g0123456789/],
  ['no event at all', [], /without events/],
])('a broken log is named, not guessed at: %s', (_title, events, said) => {
  expect(() => foldAll(null, events, AT)).toThrow(said);
});

test('a commit hands the first ready step over itself, and one more draft each hands over the others', () => {
  const by = { author: 'planner' as const, instance: 'planner-1' };
  const first = draftCommit(null, GOAL, [accepted([step('a'), step('b'), conclude])], by, AT);
  expect(first.to).toBe('impact');
  expect(first.commit.dispatch).toEqual({ step: 'a' });
  const second = draftDispatch({ state: first.commit.state, prev: 'f'.repeat(64) }, by, AT);
  expect(second?.commit).toMatchObject({ dispatch: { step: 'b' }, prev: 'f'.repeat(64), events: [{ type: 'step.dispatched', step: 'b' }] });
  expect(draftDispatch({ state: second!.commit.state, prev: 'f'.repeat(64) }, by, AT)).toBeNull();
});

test('a commit after which nobody is next is addressed to nobody', () => {
  const by = { author: 'impact' as const, instance: 'impact-1' };
  const state = after([step('a'), step('b')], dispatched('a'), dispatched('b'));
  const draft = draftCommit({ state, prev: 'f'.repeat(64) }, GOAL, [passed('a')], by, AT);
  expect(draft.to).toBe('nobody');
  expect(draft.commit.dispatch).toBeUndefined();
});
