// Makes a work tree of one commit that has its own .git and borrows the repository's objects: nothing is written to the repository itself.
import { appendFile, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { gitArguments } from '@awo/repository';
import { TerminalError } from '@awo/contracts';
import { runCommand } from '../process/group.ts';

/** What git needs around it: the environment of the suites and a signal that ends it. */
export type GitRun = { env: Record<string, string>; signal: AbortSignal; mark: string };

const CHECKOUT_TIMEOUT_MS = 300_000;

/** Throws TerminalError `unknown-repository` or `unknown-revision` where there is nothing to check out. */
export async function checkOut(repo: string, sha: string, tree: string, run: GitRun): Promise<void> {
  await rm(tree, { recursive: true, force: true });
  await mkdir(tree, { recursive: true });
  const paths = await git(repo, ['rev-parse', '--git-path', 'objects', '--git-path', 'shallow', '--show-object-format'], run, 'unknown-repository');
  const [objects = '', shallow = '', format = 'sha1'] = paths.split('\n').map((path) => path.trim());
  const inRepo = (path: string): string => (isAbsolute(path) ? path : resolve(repo, path));
  await git(tree, ['init', '--quiet', `--object-format=${format}`, '.'], run);
  await writeFile(join(tree, '.git', 'objects', 'info', 'alternates'), `${inRepo(objects)}\n`);
  // A shallow clone lacks parents: without its list every `git log` of a test would fail.
  await copyFile(inRepo(shallow), join(tree, '.git', 'shallow')).catch(() => undefined);
  await git(tree, ['-c', 'advice.detachedHead=false', 'checkout', '--quiet', '--force', '--detach', sha, '--'], run, 'unknown-revision');
}

/** The digest of every file of a commit. Throws TerminalError `unknown-revision`. */
export const treeOf = async (repo: string, sha: string, run: GitRun): Promise<string> =>
  (await git(repo, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${sha}^{tree}`], run, 'unknown-revision')).trim();

/** Puts a work tree back to its commit: what earlier runs changed or left behind goes, what was installed or is ignored stays. */
export async function restore(tree: string, run: GitRun): Promise<void> {
  await git(tree, ['reset', '--quiet', '--hard'], run);
  await git(tree, ['clean', '-ffdq'], run);
}

/** From now on everything untracked counts as installed, so that `restore` leaves it alone. */
export async function keepUntracked(tree: string, run: GitRun): Promise<void> {
  const status = await git(tree, ['status', '--porcelain', '--untracked-files=normal'], run);
  const found = status.split('\n').filter((line) => line.startsWith('?? '));
  const exclude = join(tree, '.git', 'info', 'exclude');
  const known = new Set((await readFile(exclude, 'utf8').catch(() => '')).split('\n'));
  const fresh = found.map((line) => `/${unquoted(line.slice(3)).replace(/[\\*?[\]! ]/g, '\\$&')}`).filter((line) => !known.has(line));
  await mkdir(join(tree, '.git', 'info'), { recursive: true });
  if (fresh.length > 0) await appendFile(exclude, `${fresh.join('\n')}\n`);
}

/** Git puts names with blanks and the like in double quotes. */
const unquoted = (name: string): string => (name.startsWith('"') ? name.slice(1, -1).replace(/\\(.)/g, '$1') : name);

async function git(
  dir: string,
  args: string[],
  run: GitRun,
  missing: 'git-failed' | 'unknown-repository' | 'unknown-revision' = 'git-failed',
): Promise<string> {
  const command = ['git', ...gitArguments(dir, args)];
  const { end, stdout, output } = await runCommand({ command, cwd: '/', timeoutMs: CHECKOUT_TIMEOUT_MS, ...run });
  if (end.kind === 'exited' && end.code === 0) return stdout;
  run.signal.throwIfAborted();
  const why = end.kind === 'not-started' ? end.why : output.trim().slice(-800) || end.kind;
  throw new TerminalError(
    missing,
    `git ${args.find((arg) => !arg.startsWith('-')) ?? ''} in ${dir}: ${why}`,
    'Is this a git repository that holds this commit? Try: awo doctor',
  );
}
