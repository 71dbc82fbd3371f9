// A git repository, read through its objects: nothing here writes, checks out or runs code of the repository.
import { realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve as absolute } from 'node:path';
import { Sha, TerminalError } from '@awo/contracts';
import { openBlobReader } from './cat-file.ts';
import { COMMIT_FORMAT, type CommitInfo, type FileDiff, parseCommits, parseDiff, parseTree, type TreeEntry, utc } from './git-parse.ts';
import { git, runGit } from './git-process.ts';
import { nearest } from './nearest.ts';

/** The commit that a ref names. `at` is when it was committed, UTC. */
export type Revision = { sha: string; subject: string; author: string; at: string; parent: string | null; root: string };

export type Repository = {
  /** Absolute path of the work tree, or of the git directory where there is no work tree. */
  readonly root: string;
  /** Throws TerminalError `unknown-revision`, naming the nearest branches and tags. */
  resolve(ref: string): Promise<Revision>;
  /** Every file at a commit, in git's order. */
  tree(sha: string): Promise<TreeEntry[]>;
  /** Contents of a blob; null when larger than `maxBytes`. */
  read(blob: string, maxBytes?: number): Promise<Buffer | null>;
  /** What changed from `base` to `head`; renames are found; base null: everything is added. */
  diff(base: string | null, head: string): Promise<FileDiff[]>;
  /** The commits after `base` up to `head`, newest first. */
  commits(base: string | null, head: string, limit: number): Promise<CommitInfo[]>;
  /** Text files of a commit that hold any of the given fixed texts. */
  grep(sha: string, texts: readonly string[]): Promise<string[]>;
  /** Ends the process that reads blobs. */
  close(): Promise<void>;
};

/** Trees kept in memory. */
const MAX_TREES = 2;

/** Opens the repository that `path` lies in. Throws TerminalError `unknown-repository`. */
export async function openRepository(path: string): Promise<Repository> {
  const root = await findRoot(path);
  const blobs = openBlobReader(root);
  /** A commit never changes; one command asks for it several times. */
  const trees = new Map<string, Promise<TreeEntry[]>>();
  return {
    root,
    resolve: (ref) => resolveRevision(root, ref),
    async tree(sha) {
      const known = trees.get(sha) ?? gitAt(root, [sha], ['ls-tree', '-r', '-z', '-l', '--full-tree', sha]).then((bytes) => parseTree(bytes.toString('utf8')));
      trees.delete(sha);
      trees.set(sha, known);
      known.catch(() => trees.delete(sha));
      for (const old of trees.keys()) if (trees.size > MAX_TREES) trees.delete(old);
      return [...(await known)];
    },
    read: blobs.read,
    async diff(base, head) {
      const from = base ?? (await emptyTree(root));
      const args = ['diff-tree', '-r', '-z', '-M', '-l5000', '--raw', '--numstat', '--no-abbrev', '--no-ext-diff', '--no-textconv', '--ignore-submodules=none'];
      return parseDiff((await gitAt(root, [from, head], [...args, from, head])).toString('utf8'));
    },
    async commits(base, head, limit) {
      const args = ['log', '-z', '--raw', '--no-renames', '--no-abbrev', '--diff-merges=first-parent', `--format=${COMMIT_FORMAT}`, `--max-count=${limit}`];
      const range = base === null ? [head] : [head, `^${base}`];
      return parseCommits((await gitAt(root, base === null ? [head] : [base, head], [...args, ...range, '--'])).toString('utf8'));
    },
    grep: (sha, texts) => grepTree(root, sha, texts),
    close: blobs.close,
  };
}

