// Kinds of the exam: several metrics, strata, policies and a control.
import { errors, inert, NEVER_FAIL, NEVER_PASS, REFUSED, values } from './case.ts';
import type { Kind, Line, Random } from './case.ts';

const at = (r: Random, route: string, p: number, n: number): Line[] => errors(r, p, n, {}, { labels: { route } });
const replies = (r: Random, median: number, clock = {}): Line[] => values('latency', 'latency', () => r.logNormal(median, 0.2), clock, { n: 20 });

/** Twenty metrics of all kinds; `bad` is the number of the one that is worse. */
function twenty(r: Random, bad = -1): Line[] {
  return Array.from({ length: 20 }, (_, i) => {
    const worse = i === bad;
    if (i % 4 === 0) return errors(r, worse ? 0.05 : 0.01, 200, {}, { metric: `m${i}` });
    if (i % 4 === 1) return values(`m${i}`, 'latency', () => r.logNormal(worse ? 180 : 100, 0.4));
    if (i % 4 === 2) return values(`m${i}`, 'count', () => r.poisson(worse ? 12 : 4));
    return values(`m${i}`, 'gauge', inert(r, worse ? 80 : 50, 5, 0.3));
  }).flat();
}

const minor = (r: Random, share: number, p: number): Line[] => [
  ...errors(r, p, 500, {}, { metric: 'minor' }),
  ...errors(r, share, 500, {}, { metric: 'main' }),
];
const young = (r: Random): Line[] => values('latency', 'latency', (t) => r.logNormal(t < 300 ? 400 : 100, 0.3), { rows: 120 }, { n: 5 });
const old = (r: Random): Line[] => values('latency', 'latency', () => r.logNormal(100, 0.3), { rows: 120 }, { n: 5 });

