// Kinds of the exam: latencies.
import { NEVER_FAIL, values } from './case.ts';
import type { Clock, Kind, Line, Random } from './case.ts';

const raw: Clock = { rows: 2000, every: 1 };
const reply = (draw: () => number, clock: Clock = raw): Line[] => values('latency_ms', 'latency', draw, clock);
const usual = (r: Random) => () => r.logNormal(100, 0.5);
const mean = (of: () => number, n: number): number => Array.from({ length: n }, of).reduce((a, b) => a + b, 0) / n;
const means = (of: () => number, clock: Clock = {}): Line[] => values('latency_ms', 'latency', () => mean(of, 100), clock, { n: 100 });
const sorted = (of: () => number): number[] => Array.from({ length: 200 }, of).toSorted((a, b) => a - b);
const cache = (r: Random, hit: number) => () => (r.chance(hit) ? r.logNormal(5, 0.3) : r.logNormal(100, 0.3));

function percentiles(of: () => number): Line[] {
  const lines: Line[] = [];
  for (let t = 0; t < 1200; t += 10) {
    const of200 = sorted(of);
    for (const p of [50, 95, 99]) lines.push({ t, metric: `latency_p${p}`, kind: 'latency', value: of200[p * 2 - 1], n: 200, worse: 'higher' });
  }
  return lines;
}

export const LATENCIES: Kind[] = [
  { name: 'means of 100 replies, equal', why: 'equal, and enough', right: ['pass'], make: (r) => ({ baseline: means(usual(r)), canary: means(usual(r)) }) },
  {
    name: 'means of 100 replies, 30 % slower',
    why: 'six times the scatter',
    right: ['fail'],
    make: (r) => ({ baseline: means(usual(r)), canary: means(() => r.logNormal(130, 0.5)) }),
  },
  { name: 'single replies, equal', why: 'equal', right: NEVER_FAIL, make: (r) => ({ baseline: reply(usual(r)), canary: reply(usual(r)) }) },
  {
    name: 'single replies, half as slow again',
    why: 'worse',
    right: ['fail'],
    make: (r) => ({ baseline: reply(usual(r)), canary: reply(() => r.logNormal(150, 0.5)) }),
  },
  {
    name: 'single replies, a third faster',
    why: 'better',
    right: ['pass'],
    make: (r) => ({ baseline: reply(usual(r)), canary: reply(() => r.logNormal(67, 0.5)) }),
  },
  {
    name: 'p50, p95 and p99 as metrics, equal',
    why: 'equal',
    right: NEVER_FAIL,
    make: (r) => ({ baseline: percentiles(usual(r)), canary: percentiles(usual(r)) }),
  },
  {
    name: 'p50, p95 and p99, the p99 alone doubles',
    why: 'worse',
    right: ['fail'],
    make: (r) => ({ baseline: percentiles(usual(r)), canary: percentiles(() => (r.chance(0.02) ? r.logNormal(800, 0.3) : r.logNormal(100, 0.5))) }),
  },
  {
    name: 'heavy tails (Pareto 1.5), equal',
    why: 'equal',
    right: NEVER_FAIL,
    make: (r) => ({ baseline: reply(() => r.pareto(20, 1.5)), canary: reply(() => r.pareto(20, 1.5)) }),
  },
  {
    name: 'heavy tails (Pareto 1.1), means, equal',
    why: 'equal, though the means scatter without end',
    right: NEVER_FAIL,
    make: (r) => ({ baseline: means(() => r.pareto(20, 1.1)), canary: means(() => r.pareto(20, 1.1)) }),
  },
  { name: 'two humps (a cache), equal', why: 'equal', right: NEVER_FAIL, make: (r) => ({ baseline: reply(cache(r, 0.8)), canary: reply(cache(r, 0.8)) }) },
  {
    name: 'two humps, hits fall from 80 to 50 %',
    why: 'a third of all replies is 20 times slower',
    right: ['fail'],
    make: (r) => ({ baseline: reply(cache(r, 0.8)), canary: reply(cache(r, 0.5)) }),
  },
  {
    name: 'a slower tail only: 5 % ten times slower',
    why: 'one customer in twenty',
    right: ['fail'],
    make: (r) => ({ baseline: reply(usual(r)), canary: reply(() => r.logNormal(r.chance(0.05) ? 1000 : 100, 0.5)) }),
  },
  {
    name: '1 % of the replies wait for a time-out of 30 s',
    why: '20 of 2,000 against none',
    right: ['fail'],
    make: (r) => ({ baseline: reply(usual(r)), canary: reply(() => (r.chance(0.01) ? 30000 : r.logNormal(100, 0.5))) }),
  },
  {
    name: 'a faster median, a worse tail',
    why: 'one customer in twenty waits twenty times as long',
    right: ['fail'],
    make: (r) => ({ baseline: reply(usual(r)), canary: reply(() => r.logNormal(r.chance(0.05) ? 2000 : 80, 0.5)) }),
  },
  {
    name: 'wider without a shift',
    why: 'the upper half is slower',
    right: ['fail'],
    make: (r) => ({ baseline: reply(() => r.logNormal(100, 0.2)), canary: reply(() => r.logNormal(100, 0.6)) }),
  },
  {
    name: 'narrower without a shift',
    why: 'no worse',
    right: NEVER_FAIL,
    make: (r) => ({ baseline: reply(() => r.logNormal(100, 0.6)), canary: reply(() => r.logNormal(100, 0.3)) }),
  },
  {
    name: 'twice as slow in the last third',
    why: 'late harm is harm',
    right: ['fail'],
    make: (r) => ({ baseline: reply(usual(r)), canary: values('latency_ms', 'latency', (t) => r.logNormal(t > 1333 ? 200 : 100, 0.5), raw) }),
  },
  {
    name: 'slower by load on both',
    why: 'the hour, not the change',
    right: NEVER_FAIL,
    make: (r) => ({
      baseline: values('latency_ms', 'latency', (t) => r.logNormal(100 + t / 10, 0.4), raw),
      canary: values('latency_ms', 'latency', (t) => r.logNormal(100 + t / 10, 0.4), raw),
    }),
  },
  {
    name: 'slow for its first minute of twenty',
    why: 'warm-up',
    right: NEVER_FAIL,
    make: (r) => ({
      baseline: values('latency_ms', 'latency', () => r.logNormal(100, 0.4)),
      canary: values('latency_ms', 'latency', (t) => r.logNormal(t < 60 ? 500 : 100, 0.4)),
    }),
  },
  {
    name: 'read half as often, equal',
    why: 'equal',
    right: NEVER_FAIL,
    make: (r) => ({ baseline: means(usual(r)), canary: means(usual(r), { rows: 60, every: 20 }) }),
  },
  {
    name: 'read half as often, half as slow again',
    why: 'worse',
    right: ['fail'],
    make: (r) => ({ baseline: means(usual(r)), canary: means(() => r.logNormal(150, 0.5), { rows: 60, every: 20 }) }),
  },
  {
    name: 'read at other moments, 3 s later',
    why: 'equal',
    right: ['pass'],
    make: (r) => ({ baseline: means(usual(r)), canary: means(usual(r), { from: 3 }) }),
  },
  {
    name: 'read every 7 s against every 10 s',
    why: 'equal',
    right: NEVER_FAIL,
    make: (r) => ({ baseline: means(usual(r)), canary: means(usual(r), { rows: 170, every: 7 }) }),
  },
  { name: 'the same constant reply time', why: 'equal', right: ['pass'], make: () => ({ baseline: reply(() => 40, {}), canary: reply(() => 40, {}) }) },
];
