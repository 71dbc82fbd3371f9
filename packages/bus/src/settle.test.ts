// settle: one row per kind of error and number of deliveries.
import { RetryableError, TerminalError } from '@awo/contracts';
import { expect, test } from 'vitest';
import { PATIENCE, settle } from './settle.ts';
import type { Settlement } from './settle.ts';

const MAX_DELIVERIES = PATIENCE.deliveries;
const rows: [title: string, error: unknown, deliveries: number, settlement: Settlement][] = [
  [
    'a terminal error fails the step at once, because trying again cannot help',
    new TerminalError('unknown-service', 'No service "crat".'),
    1,
    { kind: 'fail', code: 'unknown-service', message: 'No service "crat".' },
  ],
  [
    'the hint goes with it, so that the log says what to do',
    new TerminalError('unknown-service', 'No service "crat".', 'Known: cart.'),
    1,
    { kind: 'fail', code: 'unknown-service', message: 'No service "crat". Known: cart.' },
  ],
  [
    'a terminal error of the last delivery is still its own reason',
    new TerminalError('bad-config', 'No.'),
    MAX_DELIVERIES,
    { kind: 'fail', code: 'bad-config', message: 'No.' },
  ],
  ['a retryable error comes again when it says so', new RetryableError('tool-unavailable', 'Away.', 700), 1, { kind: 'again', afterMs: 700 }],
  ['at once, where it says so', new RetryableError('tool-unavailable', 'Away.', 0), 2, { kind: 'again', afterMs: 0 }],
  [
    'after five deliveries not sooner than the back-off, or a cause that stays is asked in a tight loop',
    new RetryableError('tool-unavailable', 'Away.', 0),
    6,
    { kind: 'again', afterMs: 10_000 },
  ],
  ['a longer wish of its own stays longer', new RetryableError('tool-unavailable', 'Away.', 60_000), 20, { kind: 'again', afterMs: 60_000 }],
  ['a bug comes again soon, for it may be a race', new Error('x is undefined'), 1, { kind: 'again', afterMs: 200 }],
  ['and later each time', new TypeError('x is undefined'), 4, { kind: 'again', afterMs: 2000 }],
  [
    'but soon enough to go on within half a minute once its cause is gone: a try that asks in vain takes ten seconds before it',
    new Error('x is undefined'),
    MAX_DELIVERIES - 1,
    { kind: 'again', afterMs: 10_000 },
  ],
  [
    'a retryable error that never passes is given to a person, with the last reason',
    new RetryableError('tool-unavailable', 'Away.', 10),
    MAX_DELIVERIES,
    { kind: 'give-up', code: 'deliveries-used-up', message: `tried ${MAX_DELIVERIES} times, last: tool-unavailable: Away.` },
  ],
  [
    'so is a bug',
    new Error('x is undefined'),
    MAX_DELIVERIES + 1,
    { kind: 'give-up', code: 'deliveries-used-up', message: `tried ${MAX_DELIVERIES + 1} times, last: internal: x is undefined` },
  ],
  ['what was thrown need not be an error', 'broken', 1, { kind: 'again', afterMs: 200 }],
];

test.each(rows)('%s', (_title, error, deliveries, settlement) => {
  expect(settle(error, deliveries)).toEqual(settlement);
});
