// Promise 3 at its smoke size: workers are held for three leases in mid-step and let go. `npm run chaos -- --promise 3` is the full one.
import { expect, test } from 'vitest';
import { staleWorker } from '../chaos/stale-worker.ts';

const SEED = 3;

test('a worker that was stopped, cut off or has a wrong clock acts no more once it was overtaken, because its fence is old', async () => {
  const { counts, violations, recovery } = await staleWorker.run({ size: { goals: 100, faults: 300 }, seed: SEED, report: (line) => console.log(line) });
  console.log(`seed ${SEED}`, counts, recovery);
  expect(violations).toEqual([]);
  // Or nobody was overtaken.
  expect(counts['asked for with an old fence']).toBeGreaterThan(0);
});
