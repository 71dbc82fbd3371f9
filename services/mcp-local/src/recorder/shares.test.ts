// What each process of a service had per second: differences of what the edge counts, bounded, and none where nothing can be compared.
import { expect, test } from 'vitest';
import { createShares } from './shares.ts';

const revision = { revision: 'a'.repeat(40), launch: 'x', port: 1, replicas: [{ launch: 'y', pid: 2, mark: 'm', port: 2, ready: true }] };
const counted = (port: number, requests: number, errors = 0) => ({ port, requests, errors, ms: requests * 5, inFlight: port });

test('it is the difference of two looks, by the name of the process', () => {
  const shares = createShares();
  shares.add('back', revision, [counted(1, 10, 1), counted(2, 10)], 1000);
  shares.add('back', revision, [counted(1, 14, 3), counted(2, 19)], 2000);
  const common = { t: 2000, entity: 'back', revision: revision.revision };
  expect(shares.since(0)).toEqual([
    { ...common, process: 'x', requests: 4, errors: 2, ms: 20, waiting: 1 },
    { ...common, process: 'y', requests: 9, errors: 0, ms: 45, waiting: 2 },
  ]);
});

test('one process alone is compared with nothing, and an edge that counts from the beginning again gives no negative share', () => {
  const shares = createShares();
  for (const t of [1000, 2000]) shares.add('back', { ...revision, replicas: [] }, [counted(1, t)], t);
  expect(shares.since(0)).toEqual([]);
  shares.add('back', revision, [counted(1, 5), counted(2, 5)], 3000);
  expect(shares.since(0)).toEqual([]);
});

test('only the last minute is kept', () => {
  const shares = createShares();
  for (let t = 0; t <= 90_000; t += 1000) shares.add('back', revision, [counted(1, t), counted(2, t)], t);
  expect(shares.since(0).length).toBeLessThanOrEqual(122);
  expect(Math.min(...shares.since(0).map((row) => row.t))).toBeGreaterThanOrEqual(29_000);
});
