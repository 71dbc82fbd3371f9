// Rates from what the health step said, and from two looks.
import { expect, test } from 'vitest';
import type { TrafficCounters } from '@awo/contracts';
import { NEW, OLD } from '../testing/environment.ts';
import { trafficBetween, trafficFromHealth } from './traffic.ts';

const counters = (revision: string, requests: number, errors: number): TrafficCounters => ({
  revision,
  weight: 100,
  requests,
  errors,
  latency: [],
  customersWithErrors: 0,
  firstErrorAt: null,
  samples: [],
});
const look = (second: number, ...revisions: TrafficCounters[]) => ({ at: new Date(second * 1000).toISOString(), revisions });

test('the health step is taken at its word', () => {
  expect(trafficFromHealth({ services: [{ service: 'cart', rps: 80, errorRatio: null, p95Ms: 3 }] }, 'cart')).toEqual({
    service: 'cart',
    rps: 80,
    errorRatio: null,
  });
});

test('how long the health step counted is told, as few requests of a second may be chance', () => {
  expect(trafficFromHealth({ services: [{ service: 'cart', rps: 2, errorRatio: null, seconds: 1.1 }] }, 'cart')).toHaveProperty('seconds', 1.1);
});

test.each([undefined, {}, { services: 'none' }, { services: [null, { service: 'web', rps: 1 }] }, { services: [{ service: 'cart' }] }])(
  'what it does not say is looked at instead: %j',
  (output) => expect(trafficFromHealth(output, 'cart')).toBeUndefined(),
);

test('two looks give a rate', () => {
  expect(trafficBetween('cart', look(0, counters(OLD, 100, 1)), look(2, counters(OLD, 260, 3)))).toEqual({
    service: 'cart',
    rps: 80,
    errorRatio: 2 / 160,
    seconds: 2,
  });
});

test('a revision that started in between, or anew, counts from nothing', () => {
  const between = trafficBetween('cart', look(0, counters(OLD, 100, 0)), look(1, counters(OLD, 10, 0), counters(NEW, 5, 0)));
  expect(between.rps).toBe(15);
});

test('no request is no error ratio, as no data is not good news', () => {
  expect(trafficBetween('cart', look(0, counters(OLD, 9, 9)), look(1, counters(OLD, 9, 9))).errorRatio).toBeNull();
});

test('two looks at the same moment say nothing', () => {
  expect(trafficBetween('cart', look(1, counters(OLD, 1, 0)), look(1, counters(OLD, 2, 0))).rps).toBeNull();
});
