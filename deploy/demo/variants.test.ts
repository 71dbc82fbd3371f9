// Shops drawn from a seed: each change can be made, and no fault is found by the shop's own tests.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { STYLE } from './changes.ts';
import { crashAfter, failAtRate, growBy, slowBy, type Fault } from './faults.ts';
import { git } from './git.ts';
import { buildShop } from './shop.ts';
import { variant } from './variants.ts';

const run = promisify(execFile);
let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'demo-variants-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

test('the same seed gives the same shop, so that a failure can be looked at again', () => {
  expect(variant(42)).toEqual(variant(42));
});

test('seeds bring every kind of fault', () => {
  const kinds = new Set(Array.from({ length: 40 }, (_, seed) => variant(seed).fault.kind));
  expect([...kinds].toSorted()).toEqual(['crash', 'errors', 'memory', 'slow']);
});

test('every release of a variant has an expected end', { timeout: 60_000 }, async () => {
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    const { changes, expected } = variant(seed);
    const releases = await buildShop(join(folder, `seed-${seed}`), changes);
    expect(Object.keys(expected)).toEqual(releases.map((r) => r.ref));
  }
});

const FAULTS: [string, Fault][] = [
  ['few errors', failAtRate(0.02)],
  ['many errors', failAtRate(0.3)],
  ['slow replies', slowBy(150)],
  ['an early crash', crashAfter(20)],
  ['memory growth', growBy(2048)],
];

describe('a fault that shows under traffic only', () => {
  test.each(FAULTS)('%s: the tests of the cart are green', { timeout: 60_000 }, async (name, fault) => {
    const dir = join(folder, name.replaceAll(' ', '-'));
    await buildShop(dir, [STYLE, fault.change]);
    await git(dir, ['checkout', '--quiet', fault.change.ref]);
    await run('npm', ['ci', '--offline', '--no-audit', '--no-fund'], { cwd: dir });
    const { NODE_TEST_CONTEXT: _context, NODE_OPTIONS: _options, ...env } = process.env;
    const { stdout } = await run(process.execPath, ['--test'], { cwd: join(dir, 'services', 'cart'), env });
    expect(stdout).toMatch(/(pass|# pass) 10/);
  });
});
