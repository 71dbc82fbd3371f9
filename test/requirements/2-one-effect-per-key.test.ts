// Promise 2 at its smoke size: whoever has to do with an effect is killed while it is half done. `npm run chaos -- --promise 2` is the full one.
import { expect, test } from 'vitest';
import { effectOnce } from '../chaos/effect-once.ts';

const SEED = 2;

test('no action takes effect twice and no unknown outcome is repeated, because it is claimed before it is called and looked at before it is called again', async () => {
  const { counts, violations, recovery } = await effectOnce.run({ size: { goals: 100, faults: 300 }, seed: SEED, report: (line) => console.log(line) });
  console.log(`seed ${SEED}`, counts, recovery);
  expect(violations).toEqual([]);
  // Or nothing was caught in the act.
  expect(counts['read back']).toBeGreaterThan(0);
});
