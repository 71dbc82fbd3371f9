// Bounds of shares.
import { expect, it } from 'vitest';
import { upperShare } from './bounds.ts';

it('knows nothing from no requests, and little from few', () => {
  expect(upperShare({ n: 0, bad: 0 })).toBe(1);
  expect(upperShare({ n: 20, bad: 0 })).toBeCloseTo(0.161, 2);
  expect(upperShare({ n: 10_000, bad: 10 })).toBeCloseTo(0.00184, 4);
});
