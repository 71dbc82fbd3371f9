// Kinds of the exam: data that is missing, late, misnamed or of another clock.
import { errors, NEVER_FAIL, NEVER_PASS, REFUSED } from './case.ts';
import type { Kind, Line } from './case.ts';
import { changed, field, healthy, replies } from './healthy.ts';

export const MISSING: Kind[] = [
  {
    name: 'one row a side',
    why: 'too little',
    right: ['inconclusive'],
    says: /too-few/,
    make: (r) => ({ baseline: healthy(r, { rows: 1 }), canary: healthy(r, { rows: 1 }) }),
  },
  { name: 'no row of the new one', why: 'no data', right: REFUSED, make: (r) => ({ baseline: healthy(r), canary: [] }) },
  { name: 'no row of the old one', why: 'no data', right: REFUSED, make: (r) => ({ baseline: [], canary: healthy(r) }) },
  { name: 'both files empty', why: 'no data', right: REFUSED, make: () => ({ baseline: [], canary: [] }) },
  { name: 'no request reached the new one (n = 0)', why: 'no data', right: ['inconclusive'], make: changed((row) => ({ ...row, value: 0, n: 0 })) },
  {
    name: 'no request on either side (n = 0)',
    why: 'no data',
    right: ['inconclusive'],
    make: (r) => ({ baseline: field(healthy(r), (row) => ({ ...row, value: 0, n: 0 })), canary: field(healthy(r), (row) => ({ ...row, value: 0, n: 0 })) }),
  },
  {
    name: 'every third row has n = 0',
    why: 'silence between requests is no fault',
    right: NEVER_FAIL,
    make: changed((row, i) => (i % 3 === 0 ? { ...row, value: 0, n: 0 } : row)),
  },
  {
    name: 'the new one stops reporting at half time',
    why: 'it may be dead',
    right: ['inconclusive'],
    says: /stop|stale|silent|last/,
    make: (r) => ({ baseline: healthy(r), canary: healthy(r, { rows: 60 }) }),
  },
  {
    name: 'the old one stops reporting at half time',
    why: 'nothing to compare the rest with',
    right: ['inconclusive'],
    says: /stop|stale|silent|last/,
    make: (r) => ({ baseline: healthy(r, { rows: 60 }), canary: healthy(r) }),
  },
  {
    name: 'one metric of two stops on the new one',
    why: 'a dead source',
    right: ['inconclusive'],
    says: /latency/,
    make: (r) => ({ baseline: [...healthy(r), ...replies(r)], canary: [...healthy(r), ...replies(r, 1, { rows: 60 })] }),
  },
  {
    name: 'the new one fails, then stops reporting',
    why: 'harm was proven before',
    right: NEVER_PASS,
    make: (r) => ({ baseline: healthy(r), canary: errors(r, 0.2, 500, { rows: 60 }) }),
  },
  {
    name: 'a gap of four minutes on the new one',
    why: 'it lives now',
    right: NEVER_FAIL,
    make: (r) => ({ baseline: healthy(r), canary: healthy(r).filter((_, i) => i < 40 || i >= 64) }),
  },
  {
    name: 'the new one starts two minutes later',
    why: 'it was started then',
    right: NEVER_FAIL,
    make: (r) => ({ baseline: healthy(r), canary: healthy(r, { from: 120, rows: 108 }) }),
  },
  {
    name: 'the new one repeats its last value for ever',
    why: 'a source that stands still',
    right: ['inconclusive', 'fail'],
    says: /stale|repeat|same|still|frozen|constant/,
    make: (r) => ({ baseline: replies(r), canary: field(replies(r), (row, i) => ({ ...row, value: i < 20 ? row.value : 118.2345 })) }),
  },
  {
    name: 'a metric on the old side only',
    why: 'the new one may not report it',
    right: ['inconclusive'],
    says: /latency/,
    make: (r) => ({ baseline: [...healthy(r), ...replies(r)], canary: healthy(r) }),
  },
  {
    name: 'a metric on the new side only',
    why: 'nothing to compare it with',
    right: ['inconclusive'],
    says: /latency/,
    make: (r) => ({ baseline: healthy(r), canary: [...healthy(r), ...replies(r)] }),
  },
  {
    name: 'a misspelled metric',
    why: 'nothing was compared',
    right: ['inconclusive'],
    says: /http_eror/,
    make: changed((row) => ({ ...row, metric: 'http_erors' })),
  },
  {
    name: 'a metric in capital letters on one side',
    why: 'nothing was compared',
    right: ['inconclusive'],
    says: /HTTP_ERRORS/,
    make: changed((row) => ({ ...row, metric: 'HTTP_ERRORS' })),
  },
  {
    name: 'the policy names a critical metric that is nowhere',
    why: 'what decides is missing',
    right: REFUSED,
    says: /http_eror/,
    make: (r) => ({ baseline: healthy(r), canary: healthy(r), policy: { metrics: { http_erors: { critical: true } } } }),
  },
  {
    name: 'the policy weighs a metric that is nowhere',
    why: 'a typing error in the policy',
    right: REFUSED,
    says: /latncy/,
    make: (r) => ({ baseline: healthy(r), canary: healthy(r), policy: { metrics: { latncy: { weight: 3 } } } }),
  },
  {
    name: 'clocks five minutes apart',
    why: 'other moments are compared',
    right: ['inconclusive'],
    says: /clock|skew|time|stop|stale/,
    make: (r) => ({ baseline: healthy(r), canary: healthy(r, { from: 300 }) }),
  },
  {
    name: 'clocks an hour apart',
    why: 'no common moment',
    right: ['inconclusive'],
    says: /clock|skew|time|overlap/,
    make: (r) => ({ baseline: healthy(r), canary: healthy(r, { from: 3600 }) }),
  },
  {
    name: 'seconds on one side, milliseconds on the other (t)',
    why: 'no common moment',
    right: REFUSED,
    says: /clock|skew|time|overlap|milli|"?t\b/,
    make: (r) => ({ baseline: healthy(r, { from: 1.7e9 }), canary: field(healthy(r, { from: 1.7e9 }), (row) => ({ ...row, t: Number(row.t) * 1000 })) }),
  },
  { name: 'times since 1970', why: 'equal', right: ['pass'], make: (r) => ({ baseline: healthy(r, { from: 1.7e9 }), canary: healthy(r, { from: 1.7e9 }) }) },
  {
    name: 'times as dates',
    why: 't is in seconds: refused with the value',
    right: REFUSED,
    says: /1970-01|line/,
    make: (r) => ({ baseline: field(healthy(r), dated), canary: field(healthy(r), dated) }),
  },
];

const dated = (row: Record<string, unknown>): Line => ({ ...row, t: new Date(Number(row.t) * 1000).toISOString() });
