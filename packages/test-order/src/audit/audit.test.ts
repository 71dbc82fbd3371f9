// The randomised audit of the selection: the draw is fair and repeatable, the estimate unbiased, the bound holds.
import { seededRandom } from '@awo/analysis';
import type { AuditPolicy, AuditRecord } from '@awo/contracts';
import { expect, test } from 'vitest';
import { drawSuites } from './draw.ts';
import { estimateMisses, missWords, wideningReason } from './estimate.ts';

const suites = Array.from({ length: 40 }, (_, i) => `services/s${i}`);
const record = (audited: number, missed: number, more: Partial<AuditRecord> = {}): AuditRecord => ({
  of: 'g1',
  base: 'a'.repeat(40),
  head: 'b'.repeat(40),
  goal: 'g2',
  at: '2026-01-01T00:00:00Z',
  leftOut: 10,
  probability: 0.5,
  seed: 's',
  audited: suites.slice(0, audited),
  missed: suites.slice(0, missed).map((suite) => ({ suite, failing: 'x' })),
  failedBefore: [],
  ...more,
});
const policy = (more: Partial<AuditPolicy> = {}): AuditPolicy => ({ share: 0.1, bound: 0.05, strict: false, ...more });

test('the draw can be repeated from its seed, and a suite is drawn or not whatever others are left out', () => {
  const drawn = drawSuites(suites, 0.3, 'seed');
  expect(drawSuites(suites, 0.3, 'seed')).toEqual(drawn);
  expect(drawSuites(suites.slice(7, 20), 0.3, 'seed')).toEqual(drawn.filter((suite) => suites.slice(7, 20).includes(suite)));
  expect([drawSuites(suites, 0, 'seed'), drawSuites(suites, 1, 'seed')]).toEqual([[], suites]);
});

test('over many draws the estimate is the truth on average, and the bound is below it no more often than in 5 % of them', () => {
  // 3 of 40 left-out suites would have failed, in one module: that they come together must not matter.
  const bad = new Set(suites.slice(0, 3));
  let sum = 0;
  let tooLow = 0;
  const rounds = 3000;
  for (let i = 0; i < rounds; i += 1) {
    const drawn = drawSuites(suites, 0.25, `round ${i}`);
    const missed = drawn.filter((suite) => bad.has(suite)).map((suite) => ({ suite, failing: '' }));
    const estimate = estimateMisses([record(0, 0, { audited: drawn, missed, leftOut: 40, probability: 0.25 })], 0.05);
    sum += estimate.expectedMisses;
    if (estimate.upper < 3 / 40) tooLow += 1;
  }
  expect(sum / rounds).toBeCloseTo(3, 0);
  expect(Math.abs(sum / rounds - 3)).toBeLessThan(0.15);
  expect(tooLow / rounds).toBeLessThanOrEqual(0.05);
});

test.each<[title: string, records: AuditRecord[], more: Partial<AuditPolicy>, expected: RegExp | null]>([
  ['nothing is known yet: the selection is trusted', [], {}, null],
  ['nothing is known yet, and it has to be proven first', [], { strict: true }, /0 of 0 missed.*until 59 more suites/],
  ['nothing missed in too few audits is no reason to widen', [record(10, 0)], {}, null],
  ['enough audits prove the bound', Array.from({ length: 6 }, () => record(10, 0)), { strict: true }, null],
  ['a miss in few audits', [record(10, 1)], {}, /1 of 10 missed, at most 39\.4 % at 95 %: more than the bound of 5 %/],
  ['a miss in very many', [record(1, 1), ...Array.from({ length: 10 }, () => record(10, 0))], {}, null],
  ['a bound that allows it', [record(10, 1)], { bound: 0.4 }, null],
])('%s', (_title, records, more, expected) => {
  const reason = wideningReason(estimateMisses(records, policy(more).bound), policy(more));
  if (expected === null) expect(reason).toBeNull();
  else expect(reason).toMatch(expected);
});

test('the bounds are those of the textbook: 0 of 59 proves 5 %, and the rule of three holds', () => {
  expect(
    missWords(
      estimateMisses(
        Array.from({ length: 59 }, () => record(1, 0)),
        0.05,
      ),
    ),
  ).toBe('0 of 59 missed, at most 5 % at 95 %');
  const random = seededRandom(1);
  for (let i = 0; i < 20; i += 1) {
    const n = 100 + Math.floor(random() * 400);
    expect(
      estimateMisses(
        Array.from({ length: n }, () => record(1, 0)),
        0.05,
      ).upper,
    ).toBeCloseTo(3 / n, 2);
  }
});
