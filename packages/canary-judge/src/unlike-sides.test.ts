// Sides that are read, grouped or written in unlike ways: what that alone does is no harm, and hides none.
import { expect, test } from 'vitest';
import { withoutCopies } from './copies.ts';
import { inertiaOfCounts } from './dispersion.ts';
import { judgeCanary } from './judge.ts';
import { Policy } from './policy.ts';
import { readRows } from './read-rows.ts';
import { both, changed, counts, errors, gauge, latency, usual, type Raw, type Side } from './testing/cases.ts';

const linesOf = (all: Raw[]): string[] => all.map((row) => JSON.stringify(row));
const judge = async (baseline: Raw[], canary: Raw[]) =>
  judgeCanary(await readRows([linesOf(baseline)], 'b.jsonl', 'baseline'), await readRows([linesOf(canary)], 'c.jsonl', 'canary'), Policy.parse({}));
const route = (side: Side, name: string): Side => changed(side, (row) => ({ ...row, labels: { route: name } }));

test('a route that became better does not pay for one that became worse', async () => {
  const old = both(route(errors(0.05), '/a'), route(errors(0.01), '/b'));
  const fresh = both(route(errors(0.01), '/a'), route(errors(0.05), '/b'));
  expect(await judge(old(1), fresh(2))).toMatchObject({ verdict: 'fail', because: expect.stringContaining('route=/b alone') as string });
});

test('routes that do not differ are told as one: the effect is that of all requests', async () => {
  const side = both(route(errors(0.01), '/a'), route(errors(0.01), '/b'));
  const shareOf = (all: Raw[]): number => all.reduce((sum, row) => sum + Number(row['value']) / all.length, 0);
  const [old, fresh] = [side(2), side(3)];
  expect((await judge(old, fresh)).metrics[0]?.effect).toBeCloseTo(shareOf(fresh) - shareOf(old), 5);
});

test('twice the events in intervals of twice the length are no rise, and four times are one', async () => {
  const slow = (mean: number): Raw[] => counts(mean)(2).flatMap((row, i) => (i % 2 === 0 ? [row] : []));
  expect((await judge(counts(3)(1), slow(6))).verdict).not.toBe('fail');
  expect((await judge(counts(3)(1), slow(12))).verdict).toBe('fail');
});

test('values that wander far apart are few observations, though their ranks stand still', async () => {
  const wandering: Side = (seed) => {
    let at = seed % 2 === 0 ? 2 : -2;
    return gauge((r) => 60 + 5 * (at = 0.97 * at + 0.24 * r.normal()))(seed);
  };
  const verdicts = await Promise.all([1, 3, 5, 7, 9, 11].map(async (seed) => (await judge(wandering(seed), wandering(seed + 1))).verdict));
  expect(verdicts.filter((v) => v === 'fail')).toHaveLength(0);
});

test('events that all fall on the canary keep their evidence, however they follow each other', () => {
  const ones = [1, 0, 0, 1, 2, 2, 1, 1, 1, 1, 2, 1, 1, 1, 1, 3, 2, 1].map((x) => Math.sqrt(x / 61));
  expect(inertiaOfCounts(ones)).toBe(1);
});

test('a slow beginning that holds most of the evidence is a warm-up, also where the rest is not shown to be no worse yet', async () => {
  const cold = latency((r, i) => usual(i < 7 ? 4 : 1, 0.4)(r));
  const verdicts = await Promise.all([6, 7, 10, 15, 17].map(async (seed) => (await judge(latency(usual(1, 0.4))(2 * seed), cold(2 * seed + 1))).verdict));
  expect(verdicts.filter((v) => v === 'fail')).toHaveLength(0);
});

test('a file whose every row stands twice counts each once, and says so', async () => {
  const { leftOut, metrics } = await judge(
    errors(0.01)(1),
    errors(0.01)(2).flatMap((row) => [row, row]),
  );
  expect(leftOut).toMatchObject([{ file: 'canary', rows: 120, reason: 'repeated: every row of "errors" is there more than once' }]);
  expect(metrics[0]?.n).toEqual([24_000, 24_000]);
});

test('readings that happen to agree are no copies: two processes without an error, or single requests of one second', () => {
  const read = (values: number[][]) => values.flatMap((all, t) => all.map((value) => ({ t, metric: 'm', kind: 'rate' as const, value, n: 1 })));
  for (const values of [
    [
      [0, 0],
      [0.1, 0.1],
      [0.2, 0.3],
    ],
    Array.from({ length: 9 }, () => [0, 0, 0]),
    Array.from({ length: 9 }, (_, t) => [t / 10]),
  ])
    expect(withoutCopies(read(values))).toHaveLength(values.flat().length);
});
