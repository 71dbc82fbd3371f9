// The waiting room by table: who begins, who waits, in which order, and when it is full.
import { expect, test } from 'vitest';
import { laneOf, openWaitingRoom, roomLimits, turnOf } from './waiting-room.ts';
import type { Lane } from './waiting-room.ts';

const limits = { open: 4, reserve: 1, openPerService: 2, waiting: 6 };
const release = (environment: string, service?: string) => ({
  kind: 'release' as const,
  revision: 'HEAD',
  strategy: 'auto' as const,
  environment,
  ...(service ? { service } : {}),
});

/** A room in which goals are asked for by their number in the stream. */
function room(at = { now: 0 }) {
  const opened = openWaitingRoom(limits);
  const ask = (seq: number, turn: string, lane: Lane = 'other') => opened.ask(seq, `g${seq}`, lane, turn, at.now);
  return { ...opened, ask, begins: (seq: number, turn: string, lane: Lane = 'other') => ask(seq, turn, lane).kind === 'begin' };
}

test('a service has so many goals open and no more, so that a flood of one leaves places for the others', () => {
  const { begins } = room();
  expect([1, 2, 3].map((seq) => begins(seq, 'cart'))).toEqual([true, true, false]);
  expect(begins(4, 'web')).toBe(true);
});

test('those who wait for one service begin in the order in which they came, whoever asks first', () => {
  const { begins, close } = room();
  for (const seq of [1, 2, 3, 4]) begins(seq, 'cart');
  close('g1');
  expect(begins(4, 'cart')).toBe(false);
  expect(begins(3, 'cart')).toBe(true);
  close('g2');
  expect(begins(5, 'cart')).toBe(false);
  expect(begins(4, 'cart')).toBe(true);
});

test('a person’s goal and a rollback begin where machines wait, but not without limit', () => {
  const { begins } = room();
  for (const seq of [1, 2, 3, 4]) begins(seq, `service-${seq}`);
  expect(begins(5, 'web')).toBe(false);
  expect(begins(6, 'cart', 'urgent')).toBe(true);
  expect(begins(7, 'cart', 'urgent')).toBe(false);
});

test('what a person waits for begins before the stream hands it out, unless others like it wait already', () => {
  const { begins, beginAtOnce, close } = room();
  for (const seq of [1, 2, 3, 4]) begins(seq, `service-${seq}`);
  expect(beginAtOnce('machine', 'other', 'web', 0)).toBe(false);
  expect(beginAtOnce('mine', 'urgent', 'web', 0)).toBe(true);
  expect(beginAtOnce('mine', 'urgent', 'web', 0)).toBe(false);
  expect(begins(5, 'web', 'urgent')).toBe(false);
  close('mine');
  expect(beginAtOnce('later', 'urgent', 'web', 0)).toBe(false);
  expect(begins(5, 'web', 'urgent')).toBe(true);
});

test('a release to production that could begin goes before tests and other environments', () => {
  const { begins, close } = room();
  for (const seq of [1, 2, 3, 4]) begins(seq, `service-${seq}`);
  expect(begins(5, 'checks')).toBe(false);
  expect(begins(6, 'production/cart', 'production')).toBe(false);
  close('g1');
  expect(begins(5, 'checks')).toBe(false);
  expect(begins(6, 'production/cart', 'production')).toBe(true);
});

test('a production release that waits for its own service holds nobody else up', () => {
  const { begins, close } = room();
  for (const seq of [1, 2]) begins(seq, 'production/cart', 'production');
  expect(begins(3, 'production/cart', 'production')).toBe(false);
  expect(begins(4, 'checks')).toBe(true);
  close('g4');
  expect(begins(5, 'checks')).toBe(true);
});

test('who waits is told its place, and services take turns in it', () => {
  const { ask } = room();
  for (const seq of [1, 2]) ask(seq, 'cart');
  for (const seq of [3, 4]) ask(seq, 'web');
  expect(ask(5, 'cart')).toMatchObject({ kind: 'wait', place: 1 });
  expect(ask(6, 'cart')).toMatchObject({ kind: 'wait', place: 2 });
  expect(ask(7, 'web')).toMatchObject({ kind: 'wait', place: 1 });
  expect(ask(8, 'cart')).toMatchObject({ kind: 'wait', place: 4 });
});

