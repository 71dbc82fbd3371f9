// The shop at each of its commits: built the same everywhere, started and tested by its own commands.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { findFreePort } from '@awo/free-port';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { CHEAPEST_FREE, RENAMED_KEY, ROUND_DOWN, SEARCH, STYLE } from './changes.ts';
import { COUPONS_AS_MAP } from './later-changes.ts';
import { edited } from './change.ts';
import { git } from './git.ts';
import { branchOff, buildShop, type Release } from './shop.ts';
import { nextRequest } from './customers/requests.ts';
import { randomFrom } from './random.ts';

let folder: string;
let shop: string;
let releases: Release[];

const SUITES = [
  { suite: 'packages/money', command: ['node', '--test'] },
  { suite: 'services/web', command: ['node', '--test'] },
  { suite: 'services/cart', command: ['node', '--test'] },
  { suite: 'services/catalog', command: ['python3', '-m', 'unittest'] },
] as const;

// The project's own Node goes first: the shop's `node` must be one that runs TypeScript.
const env: NodeJS.ProcessEnv = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ''}`, PYTHONDONTWRITEBYTECODE: '1' };

function run(dir: string, [command, ...args]: readonly string[]): Promise<{ code: number; output: string }> {
  const { promise, resolve } = Promise.withResolvers<{ code: number; output: string }>();
  // A test runner that finds itself inside another one reports to it instead of to people.
  const { NODE_TEST_CONTEXT: _context, NODE_OPTIONS: _options, ...clean } = env;
  execFile(command ?? '', args, { cwd: dir, env: clean }, (error, stdout, stderr) =>
    resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr }),
  );
  return promise;
}

async function checkout(ref: string): Promise<string> {
  const dir = join(folder, ref);
  await git(shop, ['worktree', 'add', '--quiet', '--detach', dir, ref]);
  const installed = await run(dir, ['npm', 'ci', '--offline', '--no-audit', '--no-fund']);
  expect(installed, installed.output).toMatchObject({ code: 0 });
  return dir;
}

async function failing(dir: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const { suite, command } of SUITES) {
    const { code, output } = await run(join(dir, suite), command);
    if (code !== 0) found[suite] = output;
  }
  return found;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'demo-shop-'));
  shop = join(folder, 'shop');
  releases = await buildShop(shop);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the repository', () => {
  test('has six releases whose ids are the same on every machine', async () => {
    const again = await buildShop(join(folder, 'again'));
    expect(again).toEqual(releases);
    expect(releases.map((r) => r.ref)).toEqual(['v1.0', STYLE.ref, SEARCH.ref, ROUND_DOWN.ref, RENAMED_KEY.ref, CHEAPEST_FREE.ref]);
  });

  test('keeps what somebody has added to it, as a second start must not take work away', async () => {
    const mine = join(folder, 'mine');
    await buildShop(mine);
    await git(mine, ['commit', '--allow-empty', '--quiet', '--message', 'Mine'], { name: 'Me', at: '2026-10-01T00:00:00Z' });
    const head = await git(mine, ['rev-parse', 'HEAD']);
    await buildShop(mine);
    expect(await git(mine, ['rev-parse', 'HEAD'])).toBe(head);
  });

  test('is not made where something else is, as that could be anything', async () => {
    await expect(buildShop(shop, [STYLE])).rejects.toThrow('holds another shop');
  });

  test('builds each change on the last good one, so that the last does not carry the failing one', async () => {
    const [, , search] = releases;
    expect(await git(shop, ['rev-parse', `${CHEAPEST_FREE.ref}^`])).toBe(search?.sha);
    expect(await git(shop, ['rev-parse', `${ROUND_DOWN.ref}^`])).toBe(search?.sha);
  });

  test('takes a branch beside what somebody is at work on, once, with the same id everywhere', async () => {
    const mine = join(folder, 'branched');
    await buildShop(mine);
    await writeFile(join(mine, 'README.md'), 'mine');
    const ids: string[] = [];
    for (const _ of [1, 2]) {
      await branchOff(mine, COUPONS_AS_MAP, SEARCH.ref);
      ids.push(await git(mine, ['rev-parse', COUPONS_AS_MAP.ref]));
    }
    await branchOff(shop, COUPONS_AS_MAP, SEARCH.ref);
    expect(ids).toEqual(Array.from({ length: 2 }, () => ids[0]));
    expect(await git(shop, ['rev-parse', COUPONS_AS_MAP.ref])).toBe(ids[0]);
    expect(await git(mine, ['status', '--short'])).toBe(' M README.md');
  });

  test('refuses an edit that finds nothing, as the release would be empty', () => {
    expect(() => edited('a', { path: 'x', find: 'b', replace: 'c' })).toThrow('0 times');
  });
});

describe('its own tests', () => {
  test.each(['v1.0', STYLE.ref, SEARCH.ref, CHEAPEST_FREE.ref, COUPONS_AS_MAP.ref])('are green at %s', { timeout: 60_000 }, async (ref) => {
    expect(await failing(await checkout(ref))).toEqual({});
  });

  test('stop the change in the library: it fails a test of the cart and none of its own', { timeout: 60_000 }, async () => {
    const found = await failing(await checkout(ROUND_DOWN.ref));
    expect(Object.keys(found)).toEqual(['services/cart']);
    expect(found['services/cart']).toContain('a coupon takes its share off');
  });

  test('stop the renamed key: the catalog, where it was renamed, is green, and the cart, which names it too, is not', { timeout: 60_000 }, async () => {
    const found = await failing(await checkout(RENAMED_KEY.ref));
    expect(Object.keys(found)).toEqual(['services/cart']);
    expect(found['services/cart']).toContain('more of one thing than the catalog sells at once is refused');
  });
});

describe('its services', () => {
  test.each([
    ['web', ['node', 'src/main.ts']],
    ['cart', ['node', 'src/main.ts']],
    ['catalog', ['python3', 'main.py']],
  ])('%s listens on PORT, is healthy, and ends at SIGTERM', { timeout: 60_000 }, async (service, [command = '', ...args]) => {
    const dir = join(folder, 'v1.0');
    const port = await findFreePort();
    const child = spawn(command, args, { cwd: join(dir, 'services', service), env: { ...env, PORT: String(port) }, stdio: 'inherit' });
    // One that lives on would hold the runner's output open, and the run would never end.
    onTestFinished(() => void child.kill('SIGKILL'));
    const health = async (): Promise<number> =>
      (await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(2000) }).catch(() => null))?.status ?? 0;
    while ((await health()) !== 200) await pause(50);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  test('fail one cart in twenty at the last release, as its author forgot carts without a single thing', async () => {
    const { priceCart } = (await import(join(folder, CHEAPEST_FREE.ref, 'services/cart/src/pricing.ts'))) as { priceCart: (cart: unknown) => unknown };
    const random = randomFrom(7);
    const carts = Array.from({ length: 4000 }, () => JSON.parse(nextRequest('cart', random).body ?? '') as unknown);
    const failed = carts.filter((cart) => {
      try {
        priceCart(cart);
        return false;
      } catch {
        return true;
      }
    });
    expect(failed.length / carts.length).toBeGreaterThan(0.04);
    expect(failed.length / carts.length).toBeLessThan(0.06);
  });
});
