// Two revisions side by side in a temporary folder, from a clone that shares its objects: the repository itself is only read.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { lstat, mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { TerminalError } from '@awo/contracts';
import { gitArguments, gitEnvironment } from '@awo/repository';
import { z } from 'zod';

const run = promisify(execFile);

export type Checkouts = {
  /** Holds everything; the only place where the code under test may write. */
  folder: string;
  /** Absolute path of a copy of a revision, made once per name. */
  at(sha: string, name: string): Promise<string>;
  remove(): Promise<void>;
};

export async function git(dir: string, args: string[], env: Record<string, string> = {}): Promise<string> {
  try {
    const { stdout } = await run('git', gitArguments(dir, args), { env: { ...gitEnvironment(), ...env }, maxBuffer: 256 * 1024 * 1024 });
    return stdout;
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
    throw new TerminalError('git-failed', `git ${args[0]} in ${dir}: ${said || 'no message'}`);
  }
}

export async function openCheckouts(root: string): Promise<Checkouts> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'awo-generate-')));
  const made = new Map<string, Promise<string>>();
  const clone = join(folder, 'objects');
  await git(root, ['clone', '--quiet', '--shared', '--no-checkout', '--no-tags', root, clone]);
  // What was installed for the working tree is what its tests run with.
  const installed = await installedIn(root);
  const make = async (sha: string, name: string): Promise<string> => {
    const dir = join(folder, name);
    await git(clone, ['worktree', 'add', '--quiet', '--force', '--detach', dir, sha]);
    for (const path of installed) if (await stat(dirname(join(dir, path))).catch(() => null)) await linkInto(root, dir, path);
    await linkOwnPackages(dir);
    return dir;
  };
  return {
    folder,
    at: (sha, name) => {
      let dir = made.get(name);
      if (!dir) made.set(name, (dir = make(sha, name)));
      return dir;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Entry by entry, so that tools may keep a cache beside them; a package of the same repository is that of the copy. */
async function linkInto(root: string, dir: string, path: string): Promise<void> {
  const at = join(dir, path);
  await mkdir(at, { recursive: true });
  const link = async (name: string): Promise<void> => {
    const target = await realpath(join(root, path, name)).catch(() => null);
    if (target === null) return;
    const inside = target.startsWith(`${root}/`) && !target.includes('/node_modules/');
    await symlink(inside ? join(dir, target.slice(root.length + 1)) : join(root, path, name), join(at, name)).catch(() => undefined);
  };
  for (const { name } of await readdir(join(root, path), { withFileTypes: true })) {
    if (/^\.(vite|cache)/.test(name)) continue;
    if (!name.startsWith('@')) await link(name);
    else {
      await mkdir(join(at, name), { recursive: true });
      for (const inner of await readdir(join(root, path, name))) await link(`${name}/${inner}`);
    }
  }
}

/** Packages of a workspace find each other by name, also in a fresh clone where nothing was installed. */
async function linkOwnPackages(dir: string): Promise<void> {
  if (!existsSync(join(dir, 'pnpm-workspace.yaml')) && !Manifest.parse(await manifestIn(dir)).workspaces) return;
  const listed = await git(dir, ['ls-files', '-z', '--', '*/package.json']);
  for (const folder of listed.split('\0').filter(Boolean).map(dirname)) {
    const { name } = Manifest.parse(await manifestIn(join(dir, folder)));
    const at = join(dir, 'node_modules', name ?? '');
    if (name === undefined || !PACKAGE_NAME.test(name) || existsSync(at)) continue;
    // A link that the repository holds would lead what is written here out of the copy.
    if ((await isLink(join(dir, 'node_modules'))) || (await isLink(dirname(at)))) continue;
    await mkdir(dirname(at), { recursive: true });
    await symlink(join(dir, folder), at).catch(() => undefined);
  }
}

const isLink = async (path: string): Promise<boolean> => (await lstat(path).catch(() => null))?.isSymbolicLink() ?? false;

const PACKAGE_NAME = /^(@[\w-][\w.-]*\/)?[\w-][\w.-]*$/;
const Manifest = z.looseObject({ name: z.string().optional().catch(undefined), workspaces: z.unknown().optional() }).catch({});

async function manifestIn(dir: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(join(dir, 'package.json'), 'utf8'));
  } catch {
    return null;
  }
}

const INSTALLED = /^(node_modules|\.venv|venv|vendor)$/;

/** Folders of dependencies that git does not hold, not deeper than packages of a workspace lie. */
async function installedIn(root: string, below = '', depth = 0): Promise<string[]> {
  if (depth > 3) return [];
  const found: string[] = [];
  for (const entry of await readdir(join(root, below), { withFileTypes: true }).catch(() => [])) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (INSTALLED.test(entry.name)) found.push(path);
    else if (entry.isDirectory() && !entry.name.startsWith('.')) found.push(...(await installedIn(root, path, depth + 1)));
  }
  return found;
}
