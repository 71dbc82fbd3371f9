// Checkouts of revisions through deaths of who makes and removes them: nothing half is used, nothing is left in the user's repository.
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeRepo, temporaryFolder } from '@awo/testing';
import { afterAll, expect, test } from 'vitest';
import { readDurable, writeDurably } from './durable-file.ts';
import { Checkout, checkOut, listWorktrees, markerOf, removeWorktree } from './worktrees.ts';

const repo = makeRepo({ 'a.txt': 'a\n', 'b.txt': 'b\n' });
const home = temporaryFolder('checkouts');
afterAll(() => {
  repo.remove();
  home.remove();
});

const entries = (): number => repo.git('worktree', 'list', '--porcelain').match(/^worktree /gm)?.length ?? 0;

/** As it is left where its owner was killed in the middle. */
async function interrupted(): Promise<string> {
  const path = await checkOut(home.path, repo.path, repo.git('rev-parse', 'HEAD'));
  const marker = readDurable(markerOf(path), Checkout);
  if (marker === null) throw new Error('There is a marker.');
  writeDurably(markerOf(path), { ...marker, complete: false });
  rmSync(join(path, 'b.txt'));
  return path;
}

test('half of a checkout is not used: it is made again', async () => {
  const path = await interrupted();
  expect(await checkOut(home.path, repo.path, repo.git('rev-parse', 'HEAD'))).toBe(path);
  expect(existsSync(join(path, 'b.txt'))).toBe(true);
  expect(entries()).toBe(2);
});

test('what a removal that was interrupted has left is found again, and removed with the entry in the repository', async () => {
  const path = await interrupted();
  rmSync(path, { recursive: true });
  expect(listWorktrees(home.path)).toEqual([{ path, repo: repo.path }]);
  await removeWorktree(repo.path, path);
  expect(entries()).toBe(1);
  expect(listWorktrees(home.path)).toEqual([]);
});
