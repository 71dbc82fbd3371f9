// Leaks are told from processes that only fill up after their start.
import { seededRandom } from '@awo/analysis';
import { describe, expect, it } from 'vitest';
import { judgeGrowth, type GrowthSample } from './growth.ts';
import { theilSen } from './trend.ts';

const MB = 1024 * 1024;
const samples = (seconds: number, at: (s: number) => number, rps = 20): GrowthSample[] =>
  Array.from({ length: seconds + 1 }, (_, s) => ({ atMs: s * 1000, value: Math.round(at(s) * MB), work: Math.round(rps * s) }));
const noise = seededRandom(5);
const judgeMemory = (list: readonly GrowthSample[], before: number | null) =>
  judgeGrowth(list, before, { fillUp: 24 * MB, loss: 48 * MB, doublingSeconds: 60 });

describe('memory', () => {
  it('growing 20 MB/s is found after 5 s', () => {
    expect(
      judgeMemory(
        samples(5, (s) => 60 + 20 * s),
        80 * MB,
      ),
    ).toMatchObject({ kind: 'growing', perSecond: 20 * MB });
  });

  it('growing 3 MB/s is found after 17 s, and is suspicious before', () => {
    expect(
      judgeMemory(
        samples(17, (s) => 60 + 3 * s + noise()),
        80 * MB,
      ).kind,
    ).toBe('growing');
    expect(
      judgeMemory(
        samples(9, (s) => 60 + 3 * s),
        80 * MB,
      ).kind,
    ).toBe('suspicious');
  });

  it('of a fresh process that fills up by 60 MB and slows down is no leak', () => {
    for (let s = 5; s <= 40; s++)
      expect(
        judgeMemory(
          samples(s, (t) => 60 + 60 * (1 - Math.exp(-t / 6))),
          110 * MB,
        ).kind,
        `after ${s} s`,
      ).not.toBe('growing');
  });

  it('that a garbage collector brings down again and again is no leak', () => {
    expect(
      judgeMemory(
        samples(30, (s) => 70 + 8 * (s % 6) + noise()),
        80 * MB,
      ).kind,
    ).toBe('steady');
  });

  it('that stays below what the old one needs is no leak yet', () => {
    expect(
      judgeMemory(
        samples(20, (s) => 60 + 4 * s),
        300 * MB,
      ).kind,
    ).toBe('suspicious');
  });

  it('growing because the weight was raised is judged per request', () => {
    const stepUp = Array.from({ length: 16 }, (_, s) => ({
      atMs: s * 1000,
      work: s < 8 ? 4 * s : 32 + 40 * (s - 8),
      value: Math.round((60 + (s < 8 ? 1.2 * s : 9.6 + 4 * (s - 8))) * MB),
    }));
    expect(judgeMemory(stepUp, 90 * MB).kind).not.toBe('growing');
  });

  it('is unknown after four looks', () => {
    expect(
      judgeMemory(
        samples(3, (s) => 60 + 20 * s),
        null,
      ).kind,
    ).toBe('unknown');
  });
});

describe('Theil-Sen', () => {
  it('is not bent by one outlier in ten', () => {
    const points = Array.from({ length: 20 }, (_, x) => ({ x, y: x === 7 ? 1000 : 2 * x }));
    expect(theilSen(points)?.slope).toBeCloseTo(2, 1);
  });

  it('has bounds around zero for noise', () => {
    const trend = theilSen(Array.from({ length: 30 }, (_, x) => ({ x, y: noise() })));
    expect(trend?.low).toBeLessThan(0);
    expect(trend?.high).toBeGreaterThan(0);
  });
});
