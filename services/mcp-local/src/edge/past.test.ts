// The past is the sum of what was counted, whatever restarts in between.
import { expect, test } from 'vitest';
import { createPast, type Counts } from './past.ts';

const counts = (requests: number, errors = 0, key = 'cart 1'): Counts => ({ service: 'cart', key, requests, errors });
const at = (minute: number, second = 0): number => (100 * 60 + minute) * 60_000 + second * 1000;

test('what came in a minute and an hour is counted there, all revisions together', () => {
  const past = createPast(null, [counts(50)]);
  expect(past.add([counts(60, 1)], at(0))).toBe(false);
  past.add([counts(70, 1), counts(5, 0, 'cart 2')], at(0, 30));
  expect(past.add([counts(70, 1), counts(15, 2, 'cart 2')], at(1))).toBe(true);
  expect(past.save().services).toEqual([
    {
      name: 'cart',
      minutes: [
        [6000, 25, 1],
        [6001, 10, 2],
      ],
      hours: [[100, 35, 3, 2]],
    },
  ]);
});

test('a restart goes on with what was saved, and counts nothing twice', () => {
  const before = createPast(null, []);
  before.add([counts(10)], at(0));
  const after = createPast(JSON.parse(JSON.stringify(before.save())), [counts(10)]);
  after.add([counts(12)], at(3));
  expect(after.save().services[0]).toEqual({
    name: 'cart',
    minutes: [
      [6000, 10, 0],
      [6003, 2, 0],
    ],
    hours: [[100, 12, 0, 2]],
  });
});

test('counters that begin anew take nothing away, and a clock that was set back loses nothing', () => {
  const past = createPast(null, []);
  past.add([counts(10)], at(5));
  past.add([counts(0)], at(6));
  past.add([counts(7)], at(2));
  expect(past.save().services[0]?.minutes).toEqual([
    [6005, 10, 0],
    [6006, 7, 0],
  ]);
});

test('six hours of minutes and four weeks of hours are kept', () => {
  const past = createPast(null, []);
  for (let minute = 0; minute < 60 * 700; minute += 1) past.add([counts(minute)], at(minute));
  const [cart] = past.save().services;
  expect([cart?.minutes.length, cart?.hours.length, cart?.hours.at(-2)?.[3]]).toEqual([360, 672, 60]);
});
