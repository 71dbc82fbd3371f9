// Promise 8 at its smoke size: one fault after another while goals are in flight. `npm run chaos -- --promise 8` is the full one.
import { expect, test } from 'vitest';
import { breakOneByOne } from '../chaos/stuck/never-stuck.ts';

const SEED = 8;
const report = (line: string) => console.log(line);

test('after every fault each open step goes on within 30 s of the cure, or its goal ends as needs-human with the reason', async () => {
  const { counts, violations, recovery } = await breakOneByOne({ size: { goals: 12, faults: 8 }, seed: SEED, report }, 'smoke');
  console.log(`seed ${SEED}`, counts, recovery);
  expect(violations).toEqual([]);
  expect(counts['hopeless, ended needs-human']).toBe(4);
  expect(counts['ended done']).toBeGreaterThan(50);
});
