// Kinds of the exam: shares of failed requests.
import { errors, NEVER_FAIL, NEVER_PASS, series } from './case.ts';
import type { Kind, Line, Random } from './case.ts';

const failures = (r: Random, count: number, rows: number, n: number): Line[] => {
  const of = Array.from({ length: rows }, () => 0);
  for (let i = 0; i < count; i++) of[Math.floor(r.uniform() * rows)]! += 1;
  return series({ metric: 'http_errors', kind: 'rate', worse: 'higher' }, (_, i) => ({ value: of[i]! / n, n }), { rows });
};

export const SHARES: Kind[] = [
  {
    name: '0.01 % on both, 1,000 requests a row',
    why: '120,000 requests a side show it',
    right: ['pass'],
    make: (r) => ({ baseline: errors(r, 1e-4, 1000), canary: errors(r, 1e-4, 1000) }),
  },
  {
    name: '0.01 % on both, 10 a row, 60 rows',
    why: '600 requests say little',
    right: NEVER_FAIL,
    make: (r) => ({ baseline: errors(r, 1e-4, 10, { rows: 60 }), canary: errors(r, 1e-4, 10, { rows: 60 }) }),
  },
  {
    name: '1 % on both, 1,000 a row',
    why: 'equal, and enough',
    right: ['pass'],
    make: (r) => ({ baseline: errors(r, 0.01, 1000), canary: errors(r, 0.01, 1000) }),
  },
  {
    name: '1 % on both, single requests',
    why: 'equal',
    right: NEVER_FAIL,
    make: (r) => ({ baseline: errors(r, 0.01, 1, { rows: 3000, every: 1 }), canary: errors(r, 0.01, 1, { rows: 3000, every: 1 }) }),
  },
  { name: '20 % on both, 10 a row', why: 'equal', right: NEVER_FAIL, make: (r) => ({ baseline: errors(r, 0.2, 10), canary: errors(r, 0.2, 10) }) },
  {
    name: '20 % on both, 1,000 a row',
    why: 'equal, and enough',
    right: ['pass'],
    make: (r) => ({ baseline: errors(r, 0.2, 1000), canary: errors(r, 0.2, 1000) }),
  },
  {
    name: '0.01 % to 1 %, 1,000 a row',
    why: 'a hundredfold',
    right: ['fail'],
    make: (r) => ({ baseline: errors(r, 1e-4, 1000), canary: errors(r, 0.01, 1000) }),
  },
  {
    name: '1 % to 2 %, 1,000 a row',
    why: 'doubled, 1,200 against 2,400 errors',
    right: ['fail'],
    make: (r) => ({ baseline: errors(r, 0.01, 1000), canary: errors(r, 0.02, 1000) }),
  },
  {
    name: '1 % to 2 %, single requests',
    why: '60 against 120 errors on average, and 76 against 118 now and then: not proven at every look',
    right: NEVER_PASS,
    make: (r) => ({ baseline: errors(r, 0.01, 1, { rows: 6000, every: 1 }), canary: errors(r, 0.02, 1, { rows: 6000, every: 1 }) }),
  },
  {
    name: '20 % to 40 %, 10 a row',
    why: '240 against 480 errors',
    right: ['fail'],
    make: (r) => ({ baseline: errors(r, 0.2, 10), canary: errors(r, 0.4, 10) }),
  },
  {
    name: '1 % to 2 %, 10 a row, 60 rows',
    why: '6 against 12: not provable, not excludable',
    right: NEVER_PASS,
    make: (r) => ({ baseline: errors(r, 0.01, 10, { rows: 60 }), canary: errors(r, 0.02, 10, { rows: 60 }) }),
  },
  {
    name: 'no error, then 1 of 6,000',
    why: 'one is no proof',
    right: NEVER_FAIL,
    make: (r) => ({ baseline: errors(r, 0, 100, { rows: 60 }), canary: failures(r, 1, 60, 100) }),
  },
  {
    name: 'no error, then 3 of 600',
    why: 'one of eight by chance; 1.5 % is not excluded',
    right: ['inconclusive'],
    make: (r) => ({ baseline: errors(r, 0, 10, { rows: 60 }), canary: failures(r, 3, 60, 10) }),
  },
  {
    name: 'no error, then 30 of 6,000',
    why: 'one of a billion by chance',
    right: ['fail'],
    make: (r) => ({ baseline: errors(r, 0, 100, { rows: 60 }), canary: failures(r, 30, 60, 100) }),
  },
  {
    name: 'no error, then 30 in one row',
    why: 'one burst: harm, perhaps of another cause',
    right: NEVER_PASS,
    make: (r) => ({ baseline: errors(r, 0, 100, { rows: 60 }), canary: errors(r, (_, i) => (i === 40 ? 0.3 : 0), 100, { rows: 60 }) }),
  },
  {
    name: 'all of the first 20 requests fail',
    why: '20 of 20 against 0 of 2,000',
    right: ['fail'],
    make: (r) => ({ baseline: errors(r, 0, 100, { rows: 20 }), canary: errors(r, 1, 1, { rows: 20 }) }),
  },
  {
    name: 'canary with 1 % of the traffic, equal',
    why: 'equal',
    right: NEVER_FAIL,
    make: (r) => ({ baseline: errors(r, 0.01, 10000), canary: errors(r, 0.01, 100) }),
  },
  {
    name: 'canary with 1 % of the traffic, 1 % to 5 %',
    why: '600 against 120 expected',
    right: ['fail'],
    make: (r) => ({ baseline: errors(r, 0.01, 10000), canary: errors(r, 0.05, 100) }),
  },
  { name: 'fewer errors: 2 % to 0.5 %', why: 'better', right: ['pass'], make: (r) => ({ baseline: errors(r, 0.02, 500), canary: errors(r, 0.005, 500) }) },
  {
    name: 'the old one is broken, the new one mends it',
    why: 'better',
    right: ['pass'],
    make: (r) => ({ baseline: errors(r, 0.3, 200), canary: errors(r, 0.001, 200) }),
  },
  {
    name: 'errors rise with load on both',
    why: 'the hour, not the change',
    right: ['pass'],
    make: (r) => ({ baseline: errors(r, (t) => 0.005 + t / 60000, 500), canary: errors(r, (t) => 0.005 + t / 60000, 500) }),
  },
  {
    name: 'a fault of a dependency hits both for a minute',
    why: 'common cause',
    right: NEVER_FAIL,
    make: (r) => ({ baseline: errors(r, (t) => (t > 500 && t < 560 ? 0.3 : 0.002), 200), canary: errors(r, (t) => (t > 500 && t < 560 ? 0.3 : 0.002), 200) }),
  },
  {
    name: 'errors begin in the last fifth: 1 % to 10 %',
    why: 'late harm is harm',
    right: ['fail'],
    make: (r) => ({ baseline: errors(r, 0.01, 200), canary: errors(r, (_, i) => (i < 96 ? 0.01 : 0.1), 200) }),
  },
  {
    name: 'a minute of 20 % errors in the middle',
    why: 'harm, perhaps over',
    right: NEVER_PASS,
    make: (r) => ({ baseline: errors(r, 0.001, 100), canary: errors(r, (_, i) => (i >= 60 && i < 66 ? 0.2 : 0.001), 100) }),
  },
  {
    name: 'a fifth fails in the first 40 s only',
    why: 'warm-up that customers felt: no pass without a person',
    right: NEVER_PASS,
    make: (r) => ({ baseline: errors(r, 0.001, 100), canary: errors(r, (_, i) => (i < 4 ? 0.2 : 0.001), 100) }),
  },
  {
    name: 'the same with warmupSeconds 60',
    why: 'the policy says so',
    right: ['pass'],
    make: (r) => ({ baseline: errors(r, 0.001, 200), canary: errors(r, (_, i) => (i < 4 ? 0.2 : 0.001), 200), policy: { warmupSeconds: 60 } }),
  },
  {
    name: 'shares rounded to two digits',
    why: 'equal; the files were written so',
    right: NEVER_FAIL,
    make: (r) => ({ baseline: rounded(errors(r, 0.03, 80)), canary: rounded(errors(r, 0.03, 80)) }),
  },
  {
    name: 'bursts of errors on either side',
    why: 'equal',
    right: NEVER_FAIL,
    make: (r) => ({ baseline: errors(r, () => (r.chance(0.1) ? 0.1 : 0.01), 100), canary: errors(r, () => (r.chance(0.1) ? 0.1 : 0.01), 100) }),
  },
  {
    name: 'share of good requests, worse lower: 99 % to 96 %',
    why: 'worse',
    right: ['fail'],
    make: (r) => ({
      baseline: errors(r, 0.99, 200, {}, { worse: 'lower', metric: 'availability' }),
      canary: errors(r, 0.96, 200, {}, { worse: 'lower', metric: 'availability' }),
    }),
  },
  {
    name: 'cache hits, worse lower: 80 % to 90 %',
    why: 'better',
    right: ['pass'],
    make: (r) => ({
      baseline: errors(r, 0.8, 500, {}, { worse: 'lower', metric: 'hits' }),
      canary: errors(r, 0.9, 500, {}, { worse: 'lower', metric: 'hits' }),
    }),
  },
  {
    name: 'conversion, worse both: 5 % to 8 %',
    why: 'changed, either way counts',
    right: ['fail'],
    make: (r) => ({
      baseline: errors(r, 0.05, 200, {}, { worse: 'both', metric: 'converted' }),
      canary: errors(r, 0.08, 200, {}, { worse: 'both', metric: 'converted' }),
    }),
  },
];

function rounded(rows: Line[]): Line[] {
  return rows.map((row) => (typeof row === 'string' ? row : { ...row, value: Number(Number(row.value).toFixed(2)) }));
}