export const SEVERAL: Kind[] = [
  {
    name: 'another mix of routes, each route equal (Simpson)',
    why: 'no route is worse',
    right: NEVER_FAIL,
    make: (r) => ({ baseline: [...at(r, '/a', 0.01, 400), ...at(r, '/b', 0.1, 100)], canary: [...at(r, '/a', 0.01, 100), ...at(r, '/b', 0.1, 400)] }),
  },
  {
    name: 'each route worse, a kinder mix (Simpson)',
    why: 'every customer has more errors',
    right: ['fail'],
    make: (r) => ({ baseline: [...at(r, '/a', 0.01, 100), ...at(r, '/b', 0.1, 400)], canary: [...at(r, '/a', 0.03, 400), ...at(r, '/b', 0.2, 100)] }),
  },
  {
    name: 'one route of four worse: 1 % to 10 %',
    why: 'its customers count',
    right: ['fail'],
    make: (r) => ({
      baseline: ['/a', '/b', '/c', '/d'].flatMap((route) => at(r, route, 0.01, 100)),
      canary: ['/a', '/b', '/c', '/d'].flatMap((route) => at(r, route, route === '/c' ? 0.1 : 0.01, 100)),
    }),
  },
  {
    name: 'one route better, another worse',
    why: 'one does not pay for the other',
    right: NEVER_PASS,
    make: (r) => ({ baseline: [...at(r, '/a', 0.05, 200), ...at(r, '/b', 0.01, 200)], canary: [...at(r, '/a', 0.01, 200), ...at(r, '/b', 0.05, 200)] }),
  },
  {
    name: 'a route that is new',
    why: 'nothing to compare it with; the rest is equal',
    right: NEVER_FAIL,
    make: (r) => ({ baseline: at(r, '/a', 0.01, 500), canary: [...at(r, '/a', 0.01, 500), ...at(r, '/new', 0.01, 50)] }),
  },
  {
    name: 'a route that is gone',
    why: 'named, or held: its customers may be lost',
    right: NEVER_FAIL,
    make: (r) => ({ baseline: [...at(r, '/a', 0.01, 500), ...at(r, '/b', 0.01, 50)], canary: at(r, '/a', 0.01, 500) }),
  },
  {
    name: 'a label with the host: no value is on both sides',
    why: 'other names, the same work',
    right: NEVER_FAIL,
    make: (r) => ({ baseline: errors(r, 0.01, 500, {}, { labels: { pod: 'old-1' } }), canary: errors(r, 0.01, 500, {}, { labels: { pod: 'new-1' } }) }),
  },
  {
    name: 'a label with the host, five times the errors',
    why: 'other names, more errors',
    right: NEVER_PASS,
    make: (r) => ({ baseline: errors(r, 0.01, 500, {}, { labels: { pod: 'old-1' } }), canary: errors(r, 0.05, 500, {}, { labels: { pod: 'new-1' } }) }),
  },
  {
    name: 'latency by route, another mix, each equal',
    why: 'no route is slower',
    right: NEVER_FAIL,
    make: (r) => ({ baseline: byRoute(r, 3, 1), canary: byRoute(r, 1, 3) }),
  },
  {
    name: 'twenty healthy metrics',
    why: 'false alarms of all together stay below alpha',
    right: NEVER_FAIL,
    make: (r) => ({ baseline: twenty(r), canary: twenty(r) }),
  },
  {
    name: 'one worse among twenty: errors',
    why: 'five times the errors',
    right: ['fail'],
    says: /m8/,
    make: (r) => ({ baseline: twenty(r), canary: twenty(r, 8) }),
  },
  {
    name: 'one worse among twenty: latency',
    why: 'almost twice as slow',
    right: ['fail'],
    says: /m9/,
    make: (r) => ({ baseline: twenty(r), canary: twenty(r, 9) }),
  },
  {
    name: 'one worse among twenty: counts',
    why: 'three times the events',
    right: ['fail'],
    says: /m10/,
    make: (r) => ({ baseline: twenty(r), canary: twenty(r, 10) }),
  },
  {
    name: 'one worse among twenty: a gauge',
    why: 'six times the scatter',
    right: ['fail'],
    says: /m11/,
    make: (r) => ({ baseline: twenty(r), canary: twenty(r, 11) }),
  },
  {
    name: 'a critical metric of little weight is worse',
    why: 'a critical metric alone fails',
    right: ['fail'],
    says: /minor/,
    make: (r) => ({
      baseline: minor(r, 0.01, 0.01),
      canary: minor(r, 0.01, 0.05),
      policy: { failWeight: 1, metrics: { minor: { critical: true, weight: 0.1 }, main: { weight: 10 } } },
    }),
  },
  {
    name: 'a metric of little weight is worse, failWeight 0.5',
    why: 'not heavy enough to fail; proven harm does not pass either',
    right: ['inconclusive'],
    says: /minor/,
    make: (r) => ({
      baseline: minor(r, 0.01, 0.01),
      canary: minor(r, 0.01, 0.05),
      policy: { failWeight: 0.5, metrics: { minor: { weight: 0.1 }, main: { weight: 10 } } },
    }),
  },
  {
    name: 'an unequal weight costs the light one power only',
    why: 'five times the errors are proven at a hundredth of alpha',
    right: ['fail'],
    says: /minor/,
    make: (r) => ({ baseline: minor(r, 0.01, 0.01), canary: minor(r, 0.01, 0.05), policy: { metrics: { minor: { weight: 0.1 }, main: { weight: 10 } } } }),
  },
  {
    name: 'the policy turns a direction, and it is better',
    why: 'the policy has the last word',
    right: ['pass'],
    make: (r) => ({ baseline: replies(r, 100), canary: replies(r, 150), policy: { metrics: { latency: { worse: 'lower' } } } }),
  },
  {
    name: 'the policy turns a direction, and it is worse',
    why: 'the policy has the last word',
    right: ['fail'],
    make: (r) => ({ baseline: replies(r, 100), canary: replies(r, 66), policy: { metrics: { latency: { worse: 'lower' } } } }),
  },
  {
    name: 'a tolerance of 100 % for a latency 40 % slower',
    why: 'tolerated',
    right: ['pass'],
    make: (r) => ({
      baseline: replies(r, 100),
      canary: replies(r, 140),
      policy: { metrics: { latency: { tolerance: { relative: 1, tail: 0.99, extreme: 0.99 } } } },
    }),
  },
  {
    name: 'a budget of 5 % and 2 % errors',
    why: 'within the budget',
    right: NEVER_FAIL,
    make: (r) => ({ baseline: errors(r, 0.005, 500), canary: errors(r, 0.02, 500), policy: { tolerance: { budget: 0.05 } } }),
  },
  {
    name: 'an unknown key in the policy',
    why: 'refused by name',
    right: ['error'],
    says: /tolerence/,
    make: (r) => ({ baseline: replies(r, 100), canary: replies(r, 100), policy: { tolerence: { relative: 1 } } }),
  },
  {
    name: 'alpha 2',
    why: 'refused',
    right: ['error'],
    says: /alpha/,
    make: (r) => ({ baseline: replies(r, 100), canary: replies(r, 100), policy: { alpha: 2 } }),
  },
  {
    name: 'a deadline in the policy and too little data',
    why: 'never promote',
    right: REFUSED,
    make: (r) => ({ baseline: replies(r, 100, { rows: 6 }), canary: replies(r, 100, { rows: 6 }), policy: { deadline: 60 } }),
  },
  { name: 'the policy is a list', why: 'refused', right: ['error'], make: (r) => ({ baseline: replies(r, 100), canary: replies(r, 100), policy: [] }) },
  {
    name: 'passSince after the last row',
    why: 'nothing shows absence of harm',
    right: ['inconclusive'],
    make: (r) => ({ baseline: errors(r, 0.01, 500), canary: errors(r, 0.01, 500), policy: { passSince: 5000 } }),
  },
  {
    name: 'young and slow for five minutes, so is the control',
    why: 'age, not the change',
    right: NEVER_FAIL,
    make: (r) => {
      const control = young(r);
      return { baseline: [...old(r), ...control], canary: young(r), control };
    },
  },
  {
    name: 'slow, and the control is not',
    why: 'the change',
    right: ['fail'],
    make: (r) => {
      const control = old(r);
      return { baseline: [...old(r), ...control], canary: replies(r, 200), control };
    },
  },
  {
    name: 'a control without a row',
    why: 'no word of the control: the old ones decide',
    right: NEVER_FAIL,
    make: (r) => ({ baseline: old(r), canary: old(r), control: [] }),
  },
];

function byRoute(r: Random, fast: number, slow: number): Line[] {
  const of = (route: string, median: number, each: number): Line[] =>
    values('latency', 'latency', () => r.logNormal(median, 0.3), { rows: 120 * each, every: 10 / each }, { labels: { route } });
  return [...of('/fast', 20, fast), ...of('/slow', 200, slow)];
}