test('beyond the limit a goal is told how many wait and when to come again; those who wait keep their place', () => {
  const { ask, waiting } = room();
  for (let seq = 1; seq <= 8; seq++) ask(seq, 'cart');
  expect(waiting()).toBe(6);
  expect(ask(9, 'cart')).toEqual({ kind: 'full', waiting: 6, roomInMs: 3_000 });
  expect(ask(8, 'cart')).toMatchObject({ kind: 'wait', place: 6 });
});

test('a goal that was told to wait by a room that is gone is not refused by the next one', () => {
  const { ask, waiting } = room();
  for (let seq = 1; seq <= 8; seq++) ask(seq, 'cart');
  const again = openWaitingRoom(limits);
  for (let seq = 11; seq <= 18; seq++) again.ask(seq, `g${seq}`, 'other', 'cart', 0);
  expect(again.ask(8, 'g8', 'other', 'cart', 0, true)).toMatchObject({ kind: 'wait', place: 1 });
  expect(again.waiting()).toBe(waiting() + 1);
});

test('ten thousand queues cost a goal that asks no more than a millisecond', () => {
  const many = openWaitingRoom({ ...limits, open: 200, waiting: 20_000 });
  for (let seq = 1; seq <= 10_000; seq++) many.ask(seq, `g${seq}`, seq % 2 ? 'other' : 'production', `service-${seq}`, 0);
  const from = performance.now();
  for (let seq = 10_001; seq <= 10_200; seq++) many.ask(seq, `g${seq}`, 'other', `service-${seq}`, 0);
  expect((performance.now() - from) / 200).toBeLessThan(1);
});

test('a goal that never asks again, because another replica has it, does not hold its queue up for ever', () => {
  const at = { now: 0 };
  const { begins, close } = room(at);
  for (const seq of [1, 2, 3, 4]) begins(seq, 'cart');
  close('g1');
  expect(begins(4, 'cart')).toBe(false);
  at.now = 60_000;
  expect(begins(4, 'cart')).toBe(true);
});

test('a message that comes again after its goal has begun goes on, or nobody would write the first commit', () => {
  const { begins } = room();
  expect([1, 2].map((seq) => begins(seq, 'cart'))).toEqual([true, true]);
  expect(begins(1, 'cart')).toBe(true);
});

test('ten thousand that wait ask a few hundred times a second, not ten thousand times', () => {
  const many = openWaitingRoom({ ...limits, waiting: 20_000 });
  const ask = (seq: number) => many.ask(seq, `g${seq}`, 'other', `service-${seq % 10}`, 0);
  for (let seq = 1; seq <= 10_000; seq++) ask(seq);
  let asksPerSecond = 0;
  for (let seq = 5; seq <= 10_000; seq++) {
    const verdict = ask(seq);
    if (verdict.kind === 'wait') asksPerSecond += 1000 / verdict.againMs;
  }
  expect(many.waiting()).toBe(9_996);
  expect(asksPerSecond).toBeLessThan(500);
});

test.each([
  ['a rollback', { kind: 'rollback' as const, environment: 'production' }, 'nats', 'urgent'],
  ['what a person types', release('staging'), 'cli', 'urgent'],
  ['a machine’s release to production', release('production'), 'ci', 'production'],
  ['a machine’s release elsewhere', release('staging'), 'ci', 'other'],
  ['a machine’s test', { kind: 'test' as const, revision: 'HEAD' }, 'ci', 'other'],
])('%s has its lane', (_what, spec, source, lane) => expect(laneOf(spec, source)).toBe(lane));

test('services of different environments do not wait for each other', () => {
  expect(turnOf(release('production', 'cart'))).not.toBe(turnOf(release('staging', 'cart')));
  expect(turnOf(release('production', 'cart'))).not.toBe(turnOf(release('production', 'web')));
});

test('a limit that is no number is refused at start with the name of the variable', () => {
  expect(roomLimits({ AWO_OPEN_GOALS: '10' })).toMatchObject({ open: 10, waiting: 20_000 });
  expect(() => roomLimits({ AWO_OPEN_GOALS: 'many' })).toThrow(/AWO_OPEN_GOALS is "many"; expected is a whole number from 1/);
});
