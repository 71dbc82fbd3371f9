// Promise 5 at its smoke size: ten thousand seeded histories of the real runtime. `npm run simulate` is the full one.
import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { howToRepeat, inWords, runSeeds } from './tally.ts';

const SEEDS = 10_000;

test('ten thousand histories under faults keep every promise; one that does not is repeated by its seed', async () => {
  const start = Date.now();
  const total = await runSeeds({ from: 1, seeds: SEEDS, jobs: availableParallelism() });
  console.log(inWords(total, Date.now() - start));
  expect(total.failures.map((failure) => howToRepeat(failure))).toEqual([]);
  expect(total.seeds).toBe(SEEDS);
  // Faults that never come, or goals that never end otherwise than well, would prove nothing.
  expect(total.kills).toBeGreaterThan(SEEDS / 10);
  expect(total.pauses).toBeGreaterThan(SEEDS / 10);
  expect(Object.keys(total.outcomes)).toEqual(expect.arrayContaining(['done', 'rolled-back', 'aborted', 'needs-human']));
});
