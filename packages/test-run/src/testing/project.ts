// Real git repositories with small projects in them, for the tests of this server.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Suite } from '@awo/contracts';
import { suiteRunner } from '../run-suite.ts';
import type { Settings } from '../settings.ts';

export type Project = {
  root: string;
  repo: string;
  settings: Settings;
  /** Writes files, commits them, gives the commit's id. */
  commit(files: Record<string, string>): string;
  git(...args: string[]): string;
  remove(): void;
};

export function project(): Project {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'awo-tests-')));
  const repo = join(root, 'repo');
  mkdirSync(repo);
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@localhost', '-c', 'commit.gpgsign=false', ...args], { cwd: repo, encoding: 'utf8' }).trim();
  git('init', '--quiet', '--initial-branch=main');
  return {
    root,
    repo,
    settings: {
      root: join(root, 'home', 'tests'),
      cores: 2,
      minFreeBytes: 0,
      keepTrees: 5,
      callerEnv: { ...process.env, SECRET_TOKEN: 'not-for-tests', NODE_ENV: 'production' },
    },
    git,
    commit(files) {
      for (const [path, content] of Object.entries(files)) {
        mkdirSync(join(repo, dirname(path)), { recursive: true });
        writeFileSync(join(repo, path), content);
      }
      git('add', '--all', '--force');
      git('commit', '--quiet', '--allow-empty', '--message', 'change');
      return git('rev-parse', 'HEAD');
    },
    remove: () => rmSync(root, { recursive: true, force: true, maxRetries: 3 }),
  };
}

export const suite = (command: string[], more: Partial<Suite> = {}): Suite => ({
  id: 'unit',
  unit: '.',
  dir: '.',
  command,
  runner: 'exit-code',
  timeoutMs: 60_000,
  install: [],
  at: 'test',
  ...more,
});

/** Runs one suite at one commit through the real handler. */
export const runOnce = (of: Project, sha: string, which: Suite, signal: AbortSignal = new AbortController().signal) =>
  suiteRunner(of.settings)({ repo: of.repo, sha, suite: which, install: which.install }, { signal });
