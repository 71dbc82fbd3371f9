// Leases the work tree of a commit: one per commit, shared by its suites, made and filled by the first, removed when old and unused.
import { mkdir, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Install } from '@awo/contracts';
import { lock, tryLock } from '../file-lock.ts';
import { shortHash, type Settings } from '../settings.ts';
import { checkOut, keepUntracked, restore, type GitRun } from './checkout.ts';
import { install, isThere, type InstallFailure } from './install.ts';

export type Lease = { tree: string; failure: InstallFailure; release(): void };

/** A clean work tree of `sha` with `installs` done. It stays in place until `release`. */
export async function leaseTree(settings: Settings, repo: string, sha: string, installs: readonly Install[], run: GitRun): Promise<Lease> {
  const folder = join(settings.root, shortHash(repo));
  const id = sha.slice(0, 12);
  const tree = join(folder, id);
  await mkdir(folder, { recursive: true });
  const prepare = await lock(lockFile(folder, id, 'prepare'), 'exclusive', run.signal);
  try {
    const alone = await tryLock(lockFile(folder, id, 'use'), 'exclusive');
    if (alone !== null) {
      try {
        await makeClean(repo, sha, tree, run);
      } finally {
        alone.release();
      }
    }
    // Nobody can remove the tree in between: that takes the `prepare` lock too.
    const use = await lock(lockFile(folder, id, 'use'), 'shared', run.signal);
    try {
      const { ran, failure } = await install(tree, installs, run);
      if (ran) await keepUntracked(tree, run);
      await utimes(join(tree, '.git', 'awo', 'ready'), new Date(), new Date());
      return { tree, failure, release: use.release };
    } catch (error) {
      use.release();
      throw error;
    }
  } finally {
    prepare.release();
  }
}

async function makeClean(repo: string, sha: string, tree: string, run: GitRun): Promise<void> {
  const ready = join(tree, '.git', 'awo', 'ready');
  if (await isThere(ready)) {
    await restore(tree, run);
    return;
  }
  await checkOut(repo, sha, tree, run);
  await mkdir(join(tree, '.git', 'awo'), { recursive: true });
  await writeFile(ready, `${sha}\n`);
}

/** Removes the oldest work trees of a repository beyond `keepTrees`. Those in use are left alone. */
export async function pruneTrees(settings: Settings, repo: string): Promise<string[]> {
  const folder = join(settings.root, shortHash(repo));
  const ids = (await readdir(folder).catch(() => [])).filter((name) => /^[0-9a-f]{12}$/.test(name));
  const dated = await Promise.all(ids.map(async (id) => ({ id, at: await lastUse(join(folder, id)) })));
  const old = dated.sort((a, b) => b.at - a.at).slice(settings.keepTrees);
  const removed: string[] = [];
  for (const { id } of old) {
    const locks = [await tryLock(lockFile(folder, id, 'prepare'), 'exclusive'), await tryLock(lockFile(folder, id, 'use'), 'exclusive')];
    if (locks.every((held) => held !== null)) {
      await rm(join(folder, id), { recursive: true, force: true });
      removed.push(id);
    }
    for (const held of locks) held?.release();
  }
  return removed;
}

const lastUse = (tree: string): Promise<number> =>
  stat(join(tree, '.git', 'awo', 'ready')).then(
    (file) => file.mtimeMs,
    () => 0,
  );

const lockFile = (folder: string, id: string, what: 'prepare' | 'use'): string => join(folder, 'locks', `${id}-${what}`);
