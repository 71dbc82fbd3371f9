// Kinds of the exam: gauges.
import { inert, NEVER_FAIL, NEVER_PASS, values } from './case.ts';
import type { Clock, Kind, Line, Random } from './case.ts';

const gauge = (draw: (t: number, i: number) => number, clock: Clock = { rows: 180 }, worse = 'higher'): Line[] =>
  values('level', 'gauge', draw, clock, { worse });

/** Rises steadily, falls back to its foot: a heap between collections. */
const sawTooth = (r: Random, foot: number, height: number, period: number) => {
  const phase = r.uniform() * period;
  return (t: number) => foot + height * (((t + phase) % period) / period) + r.normal(0, 2);
};

export const GAUGES: Kind[] = [
  {
    name: 'memory with inertia 0.7, equal',
    why: 'equal',
    right: NEVER_FAIL,
    make: (r) => ({ baseline: gauge(inert(r, 500, 30, 0.7)), canary: gauge(inert(r, 500, 30, 0.7)) }),
  },
  {
    name: 'CPU with inertia 0.9, equal',
    why: 'equal',
    right: NEVER_FAIL,
    make: (r) => ({ baseline: gauge(inert(r, 0.5, 0.1, 0.9)), canary: gauge(inert(r, 0.5, 0.1, 0.9)) }),
  },
  {
    name: 'a temperature with inertia 0.97, equal',
    why: 'equal; each side has some six moments of its own',
    right: NEVER_FAIL,
    make: (r) => ({ baseline: gauge(inert(r, 60, 5, 0.97)), canary: gauge(inert(r, 60, 5, 0.97)) }),
  },
  {
    name: 'CPU half as high again',
    why: 'five times the scatter',
    right: ['fail'],
    make: (r) => ({ baseline: gauge(inert(r, 0.5, 0.05, 0.5)), canary: gauge(inert(r, 0.75, 0.05, 0.5)) }),
  },
  {
    name: 'memory leaks: to 1.8 times in half an hour',
    why: 'worse, and it will end',
    right: ['fail'],
    make: (r) => ({ baseline: gauge(() => r.normal(500, 10)), canary: gauge((t) => r.normal(500 + t / 4.5, 10)) }),
  },
  {
    name: 'memory grows alike on both',
    why: 'both leak alike',
    right: NEVER_FAIL,
    make: (r) => ({ baseline: gauge((t) => r.normal(500 + t / 4.5, 10)), canary: gauge((t) => r.normal(500 + t / 4.5, 10)) }),
  },
  {
    name: 'saw-teeth of other phase',
    why: 'equal',
    right: NEVER_FAIL,
    make: (r) => ({ baseline: gauge(sawTooth(r, 200, 100, 130)), canary: gauge(sawTooth(r, 200, 100, 130)) }),
  },
  {
    name: 'slow saw-teeth of other phase',
    why: 'equal, five teeth in all',
    right: NEVER_FAIL,
    make: (r) => ({ baseline: gauge(sawTooth(r, 200, 100, 360)), canary: gauge(sawTooth(r, 200, 100, 360)) }),
  },
  {
    name: 'saw-teeth three times as high',
    why: 'worse',
    right: ['fail'],
    make: (r) => ({ baseline: gauge(sawTooth(r, 200, 100, 130)), canary: gauge(sawTooth(r, 200, 300, 130)) }),
  },
  {
    name: 'a queue, mostly empty, equal',
    why: 'equal',
    right: NEVER_FAIL,
    make: (r) => ({ baseline: gauge(() => (r.chance(0.1) ? r.poisson(8) : 0)), canary: gauge(() => (r.chance(0.1) ? r.poisson(8) : 0)) }),
  },
  {
    name: 'a queue that never empties',
    why: 'it grows without end',
    right: ['fail'],
    make: (r) => ({ baseline: gauge(() => (r.chance(0.1) ? r.poisson(8) : 0)), canary: gauge((t) => r.poisson(t / 20)) }),
  },
  {
    name: 'a queue: always empty, then always 5',
    why: 'a zero baseline counts',
    right: ['fail'],
    make: () => ({ baseline: gauge(() => 0), canary: gauge(() => 5) }),
  },
  {
    name: 'worse both: a fifth lower',
    why: 'four times the scatter',
    right: ['fail'],
    make: (r) => ({ baseline: gauge(() => r.normal(100, 5), {}, 'both'), canary: gauge(() => r.normal(80, 5), {}, 'both') }),
  },
  {
    name: 'worse both: four times wider',
    why: 'spread counts',
    right: ['fail'],
    make: (r) => ({ baseline: gauge(() => r.normal(100, 5), {}, 'both'), canary: gauge(() => r.normal(100, 20), {}, 'both') }),
  },
  {
    name: 'worse both: one hump to two, same mean and spread',
    why: 'shape counts',
    right: ['fail'],
    make: (r) => ({
      baseline: gauge(() => r.normal(100, 10), { rows: 400 }, 'both'),
      canary: gauge(() => r.normal(r.chance(0.5) ? 90.5 : 109.5, 3), { rows: 400 }, 'both'),
    }),
  },
  {
    name: 'worse lower: throughput falls by 30 %',
    why: 'worse',
    right: ['fail'],
    make: (r) => ({ baseline: gauge(() => r.normal(1000, 50), {}, 'lower'), canary: gauge(() => r.normal(700, 50), {}, 'lower') }),
  },
  {
    name: 'worse lower: throughput rises by 30 %',
    why: 'better',
    right: ['pass'],
    make: (r) => ({ baseline: gauge(() => r.normal(1000, 50), {}, 'lower'), canary: gauge(() => r.normal(1300, 50), {}, 'lower') }),
  },
  { name: 'all zeros', why: 'equal', right: ['pass'], make: () => ({ baseline: gauge(() => 0), canary: gauge(() => 0) }) },
  {
    name: 'constant, half as much again',
    why: 'worse at each moment',
    right: ['fail'],
    make: () => ({ baseline: gauge(() => 100), canary: gauge(() => 150) }),
  },
  { name: 'constant, a third less', why: 'better at each moment', right: ['pass'], make: () => ({ baseline: gauge(() => 150), canary: gauge(() => 100) }) },
  {
    name: 'constant, 1 % more',
    why: 'a difference that harms nobody, far within the tolerance',
    right: ['pass'],
    make: () => ({ baseline: gauge(() => 100), canary: gauge(() => 101) }),
  },
  {
    name: 'a gauge below zero (lag, balance), equal',
    why: 'a gauge may be negative',
    right: NEVER_FAIL,
    make: (r) => ({ baseline: gauge(() => r.normal(-5, 2)), canary: gauge(() => r.normal(-5, 2)) }),
  },
  {
    name: 'a gauge that the hour moves on both',
    why: 'the hour, not the change',
    right: NEVER_FAIL,
    make: (r) => ({
      baseline: gauge((t) => 100 + 40 * Math.sin(t / 300) + r.normal(0, 3)),
      canary: gauge((t) => 100 + 40 * Math.sin(t / 300) + r.normal(0, 3)),
    }),
  },
  {
    name: 'harm at night: 40 % slower while the hour moves both',
    why: 'worse at each moment',
    right: NEVER_PASS,
    make: (r) => ({
      baseline: gauge((t) => (100 + 40 * Math.sin(t / 300)) * r.logNormal(1, 0.05)),
      canary: gauge((t) => (140 + 56 * Math.sin(t / 300)) * r.logNormal(1, 0.05)),
    }),
  },
];
