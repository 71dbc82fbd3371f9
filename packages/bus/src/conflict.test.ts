// Which answers of the server mean that somebody else was first.
import { JetStreamApiError } from '@nats-io/jetstream';
import { expect, test } from 'vitest';
import { isConflict } from './conflict.ts';

const refusal = (err_code: number) => new JetStreamApiError({ code: 400, err_code, description: 'refused' });

test.each([
  ['the last sequence is another one', refusal(10071), true],
  ['the same on a stream with several copies', refusal(10164), true],
  ['a stream that is not there', refusal(10059), false],
  ['a full disk', refusal(10047), false],
  ['an answer that never came', new Error('timeout'), false],
])('whether somebody else was first is told by the code alone: %s', (_, error, expected) => {
  expect(isConflict(error)).toBe(expected);
});
