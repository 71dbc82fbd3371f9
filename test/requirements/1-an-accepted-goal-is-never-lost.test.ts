// Promise 1 at its smoke size: random processes and nats-server are killed while goals run. `npm run chaos -- --promise 1` is the full one.
import { expect, test } from 'vitest';
import { neverLost } from '../chaos/never-lost.ts';

const SEED = 1;

test('every accepted goal ends, with an unbroken history, though any process and nats-server may be killed at any moment', async () => {
  const { counts, violations, recovery } = await neverLost.run({ size: { goals: 100, faults: 300 }, seed: SEED, report: (line) => console.log(line) });
  console.log(`seed ${SEED}`, counts, recovery);
  expect(violations).toEqual([]);
  expect(counts['goals accepted']).toBe(100);
});
