// Kinds of the exam: events that are counted, by interval or as a total.
import { NEVER_FAIL, total, values } from './case.ts';
import type { Kind } from './case.ts';

export const EVENTS: Kind[] = [
  {
    name: 'exceptions, 3 a row on both',
    why: 'equal',
    right: NEVER_FAIL,
    make: (r) => ({ baseline: values('exceptions', 'count', () => r.poisson(3)), canary: values('exceptions', 'count', () => r.poisson(3)) }),
  },
  {
    name: 'exceptions, 3 to 6 a row',
    why: '360 against 720',
    right: ['fail'],
    make: (r) => ({ baseline: values('exceptions', 'count', () => r.poisson(3)), canary: values('exceptions', 'count', () => r.poisson(6)) }),
  },
  {
    name: 'exceptions in clusters on both',
    why: 'equal',
    right: NEVER_FAIL,
    make: (r) => ({
      baseline: values('exceptions', 'count', () => r.poisson(r.logNormal(3, 0.8))),
      canary: values('exceptions', 'count', () => r.poisson(r.logNormal(3, 0.8))),
    }),
  },
  {
    name: 'no restart, then one',
    why: 'one is no proof',
    right: NEVER_FAIL,
    make: () => ({ baseline: values('restarts', 'count', () => 0), canary: values('restarts', 'count', (_, i) => (i === 70 ? 1 : 0)) }),
  },
  {
    name: 'no restart, then twelve',
    why: 'one of 4,096 by chance',
    right: ['fail'],
    make: () => ({ baseline: values('restarts', 'count', () => 0), canary: values('restarts', 'count', (_, i) => (i % 10 === 7 ? 1 : 0)) }),
  },
  {
    name: 'no restart on either side',
    why: 'nothing happened',
    right: NEVER_FAIL,
    make: () => ({ baseline: values('restarts', 'count', () => 0), canary: values('restarts', 'count', () => 0) }),
  },
  {
    name: 'an event that must never happen, once',
    why: 'the policy says never',
    right: ['fail'],
    make: () => ({
      baseline: values('oom_kills', 'count', () => 0),
      canary: values('oom_kills', 'count', (_, i) => (i === 70 ? 1 : 0)),
      policy: { metrics: { oom_kills: { never: true } } },
    }),
  },
  {
    name: 'jobs done, worse lower: 20 to 10 a row',
    why: 'half the work',
    right: ['fail'],
    make: (r) => ({
      baseline: values('jobs', 'count', () => r.poisson(20), {}, { worse: 'lower' }),
      canary: values('jobs', 'count', () => r.poisson(10), {}, { worse: 'lower' }),
    }),
  },
  {
    name: 'counts over 20 s against counts over 10 s',
    why: 'the same rate in time',
    right: NEVER_FAIL,
    make: (r) => ({
      baseline: values('exceptions', 'count', () => r.poisson(3)),
      canary: values('exceptions', 'count', () => r.poisson(6), { rows: 60, every: 20 }),
    }),
  },
  {
    name: 'counters with different starts',
    why: 'the same rate',
    right: NEVER_FAIL,
    make: (r) => ({ baseline: values('errors_total', 'counter', total(r, 1e6, 5)), canary: values('errors_total', 'counter', total(r, 0, 5)) }),
  },
  {
    name: 'counters that reset on both',
    why: 'the same rate',
    right: NEVER_FAIL,
    make: (r) => ({ baseline: values('errors_total', 'counter', total(r, 500, 5, 0.03)), canary: values('errors_total', 'counter', total(r, 0, 5, 0.03)) }),
  },
  {
    name: 'a counter that resets on the new one alone',
    why: 'the same rate',
    right: NEVER_FAIL,
    make: (r) => ({ baseline: values('errors_total', 'counter', total(r, 500, 5)), canary: values('errors_total', 'counter', total(r, 0, 5, 0.1)) }),
  },
  {
    name: 'a counter twice as fast',
    why: '600 against 1,200',
    right: ['fail'],
    make: (r) => ({ baseline: values('errors_total', 'counter', total(r, 1e6, 5)), canary: values('errors_total', 'counter', total(r, 0, 10)) }),
  },
  {
    name: 'a counter twice as fast that resets',
    why: '600 against 1,200',
    right: ['fail'],
    make: (r) => ({ baseline: values('errors_total', 'counter', total(r, 1e6, 5)), canary: values('errors_total', 'counter', total(r, 0, 10, 0.05)) }),
  },
  {
    name: 'a counter read half as often',
    why: 'the same rate',
    right: NEVER_FAIL,
    make: (r) => ({
      baseline: values('errors_total', 'counter', total(r, 0, 5)),
      canary: values('errors_total', 'counter', total(r, 0, 10), { rows: 60, every: 20 }),
    }),
  },
  {
    name: 'counters that stand still',
    why: 'nothing happened',
    right: NEVER_FAIL,
    make: () => ({ baseline: values('errors_total', 'counter', () => 17), canary: values('errors_total', 'counter', () => 0) }),
  },
];
