// Makes the demo repository: real files, real commits, the same ids on every machine.
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { edited, type Change } from './change.ts';
import { CHANGES } from './changes.ts';
import { git } from './git.ts';

export type Release = { ref: string; sha: string; subject: string };

const FIRST = { ref: 'v1.0', subject: 'The tea shop', body: 'Pages, a search, a cart.' };
const TEMPLATE = fileURLToPath(new URL('./shop/', import.meta.url));
const LEFT_BY_RUNS = new Set(['node_modules', '__pycache__']);
/** After all that is released. */
const BRANCHED_DAY = 14;
/** A day between commits. */
const dayOf = (n: number): string => new Date(Date.UTC(2026, 8, 1 + n, 9)).toISOString();

/**
 * The shop in `dir`, with one release per change, in order. What is there already for the same changes is left as it is: somebody may have gone on from it.
 * Throws where `dir` holds anything else.
 */
export async function buildShop(dir: string, changes: Change[] = CHANGES): Promise<Release[]> {
  const wanted = JSON.stringify([FIRST.ref, ...changes.map((c) => [c.ref, c.subject])]);
  if (!existsSync(dir)) {
    // Finished beside its place: a start that was interrupted leaves no half of a shop.
    const unfinished = `${dir}.${process.pid}.new`;
    await rm(unfinished, { recursive: true, force: true });
    await commitAll(unfinished, changes);
    await git(unfinished, ['config', 'demo.built', wanted]);
    await rename(unfinished, dir);
  } else if ((await built(dir)) !== wanted) {
    throw new Error(`${dir} holds another shop than the one asked for. Set AWO_HOME to another folder, or move this one away.`);
  }
  const releases = [FIRST, ...changes];
  return Promise.all(releases.map(async ({ ref, subject }) => ({ ref, subject, sha: await git(dir, ['rev-parse', `${ref}^{commit}`]) })));
}

const built = (dir: string): Promise<string> => (existsSync(join(dir, '.git')) ? git(dir, ['config', '--default', '', 'demo.built']) : Promise.resolve(''));

async function commitAll(dir: string, changes: Change[]): Promise<void> {
  await mkdir(dir, { recursive: true });
  await git(dir, ['init', '--quiet']);
  await cp(TEMPLATE, dir, { recursive: true, filter: (path) => !LEFT_BY_RUNS.has(basename(path)) });
  let main = await commit(dir, FIRST, 'Ada', 0);
  await git(dir, ['tag', FIRST.ref]);
  for (const [n, change] of changes.entries()) {
    await git(dir, ['checkout', '--quiet', main]);
    const sha = await commitChange(dir, change, n + 1);
    await git(dir, change.onMain ? ['tag', change.ref] : ['branch', change.ref]);
    if (change.onMain) main = sha;
  }
  await git(dir, ['checkout', '--quiet', '-B', 'main', main]);
}

/** A branch with the change on top of `base`, where it is not there yet. The working tree is left alone: somebody may be at work in it. */
export async function branchOff(dir: string, change: Change, base: string): Promise<void> {
  if ((await git(dir, ['branch', '--list', change.ref])) !== '') return;
  const folder = `${dir}.${process.pid}.branch`;
  await git(dir, ['worktree', 'add', '--quiet', '--detach', folder, base]);
  try {
    await git(dir, ['branch', change.ref, await commitChange(folder, change, BRANCHED_DAY)]);
  } finally {
    await git(dir, ['worktree', 'remove', '--force', folder]);
  }
}

async function commitChange(dir: string, change: Change, day: number): Promise<string> {
  for (const edit of change.edits) {
    const path = join(dir, edit.path);
    await writeFile(path, edited(await readFile(path, 'utf8'), edit));
  }
  return commit(dir, change, change.author, day);
}

async function commit(dir: string, { subject, body }: { subject: string; body: string }, name: string, day: number): Promise<string> {
  await git(dir, ['add', '--all']);
  await git(dir, ['commit', '--quiet', '--message', subject, '--message', body], { name, at: dayOf(day) });
  return git(dir, ['rev-parse', 'HEAD']);
}
