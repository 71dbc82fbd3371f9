// Quantiles and bounds from histograms.
import { describe, expect, it } from 'vitest';
import { bucketOf, quantile, shareBeyond, slowerThan } from './histogram.ts';

const bounds = [1, 2, 5, 10];

describe('histograms', () => {
  it('interpolate a quantile within its bucket', () => {
    expect(quantile([0, 0, 100, 0, 0], bounds, 0.5)).toBeCloseTo(3.5);
    expect(quantile([50, 0, 50, 0, 0], bounds, 0.5)).toBe(1);
  });

  it('have no quantile without requests, because zero would look fast', () => {
    expect(quantile([0, 0, 0, 0, 0], bounds, 0.5)).toBeNull();
  });

  it('give the last bound for what lies in the open bucket', () => {
    expect(quantile([0, 0, 0, 0, 7], bounds, 0.99)).toBe(10);
  });

  it('count what is slower than a bucket', () => {
    expect(slowerThan([90, 5, 3, 1, 1], 1)).toEqual({ n: 100, bad: 5 });
    expect(bucketOf(4, bounds)).toBe(2);
    expect(bucketOf(99, bounds)).toBe(3);
  });

  it('tell which share took longer, between bounds too', () => {
    expect(shareBeyond([50, 0, 50, 0, 0], bounds, 3.5)).toBeCloseTo(0.25);
    expect(shareBeyond([50, 0, 50, 0, 0], bounds, -1)).toBe(1);
    expect(shareBeyond([0, 0, 0, 0, 7], bounds, 50)).toBe(1);
    expect(shareBeyond([0, 0, 0, 0, 0], bounds, 1)).toBe(0);
  });
});
