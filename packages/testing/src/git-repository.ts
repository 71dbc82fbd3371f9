// Real git repositories in a temporary folder, untouched by the machine's own git settings.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from './temporary-folder.ts';

/** Content by path; null removes the file. A file that starts with `#!` becomes executable. */
export type Files = Record<string, string | null>;

export interface TestRepository {
  path: string;
  /** The first commit. */
  head: string;
  /** Writes the files, commits everything, gives the commit id. */
  commitFiles(files: Files, message?: string): string;
  git(...args: string[]): string;
  remove(): void;
}

const ENV = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
};

/** Commits the files to the repository at `path` and gives the commit id. */
export function commitFiles(path: string, files: Files, message = 'Change'): string {
  for (const [name, content] of Object.entries(files)) {
    const file = join(path, name);
    if (content === null) {
      rmSync(file, { force: true });
      continue;
    }
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    if (content.startsWith('#!')) chmodSync(file, 0o755);
  }
  git(path, 'add', '--all');
  git(path, 'commit', '--quiet', '--allow-empty', '--message', message);
  return git(path, 'rev-parse', 'HEAD');
}

function git(path: string, ...args: string[]): string {
  return execFileSync('git', args, { cwd: path, encoding: 'utf8', env: { PATH: process.env['PATH'], HOME: path, ...ENV } }).trim();
}

export function makeRepo(files: Files, message = 'First'): TestRepository {
  const folder = temporaryFolder('repo');
  git(folder.path, 'init', '--quiet', '--initial-branch', 'main');
  const head = commitFiles(folder.path, files, message);
  return {
    path: folder.path,
    head,
    commitFiles: (changed, text) => commitFiles(folder.path, changed, text),
    git: (...args) => git(folder.path, ...args),
    remove: folder.remove,
  };
}
