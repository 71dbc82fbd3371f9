// What is kept of the spans of an environment, and what of it fits into an answer.
import { expect, test } from 'vitest';
import { createKeptSpans, type KeptSpans } from './kept-spans.ts';
import { nextShare, WHOLE } from './share.ts';
import type { SeenSpan } from './span.ts';

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;
const span = (trace: string, i: number, change: Partial<SeenSpan> = {}): SeenSpan => ({
  trace,
  span: `${trace}-${i}`,
  parent: i === 0 ? null : `${trace}-${i - 1}`,
  above: null,
  entity: `s${i}`,
  name: 'GET /',
  start: NOW,
  durationMs: 3,
  error: false,
  ...change,
});
const put = (kept: KeptSpans, trace: string, n: number, change: Partial<SeenSpan> = {}, now = NOW): void =>
  kept.add(
    Array.from({ length: n }, (_, i) => span(trace, i, change)),
    now,
  );
const ALL = 1e9;
const sizes = (spans: readonly { trace: string }[]): number[] => [...Map.groupBy(spans, (s) => s.trace).values()].map((of) => of.length);

test('where the service reports elsewhere the span of the edge above stands in for a parent that nobody told of', () => {
  const kept = createKeptSpans();
  kept.add([span('t', 0), span('t', 1, { parent: 'in the service', above: 't-0' }), span('t', 2, { parent: 't-1', above: 't-0' })], NOW);
  kept.add([span('u', 0, { parent: 'a customer', above: 'of another edge' })], NOW);
  const parents = Object.fromEntries(kept.since(0, ALL, NOW).map((s) => [s.span, s.parent]));
  expect(parents).toEqual({ 't-0': null, 't-1': 't-0', 't-2': 't-1', 'u-0': 'a customer' });
  expect(kept.since(0, ALL, NOW).some((s) => 'above' in s)).toBe(false);
});

test('what the service tells itself links by ids, in whatever order the two come', () => {
  const kept = createKeptSpans();
  kept.add([span('t', 0), span('t', 2, { parent: 'client', above: 't-0' })], NOW);
  kept.add([{ ...span('t', 1), span: 'client', parent: 't-0' }], NOW);
  expect(kept.since(0, ALL, NOW).find((s) => s.span === 't-2')?.parent).toBe('client');
});

test('what is told twice is there once, and what has no place on our clock is not there', () => {
  const kept = createKeptSpans();
  put(kept, 't', 2);
  put(kept, 't', 2);
  put(kept, 'future', 1, { start: NOW + 10 * MINUTE });
  put(kept, 'old', 1, { start: NOW - 60 * MINUTE });
  put(kept, 'never', 1, { start: Number.NaN });
  put(kept, 'negative', 1, { durationMs: -1 });
  expect(kept.since(0, ALL, NOW)).toHaveLength(2);
  // Nor does it take anybody's place.
  for (let i = 0; i < 30_000; i += 1) put(kept, `t${i % 20}`, 1);
  expect(kept.since(0, ALL, NOW)).toHaveLength(22);
});

test('of too many, whole traces are left out, the same ones whoever decides, and it never grows beyond its bound', () => {
  const [kept, other] = [createKeptSpans(), createKeptSpans()];
  let most = 0;
  for (let i = 0; i < 15_000; i += 1) {
    put(kept, `t${i}`, 3, { start: NOW - 1000 });
    put(other, `t${i}`, 3, { start: NOW - 1000 });
    if (i % 500 === 0) most = Math.max(most, kept.since(0, ALL, NOW).length);
  }
  const left = kept.since(0, ALL, NOW);
  expect(most).toBeLessThanOrEqual(20_000);
  expect(left.length).toBeGreaterThan(8000);
  expect(sizes(left).every((size) => size === 3)).toBe(true);
  expect(other.since(0, ALL, NOW)).toEqual(left);
});

test('long names are bounded by bytes, one trace without end by its spans, and what is old goes', () => {
  const kept = createKeptSpans();
  for (let i = 0; i < 6000; i += 1) put(kept, `t${i}`, 1, { name: 'x'.repeat(4000) });
  expect(kept.since(0, ALL, NOW).length * 4000).toBeLessThanOrEqual(8 * 1024 * 1024);
  const other = createKeptSpans();
  put(other, 'endless', 5000);
  expect(other.since(0, ALL, NOW)).toHaveLength(200);
  put(kept, 'next', 1, { start: NOW + 16 * MINUTE }, NOW + 16 * MINUTE);
  expect(kept.since(0, ALL, NOW + 16 * MINUTE).every((s) => s.trace === 'next')).toBe(true);
});

test('an answer has whole traces, no more than fit, and half of it of the last minute, which is what the incident is seen by', () => {
  const kept = createKeptSpans();
  for (let i = 0; i < 3000; i += 1) put(kept, `t${i}`, 3, { start: NOW - (i < 2700 ? 5 * MINUTE + i : 1000) });
  const answer = kept.since(NOW - 10 * MINUTE, 60_000, NOW);
  expect(JSON.stringify(answer).length).toBeLessThanOrEqual(60_000);
  expect(JSON.stringify(answer).length).toBeGreaterThan(40_000);
  expect(sizes(answer).every((size) => size === 3)).toBe(true);
  const newest = answer.filter((s) => s.start > NOW - MINUTE).length / answer.length;
  expect(newest).toBeGreaterThan(0.4);
  expect(newest).toBeLessThan(0.6);
  expect(kept.since(NOW - 10 * MINUTE, 60_000, NOW)).toEqual(answer);
  expect(kept.since(NOW - MINUTE, ALL, NOW)).toHaveLength(900);
  expect(kept.since(0, 0, NOW)).toEqual([]);
});

test.each([
  ['few: all of them', WHOLE, 50, WHOLE],
  ['ten times too many: a tenth, at once', WHOLE, 2000, WHOLE / 10],
  ['few again: twice as many as before, as one quiet second tells little', WHOLE / 10, 50, WHOLE / 5],
  ['none at all', WHOLE, 0, WHOLE],
])('the share where %s', (_, share, offered, next) => {
  expect(nextShare(share, offered, 200)).toBe(next);
});
