// Whole judgements: harm fails, no difference rarely does, and nothing passes without evidence.
import { seededRandom } from '@awo/analysis';
import { expect, test } from 'vitest';
import { judgeCanary } from './judge.ts';
import { Policy } from './policy.ts';
import { readRows } from './read-rows.ts';

const POLICY = Policy.parse({});
type Share = (i: number) => number;

function lines(seed: number, share: Share, points = 100): string[] {
  const random = seededRandom(seed);
  return Array.from({ length: points }, (_, i) => {
    const bad = Array.from({ length: 100 }, () => random()).filter((x) => x < share(i)).length;
    return JSON.stringify({ t: 10 * i, metric: 'errors', kind: 'rate', value: bad / 100, n: 100, worse: 'higher' });
  });
}

const verdictOf = async (baseline: string[], canary: string[]) =>
  judgeCanary(await readRows([baseline], 'b.jsonl', 'baseline'), await readRows([canary], 'c.jsonl', 'canary'), POLICY);

test('no difference fails at most alpha of the time, though every row is a look', async () => {
  let failed = 0;
  for (let seed = 0; seed < 200; seed++)
    if (
      (
        await verdictOf(
          lines(2 * seed + 1, () => 0.02),
          lines(2 * seed + 2, () => 0.02),
        )
      ).verdict === 'fail'
    )
      failed += 1;
  expect(failed).toBeLessThanOrEqual(14);
});

test.each<[string, Share, Share]>([
  ['three times the errors', () => 0.02, () => 0.06],
  ['errors where there were none', () => 0, () => 0.01],
  ['a crash in the last rows', () => 0.01, (i) => (i < 94 ? 0.01 : 0.6)],
])('%s fails', async (_, before, after) => {
  expect((await verdictOf(lines(1, before), lines(2, after))).verdict).toBe('fail');
});

test.each<[string, string[], RegExp]>([
  ['an empty canary', [], /^no-data/],
  ['four rows', lines(2, () => 0.01, 4), /^too-few-points/],
  ['another name', lines(2, () => 0.01).map((l) => l.replace('errors', 'error')), /^only-in-baseline/],
  ['rows of NaN', lines(2, () => 0.01).map((l, i) => (i % 3 === 0 ? l.replace(/"value":[^,]+/, '"value":NaN') : l)), /^unusable-rows/],
  ['a clock that is 300 s off', lines(2, () => 0.01).map((l) => l.replace(/"t":(\d+)/, (_, t: string) => `"t":${Number(t) + 300}`)), /^clock-skew/],
])('%s is inconclusive with its own reason', async (_, canary, because) => {
  expect(
    await verdictOf(
      lines(1, () => 0.01),
      canary,
    ),
  ).toMatchObject({ verdict: 'inconclusive', because: expect.stringMatching(because) as string });
});

test('a file without a single row is refused with line and value', async () => {
  await expect(readRows([['[{"t":1}]']], 'c.jsonl', 'canary')).rejects.toThrow(/c\.jsonl:1: \[\{"t":1\}\]/);
});