async function grepTree(root: string, sha: string, texts: readonly string[]): Promise<string[]> {
  if (!Sha.safeParse(sha).success) throw new TerminalError('unknown-revision', `"${sha}" is no full commit id.`, 'Resolve the ref first.');
  const patterns = texts.filter((text) => text !== '' && !/[\n\0]/.test(text));
  if (patterns.length === 0) return [];
  // Patterns over standard input: names of a repository may look like options, and be many.
  const result = await runGit(
    root,
    ['grep', '-l', '-z', '-I', '-F', '--no-color', '--no-recurse-submodules', '--full-name', '-f', '-', sha],
    `${patterns.join('\n')}\n`,
  );
  // 1: nothing found.
  if (result.code > 1) throw new TerminalError('git-failed', `git grep in ${root} ended with ${result.code}: ${result.stderr || 'no message'}`);
  return result.stdout
    .toString('utf8')
    .split('\0')
    .flatMap((line) => (line === '' ? [] : [line.slice(sha.length + 1)]));
}

async function findRoot(path: string): Promise<string> {
  const where = absolute(path);
  const unknown = (why: string) =>
    new TerminalError('unknown-repository', `No git repository at ${where} (${why}).`, 'Name a folder inside a git repository, or make one with: git init');
  if (path === '' || path.includes('\0')) throw unknown('the path is empty or malformed');
  const found = await runGit(where, ['rev-parse', '--is-inside-work-tree', '--absolute-git-dir', '--show-cdup']);
  if (found.code !== 0) throw unknown(found.stderr.replace(/^fatal: /, '').split('\n')[0] ?? 'git refused it');
  const told = found.stdout.toString('utf8').split('\n');
  // The way up starts where a link leads to, as git itself does.
  if (told[0] === 'true') return realpath(join(await realpath(where), told.at(-2) ?? ''));
  const gitDir = told.slice(1).join('\n').trimEnd();
  // Asked from within .git of a repository that has a work tree: that work tree is meant.
  return realpath(basename(gitDir) === '.git' ? dirname(gitDir) : gitDir);
}

async function resolveRevision(root: string, ref: string): Promise<Revision> {
  // A range names more than one commit, and what it begins with goes unseen.
  if (ref === '' || ref.startsWith('-') || ref.includes('..') || /[\0\n]/.test(ref)) throw await unknownRevision(root, ref);
  const found = await runGit(root, ['log', '-1', '--no-decorate', `--format=${COMMIT_FORMAT}%x00%P`, '--end-of-options', `${ref}^{commit}`, '--']);
  const [sha = '', subject = '', author = '', seconds, parents = ''] = found.stdout.toString('utf8').trimEnd().split('\0');
  if (found.code !== 0 || sha === '') throw await unknownRevision(root, ref);
  return { sha, subject, author, at: utc(seconds), parent: parents.split(' ')[0] || null, root };
}

async function unknownRevision(root: string, ref: string): Promise<TerminalError> {
  const names = lines(await git(root, ['for-each-ref', '--format=%(refname:short)', 'refs/heads', 'refs/tags', 'refs/remotes']));
  const near = nearest(ref, names);
  const known = near.length > 0 ? `Nearest branches and tags: ${near.join(', ')}.` : 'It has no branch and no tag yet: commit something first.';
  return new TerminalError('unknown-revision', `No commit "${ref}" in ${root}. ${known}`, 'Name a branch, a tag or a commit id.');
}

async function emptyTree(root: string): Promise<string> {
  return lines(await git(root, ['hash-object', '-t', 'tree', '--stdin']))[0] ?? '';
}

/** Runs git on full object ids only, so that none of them can be read as an option. */
async function gitAt(root: string, shas: string[], args: string[]): Promise<Buffer> {
  for (const sha of shas)
    if (!Sha.safeParse(sha).success) throw new TerminalError('unknown-revision', `"${sha}" is no full commit id.`, 'Resolve the ref first.');
  const result = await runGit(root, args);
  if (result.code === 0) return result.stdout;
  const missing = /not a tree object|bad object|Not a valid object|unable to read|bad revision/i.test(result.stderr);
  if (missing)
    throw new TerminalError(
      'unknown-revision',
      `${shas.join(' or ')} is not in ${root}: ${result.stderr}`,
      'A shallow clone lacks older commits: git fetch --unshallow',
    );
  throw new TerminalError('git-failed', `git ${args[0]} in ${root} ended with ${result.code}: ${result.stderr || 'no message'}`);
}

const lines = (output: Buffer): string[] =>
  output
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
