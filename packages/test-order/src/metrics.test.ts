// The measures of an order, against values worked out by hand.
import { expect, test } from 'vitest';
import { apfd, apfdc, napfd, ranWithin } from './metrics.ts';

const order = (verdicts: string, durations: number[] = []) => [...verdicts].map((verdict, i) => ({ failed: verdict === 'F', durationMs: durations[i] ?? 10 }));

test.each([
  ['FPPP', 0.875],
  ['PPPF', 0.125],
  ['FF', 0.5],
  ['F', 0.5],
  ['PFPF', 1 - 6 / 8 + 1 / 8],
])('APFD of %s', (verdicts, value) => {
  expect(apfd(order(verdicts))).toBeCloseTo(value, 12);
});

test('where nothing fails there is no measure, because no order is better than another', () => {
  expect([apfd(order('PPP')), apfdc(order('PPP')), napfd(order('PPP'), 2), apfd([])]).toEqual([null, null, null, null]);
});

test('APFDc is APFD where all tests take as long, and better where the failing one is short', () => {
  expect(apfdc(order('PFPF'))).toBeCloseTo(apfd(order('PFPF')) ?? 0, 12);
  expect(apfdc(order('FP', [1, 9]))).toBeCloseTo(0.95, 12);
  expect(apfdc(order('PF', [1, 9]))).toBeCloseTo(0.45, 12);
});

test('NAPFD counts what a budget leaves out against the order', () => {
  expect(napfd(order('FPPF'), 4)).toBeCloseTo(apfd(order('FPPF')) ?? 0, 12);
  expect(napfd(order('FPPF'), 2)).toBeCloseTo(0.5 - 1 / 8 + 0.5 / 8, 12);
  expect(napfd(order('PPPF'), 2)).toBe(0);
});

test('a budget is a share of the time, and one test always runs', () => {
  expect([0.1, 0.25, 0.5, 1].map((share) => ranWithin(order('PPPP'), share))).toEqual([1, 1, 2, 4]);
  expect(ranWithin(order('PPP', [80, 10, 10]), 0.5)).toBe(1);
});
