// Kinds of the exam: rows that are broken, doubled, of other units or of other forms.
import { errors, NEVER_FAIL, NEVER_PASS, REFUSED, values } from './case.ts';
import type { Kind, Line } from './case.ts';
import { changed, every20th, field, healthy, replies, text } from './healthy.ts';

export const BROKEN: Kind[] = [
  {
    name: 'every row of the new one twice',
    why: 'the same rows count once',
    right: NEVER_FAIL,
    says: /twice|duplicat|repeat|same/,
    make: (r) => ({ baseline: healthy(r), canary: healthy(r).flatMap((row) => [row, row]) }),
  },
  {
    name: 'weak evidence, every row thirty times',
    why: 'copies prove nothing',
    right: NEVER_FAIL,
    make: (r) => ({
      baseline: errors(r, 0.02, 20, { rows: 30 }),
      canary: errors(r, 0.03, 20, { rows: 30 }).flatMap((row) => Array.from({ length: 30 }, () => row)),
    }),
  },
  {
    name: 'rows out of order, equal',
    why: 'all rows are there',
    right: ['pass', 'inconclusive'],
    make: (r) => ({ baseline: healthy(r), canary: r.shuffled(healthy(r)) }),
  },
  {
    name: 'rows out of order, five times the errors',
    why: 'all rows are there',
    right: NEVER_PASS,
    make: (r) => ({ baseline: healthy(r), canary: r.shuffled(errors(r, 0.05, 500)) }),
  },
  {
    name: 'NaN as a bare word in every 20th row',
    why: 'the rest is enough; named',
    right: NEVER_FAIL,
    says: /line|NaN/,
    make: changed(every20th((row) => text({ ...row, value: 1e99 }).replace('1e+99', 'NaN'))),
  },
  {
    name: 'null in every 20th row',
    why: 'the rest is enough; named',
    right: NEVER_FAIL,
    says: /null/,
    make: changed(every20th((row) => ({ ...row, value: null }))),
  },
  { name: 'null in every row of the new one', why: 'no data', right: REFUSED, says: /null/, make: changed((row) => ({ ...row, value: null })) },
  {
    name: 'numbers as text in every row',
    why: 'refused or read, and named',
    right: NEVER_FAIL.concat('error'),
    says: /"0\.0|line/,
    make: changed((row) => ({ ...row, value: String(row.value) })),
  },
  {
    name: 'a share above 1: per cents on both sides',
    why: 'not a share, or said so',
    right: REFUSED.concat('pass'),
    says: /per ?cent|share|above|at most 1|value/,
    make: (r) => ({ baseline: field(errors(r, 0.03, 500), percent), canary: field(errors(r, 0.03, 500), percent) }),
  },
  {
    name: 'per cents on the new side alone, equal',
    why: 'mixed units',
    right: REFUSED,
    says: /per ?cent|unit|share|value/,
    make: (r) => ({ baseline: errors(r, 0.03, 500), canary: field(errors(r, 0.03, 500), percent) }),
  },
  {
    name: 'milliseconds, then seconds',
    why: 'a thousandfold better is another unit',
    right: REFUSED,
    says: /unit/,
    make: (r) => ({ baseline: replies(r), canary: replies(r, 0.001) }),
  },
  {
    name: 'seconds, then milliseconds',
    why: 'a thousandfold worse is another unit, or harm',
    right: NEVER_PASS,
    says: /unit/,
    make: (r) => ({ baseline: replies(r, 0.001), canary: replies(r) }),
  },
  {
    name: 'bytes, then mebibytes',
    why: 'another unit',
    right: REFUSED,
    says: /unit/,
    make: (r) => ({ baseline: values('memory', 'gauge', () => r.normal(5e8, 1e7)), canary: values('memory', 'gauge', () => r.normal(5e8, 1e7) / 1048576) }),
  },
  {
    name: 'half of the new one in seconds, half in milliseconds',
    why: 'mixed units',
    right: NEVER_PASS,
    make: (r) => ({ baseline: replies(r), canary: field(replies(r), (row, i) => ({ ...row, value: Number(row.value) * (i % 2 ? 1 : 0.001) })) }),
  },
  {
    name: 'negative reply times in every 20th row',
    why: 'impossible; named',
    right: NEVER_FAIL,
    says: /-\d|negative/,
    make: (r) => ({
      baseline: replies(r),
      canary: field(
        replies(r),
        every20th((row) => ({ ...row, value: -1 })),
      ),
    }),
  },
  {
    name: 'negative counts',
    why: 'impossible; named',
    right: REFUSED,
    says: /-\d|negative/,
    make: (r) => ({ baseline: values('restarts', 'count', () => r.poisson(2)), canary: values('restarts', 'count', () => -1 - r.poisson(2)) }),
  },
  { name: 'n missing in a rate', why: 'a share of nothing known', right: REFUSED, says: /\bn\b/, make: changed((row) => ({ ...row, n: undefined })) },
  { name: 'n is negative', why: 'impossible; named', right: REFUSED, says: /\bn\b/, make: changed((row) => ({ ...row, n: -5 })) },
  {
    name: 'one value of 1e308',
    why: 'one outlier proves nothing',
    right: NEVER_FAIL,
    make: (r) => ({ baseline: replies(r), canary: field(replies(r), (row, i) => (i === 50 ? { ...row, value: 1e308 } : row)) }),
  },
  { name: 'all values near 1e300, equal', why: 'equal', right: NEVER_FAIL, make: (r) => ({ baseline: replies(r, 1e300), canary: replies(r, 1e300) }) },
  {
    name: 'the last line was cut',
    why: 'the rest is enough; named',
    right: NEVER_FAIL,
    says: /line/,
    make: changed((row, i) => (i === 119 ? text(row).slice(0, 30) : row)),
  },
  {
    name: 'an unknown kind',
    why: 'refused with the value',
    right: REFUSED,
    says: /histogram/,
    make: (r) => ({
      baseline: field(healthy(r), (row) => ({ ...row, kind: 'histogram' })),
      canary: field(healthy(r), (row) => ({ ...row, kind: 'histogram' })),
    }),
  },
  { name: 'an unknown direction', why: 'refused with the value', right: REFUSED, says: /bigger/, make: changed((row) => ({ ...row, worse: 'bigger' })) },
  {
    name: 'a rate on one side, a gauge on the other',
    why: 'not comparable',
    right: REFUSED,
    says: /kind|gauge/,
    make: changed((row) => ({ ...row, kind: 'gauge' })),
  },
  {
    name: 'worse higher on one side, lower on the other',
    why: 'not decidable',
    right: REFUSED,
    says: /worse|direction/,
    make: changed((row) => ({ ...row, worse: 'lower' })),
  },
  {
    name: 'names with quotes, line breaks and emoji',
    why: 'a name is a name',
    right: ['pass'],
    make: (r) => ({ baseline: odd(healthy(r)), canary: odd(healthy(r)) }),
  },
  {
    name: 'names of prototype members (constructor, __proto__)',
    why: 'a name is a name',
    right: ['pass'],
    make: (r) => ({
      baseline: named(healthy(r), '__proto__').concat(named(healthy(r), 'constructor')),
      canary: named(healthy(r), '__proto__').concat(named(healthy(r), 'constructor')),
    }),
  },
  {
    name: 'a byte order mark and CRLF',
    why: 'a file of another system',
    right: ['pass'],
    make: (r) => ({ baseline: healthy(r).map((row, i) => `${i === 0 ? '\uFEFF' : ''}${text(row)}\r`), canary: healthy(r).map((row) => `${text(row)}\r`) }),
  },
  {
    name: 'empty lines between rows',
    why: 'harmless',
    right: ['pass'],
    make: (r) => ({ baseline: healthy(r).flatMap((row) => [row, '']), canary: healthy(r).flatMap((row) => [row, '  ']) }),
  },
  {
    name: 'one JSON array in place of lines',
    why: 'refused, and says which form',
    right: REFUSED,
    says: /line/,
    make: (r) => ({ baseline: [JSON.stringify(healthy(r))], canary: [JSON.stringify(healthy(r))] }),
  },
  {
    name: 'text of Prometheus',
    why: 'refused, and says which form',
    right: REFUSED,
    says: /line/,
    make: () => ({ baseline: ['# TYPE x counter', 'x{a="b"} 17'], canary: ['# TYPE x counter', 'x{a="b"} 18'] }),
  },
  {
    name: 'the files are the same file',
    why: 'a copy of the old one says nothing of the new one',
    right: ['inconclusive'],
    says: /same|cop|identical/,
    make: (r) => {
      const rows = healthy(r);
      return { baseline: rows, canary: rows };
    },
  },
];

const percent = (row: Record<string, unknown>): Line => ({ ...row, value: Number(row.value) * 100 });
const named = (rows: Line[], metric: string): Line[] => field(rows, (row) => ({ ...row, metric }));
const odd = (rows: Line[]): Line[] => named(rows, 'a "b"\n\t{c="d"} 🐤');
