// The warehouse: two places that say the same, of which one can be slow, at the same addresses at every start.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openWarehouse } from './warehouse.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'demo-warehouse-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const asked = async (url: string): Promise<{ text: string; ms: number }> => {
  const began = performance.now();
  const text = await (await fetch(url)).text();
  return { text, ms: performance.now() - began };
};

test('its standby says the same and stays fast while the first place is slow', async () => {
  const { env, slow, close } = await openWarehouse(join(folder, 'ports.json'));
  slow(300);
  const [first, standby] = [await asked(`${env.STOCK_URL}/version`), await asked(`${env.STOCK_STANDBY_URL}/version`)];
  expect(standby.text).toBe(first.text);
  expect(first.ms).toBeGreaterThanOrEqual(290);
  slow(0);
  expect((await asked(`${env.STOCK_URL}/orders`)).text).toBe('noted');
  await close();
});

test('is where it was at the next start, as a repair may have switched to its standby', async () => {
  const file = join(folder, 'ports.json');
  const before = await openWarehouse(file);
  const other = await openWarehouse(file);
  expect(other.env.STOCK_URL, 'somebody else is there: another place is better than none').not.toBe(before.env.STOCK_URL);
  await Promise.all([before.close(), other.close()]);
  const again = await openWarehouse(file);
  expect(again.env).toEqual(other.env);
  await again.close();
});
