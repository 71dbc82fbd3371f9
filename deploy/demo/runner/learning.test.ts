// The mistake of the demo that tests see, tested again and again by the command that anybody types.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildShop } from '../shop.ts';
import { awoAt } from './awo.ts';
import { playLearning } from './learning.ts';
import type { Played } from './played.ts';
import { summary } from './summary.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'demo-learning-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

test('what failed in the first run comes first in the fifth, which is shown once and told at the end', { timeout: 180_000 }, async () => {
  const shop = join(folder, 'shop');
  await buildShop(shop);
  const played: Played = { v: 1, salt: 'salt', releases: [] };
  const said: string[] = [];
  const signal = new AbortController().signal;
  const stage = { awo: awoAt(join(folder, 'home'), signal), shop, played, save: async () => {}, say: (line: string) => said.push(line), signal };
  expect(await playLearning(stage)).toBe(0);
  const time = expect.any(Number) as number;
  expect(played.learning).toEqual({
    ref: 'round-down',
    runs: 5,
    first: { firstFailureMs: time, suite: 'packages-money' },
    last: { firstFailureMs: time, suite: 'services-cart' },
  });
  expect(said.at(-1)).toMatch(/run 5: the first failure after .* first came services-cart: it failed when it ran last/);
  expect(summary(played, { trace: null }).join('\n')).toMatch(/round-down +told of by its tests: .* when packages-money came first/);
  expect(await playLearning(stage)).toBe(0);
  expect(said.at(-1)).toContain('played before');
});
