// Checkouts of revisions, shared by the services of one commit. The user's own work tree is never touched.
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { TerminalError } from '@awo/contracts';
import { gitArguments, gitEnvironment } from '@awo/repository';
import { z } from 'zod';
import { makeFolder, readDurable, writeDurably } from './durable-file.ts';

const KEEP_LOGS_MS = 7 * 24 * 3_600_000;
const run = promisify(execFile);

/** Stands beside the checkout: what of it is complete. What is not written here is done again. */
export const Checkout = z.object({
  repo: z.string(),
  sha: z.string(),
  /** Keys of installs and builds that succeeded. */
  done: z.array(z.string()),
  /** An install under way, so that one left by a killed owner can be ended. */
  running: z.object({ pid: z.number().int(), mark: z.string() }).nullable(),
  /** False while it is made or removed: what a killed owner leaves is neither used nor forgotten. */
  complete: z.boolean().default(true),
});
export type Checkout = z.infer<typeof Checkout>;

export const markerOf = (worktree: string): string => `${worktree}.json`;
export const installLogOf = (worktree: string): string => `${worktree}.log`;

export const worktreePath = (home: string, repo: string, sha: string): string =>
  join(home, 'local', 'worktrees', createHash('sha256').update(repo).digest('hex').slice(0, 12), sha.slice(0, 12));

const git = (repo: string, args: string[]) =>
  run('git', gitArguments(repo, args), { env: { ...gitEnvironment(), GIT_NO_LAZY_FETCH: '0' }, maxBuffer: 16 * 1024 * 1024 });

/** The files of a commit in a folder of their own. Throws TerminalError `unknown-repository`, `unknown-revision` or `git-failed`. */
export async function checkOut(home: string, repo: string, sha: string): Promise<string> {
  const path = worktreePath(home, repo, sha);
  const marker = readDurable(markerOf(path), Checkout);
  if (marker !== null && marker.complete && marker.sha === sha && existsSync(path)) return path;
  if (!existsSync(repo))
    throw new TerminalError('unknown-repository', `No folder ${repo}.`, 'The repository was moved or deleted; release from where it is now.');
  await removeWorktree(repo, path);
  makeFolder(join(path, '..'));
  await git(repo, ['cat-file', '-e', `${sha}^{commit}`]).catch((error: unknown) => {
    throw new TerminalError('unknown-revision', `No commit ${sha} in ${repo}: ${gitSaid(error)}.`, 'Fetch it, or release a commit that is there.');
  });
  const made: Checkout = { repo, sha, done: [], running: null, complete: false };
  writeDurably(markerOf(path), made);
  try {
    await git(repo, ['worktree', 'add', '--detach', '--force', path, sha]);
  } catch (refused) {
    // A repository that may be read but not written: the files without git's book-keeping.
    await removeFiles(repo, path);
    await unpack(repo, sha, path, gitSaid(refused));
  }
  writeDurably(markerOf(path), { ...made, complete: true });
  return path;
}

async function unpack(repo: string, sha: string, path: string, before: string): Promise<void> {
  makeFolder(path);
  const archive = spawn('git', gitArguments(repo, ['archive', '--format=tar', sha]), { env: gitEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] });
  const tar = spawn('tar', ['-x', '-f', '-', '-C', path], { stdio: ['pipe', 'ignore', 'inherit'] });
  // tar may end before it has read everything (EPIPE); its exit code tells the story.
  tar.stdin.on('error', () => undefined);
  archive.stdout.pipe(tar.stdin);
  let said = '';
  archive.stderr.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
  const [[code], [tarCode]] = (await Promise.all([once(archive, 'close'), once(tar, 'close')])) as [[number], [number]];
  if (code === 0 && tarCode === 0) return;
  await rm(path, { recursive: true, force: true });
  throw new TerminalError('git-failed', `${sha} of ${repo} could not be checked out: ${before}; git archive: ${said.trim() || `tar ended with ${tarCode}`}.`);
}

/** The folder, git's entry for it, and last its marker, which is how they are found again. The log of its install stays: an error message may have named it. */
export async function removeWorktree(repo: string, path: string): Promise<void> {
  const marker = readDurable(markerOf(path), Checkout);
  if (marker?.complete) writeDurably(markerOf(path), { ...marker, complete: false });
  await removeFiles(repo, path);
  await rm(markerOf(path), { force: true });
}

async function removeFiles(repo: string, path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 3 });
  // Only the entry of this folder: `prune` would also drop those of folders that are just not mounted.
  await git(repo, ['worktree', 'remove', '--force', path]).catch(() => undefined);
}

/** Install logs without a checkout, past their time. */
export function removeOldLogs(home: string, now: number): void {
  const root = join(home, 'local', 'worktrees');
  for (const file of existsSync(root) ? readdirSync(root).flatMap((d) => readdirSync(join(root, d)).map((f) => join(root, d, f))) : [])
    if (file.endsWith('.log') && !existsSync(file.replace(/\.log$/, '')) && now - statSync(file).mtimeMs > KEEP_LOGS_MS) rmSync(file, { force: true });
}

/** Every checkout there is, with its repository. */
export function listWorktrees(home: string): { path: string; repo: string }[] {
  const root = join(home, 'local', 'worktrees');
  if (!existsSync(root)) return [];
  return readdirSync(root).flatMap((repository) =>
    readdirSync(join(root, repository))
      .filter((entry) => entry.endsWith('.json'))
      .flatMap((entry) => {
        const marker = readDurable(join(root, repository, entry), Checkout);
        return marker === null ? [] : [{ path: join(root, repository, entry.replace(/\.json$/, '')), repo: marker.repo }];
      }),
  );
}

function gitSaid(error: unknown): string {
  const stderr = (error as { stderr?: string }).stderr?.trim();
  return (stderr || (error instanceof Error ? error.message : String(error))).split('\n')[0] ?? 'no message';
}
