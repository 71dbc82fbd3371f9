// The change whose tests have a gap, closed by the command that anybody types: a mistake that was seen by nobody is seen.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { git } from '../git.ts';
import { COUPONS_AS_MAP } from '../later-changes.ts';
import { buildShop } from '../shop.ts';
import { awoAt } from './awo.ts';
import { playGap } from './gap.ts';
import type { Played } from './played.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'demo-gap-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Whether the cart's tests pass at `ref`, as it is or with 6 % for the coupon of 5 %. */
async function passes(shop: string, ref: string, mistaken: boolean): Promise<boolean> {
  const dir = join(folder, `${ref}-${mistaken}`);
  await git(shop, ['worktree', 'add', '--quiet', '--detach', dir, ref]);
  const pricing = join(dir, 'services/cart/src/pricing.ts');
  if (mistaken) await writeFile(pricing, (await readFile(pricing, 'utf8')).replace("['WELCOME', 5]", "['WELCOME', 6]"));
  const { NODE_TEST_CONTEXT: _context, NODE_OPTIONS: _options, ...clean } = process.env;
  const env = { ...clean, PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ''}` };
  const run = (cwd: string, command: string, args: string[]): Promise<boolean> => {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    execFile(command, args, { cwd, env }, (error) => resolve(error === null));
    return promise;
  };
  expect(await run(dir, 'npm', ['ci', '--offline', '--no-audit', '--no-fund'])).toBe(true);
  return run(join(dir, 'services/cart'), 'node', ['--test']);
}

test('a mistake that no test of the change sees is seen by the generated ones, which are made once', { timeout: 180_000 }, async () => {
  const shop = join(folder, 'shop');
  await buildShop(shop);
  // As after a start that ended before anything was kept.
  await git(shop, ['branch', 'coupons-tested']);
  const played: Played = { v: 1, salt: 'salt', releases: [] };
  const said: string[] = [];
  const signal = new AbortController().signal;
  const stage = { awo: awoAt(join(folder, 'home'), signal), shop, played, save: async () => {}, say: (line: string) => said.push(line), signal };
  expect(await playGap(stage)).toBe(0);
  expect(played.gap).toEqual({ ref: COUPONS_AS_MAP.ref, branch: 'coupons-tested' });
  expect(await passes(shop, COUPONS_AS_MAP.ref, true)).toBe(true);
  expect(await passes(shop, 'coupons-tested', true)).toBe(false);
  expect(await passes(shop, 'coupons-tested', false)).toBe(true);
  expect(await playGap(stage)).toBe(0);
  expect(said.at(-1)).toContain('played before: coupons-tested');
});
