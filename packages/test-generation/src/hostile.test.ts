// Functions that never end, end the process, fill the disk, want the network or print without end: each costs its own call and ends in a clear answer.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { makeRepo, temporaryFolder } from '@awo/testing';
import { afterAll, expect, test } from 'vitest';
import { go } from './go/driver.ts';
import { js } from './js/driver.ts';
import { python } from './python/driver.ts';
import type { Driver } from './driver.ts';
import { num } from './value.ts';

const repo = makeRepo({
  'src/wild.js': `import { writeFileSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
export async function wild(how) {
  if (how === 1) for (;;);
  if (how === 2) process.exit(7);
  if (how === 3) for (;;) console.log('x'.repeat(100_000));
  if (how === 4) process.abort();
  if (how === 5) return writeFileSync(${JSON.stringify('/tmp/awo-wild-was-here')}, 'x');
  if (how === 6) return new Promise((done) => connect(4222, '192.0.2.1').on('error', (error) => done(error.code)));
  if (how === 7) return new Promise(() => undefined);
  if (how === 8) return readFileSync('/nowhere/at/all');
  return how;
}
`,
  'wild.py': `import os
import sys


def wild(how):
    if how == 1:
        while True:
            pass
    if how == 2:
        sys.exit(7)
    if how == 3:
        while True:
            print("x" * 100000)
    if how == 4:
        os._exit(3)
    return how
`,
  'go.mod': 'module example.org/wild\n\ngo 1.21\n',
  'wild.go': `package wild

import "os"

func Wild(how int) int {
	if how == 1 {
		for {
		}
	}
	if how == 2 {
		os.Exit(7)
	}
	if how == 3 {
		panic("three")
	}
	return 10 / how
}
`,
});
const own = temporaryFolder('wild');
afterAll(() => {
  repo.remove();
  own.remove();
});

async function ends(driver: Driver, path: string, ways: readonly number[]): Promise<(string | null)[]> {
  const module = await driver.read(repo.path, path, () => null);
  const [callable] = module?.callables ?? [];
  if (!callable) throw new Error(`${path} has no function.`);
  const cases = ways.map((way) => [num(way, driver.language === 'go' ? 'int' : undefined)]);
  const [result] = await driver.run({ tree: repo.path, folder: own.path }, { path, callable, cases, rounds: [0] });
  return result?.outcomes.map((outcome) => outcome && outcome.ended.kind) ?? [];
}

test('JavaScript', async () => {
  expect(await ends(js, 'src/wild.js', [2, 1, 3, 4, 5, 6, 7, 8, 9])).toEqual([
    'exited',
    'never-ends',
    'too-much-output',
    'crashed',
    'threw',
    'returned',
    'never-ends',
    'threw',
    'returned',
  ]);
  expect(existsSync('/tmp/awo-wild-was-here')).toBe(false);
});

test('Python', async () => {
  expect(await ends(python, 'wild.py', [2, 1, 3, 4, 9])).toEqual(['exited', 'never-ends', 'too-much-output', 'exited', 'returned']);
});

test.runIf(existsSync(join('/usr/local/go/bin')))('Go', async () => {
  expect(await ends(go, 'wild.go', [2, 1, 3, 0, 5])).toEqual(['exited', 'never-ends', 'threw', 'threw', 'returned']);
});
