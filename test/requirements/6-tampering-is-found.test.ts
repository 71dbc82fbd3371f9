// Promise 6 at its smoke size: copies of a store with every goal changed in some way. `npm run chaos -- --promise 6` is the full one.
import { expect, test } from 'vitest';
import { tamper } from '../chaos/tamper.ts';

const SEED = 6;

test('what was edited, deleted, reordered, cut off or replaced in the store is named with its place, and nothing else is', async () => {
  const { counts, violations, recovery } = await tamper.run({ size: { goals: 120, faults: 300 }, seed: SEED, report: (line) => console.log(line) });
  console.log(`seed ${SEED}`, counts, recovery);
  expect(violations).toEqual([]);
  expect(counts).toMatchObject({ manipulations: 300 });
});
