// Who held all traffic before: forward, back, and back again.
import { expect, test } from 'vitest';
import { successionOf } from './traffic-set.ts';

const [a, b, c] = ['a', 'b', 'c'].map((digit) => digit.repeat(40)) as [string, string, string];

test.each([
  ['the first revision has nothing before it', { current: null, previous: null, earlier: [] }, a, { current: a, previous: null, earlier: [] }],
  ['a step forward leaves what ran as the way back', { current: a, previous: null, earlier: [] }, b, { current: b, previous: a, earlier: [] }],
  ['a second step keeps the first for a longer way back', { current: b, previous: a, earlier: [] }, c, { current: c, previous: b, earlier: [a] }],
  [
    'a way back forgets what it left, because a bad revision must not come back by a roll-back',
    { current: b, previous: a, earlier: [] },
    a,
    { current: a, previous: null, earlier: [] },
  ],
  ['a second way back goes further', { current: b, previous: a, earlier: [c] }, a, { current: a, previous: c, earlier: [] }],
  ['a release of something older is a step forward', { current: c, previous: b, earlier: [a] }, a, { current: a, previous: c, earlier: [b] }],
])('%s', (_why, service, now, expected) => {
  expect(successionOf(service, now, null)).toEqual(expected);
});
