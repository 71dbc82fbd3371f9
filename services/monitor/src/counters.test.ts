// Differences of counters, also when the one that counts began anew.
import { expect, it } from 'vitest';
import { asErrors, emptyTally, tallySince, withCopies } from './counters.ts';

const tally = (requests: number, errors: number) => ({ ...emptyTally(), requests, errors });

it('takes what came in between', () => {
  expect(tallySince(tally(100, 2), tally(130, 5))).toMatchObject({ requests: 30, errors: 3 });
});

it('takes everything after a restart of the edge, because the counter began at zero again', () => {
  expect(tallySince(tally(100, 2), tally(30, 1))).toMatchObject({ requests: 30, errors: 1 });
});

it('takes nothing from a revision that has no counters, and all of one that had none before', () => {
  expect(tallySince(tally(5, 0), null).requests).toBe(0);
  expect(tallySince(null, tally(7, 1)).requests).toBe(7);
});

it('never counts more errors than requests, which no test could digest', () => {
  expect(asErrors(tally(3, 4))).toEqual({ n: 3, bad: 3 });
});

it('judges a revision by its requests and by the copies that it answered', () => {
  const own = { revision: 'a'.repeat(40), weight: 0, ...tally(5, 1), customersWithErrors: 0, firstErrorAt: null, samples: [] };
  const copies = { ...tally(30, 2), latency: emptyTally().latency.map((_, i) => i) };
  expect(withCopies({ ...own, copies })).toEqual({ ...own, requests: 35, errors: 3, latency: copies.latency });
  expect(withCopies(own)).toEqual(own);
});
