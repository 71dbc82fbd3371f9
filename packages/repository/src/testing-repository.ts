// Real git repositories for the tests of this package.
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { RepoModel } from '@awo/contracts';
import { describeRepository } from './describe.ts';
import { openRepository, type Repository } from './git.ts';
import { gitEnvironment } from './git-process.ts';

const run = promisify(execFile);
const IDENTITY = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', '-c', 'commit.gpgsign=false'];

export type MadeRepository = {
  dir: string;
  repo: Repository;
  git(...args: string[]): Promise<string>;
  commit(files: Record<string, string>, message?: string): Promise<string>;
  remove(): Promise<void>;
};

/** A repository in a folder of its own. Names that end in `*` are made executable. */
export async function makeRepository(name = 'sample'): Promise<MadeRepository> {
  const parent = await mkdtemp(join(tmpdir(), 'awo-repository-'));
  const dir = join(parent, name);
  await mkdir(dir);
  const git = async (...args: string[]) => (await run('git', ['-C', dir, ...IDENTITY, ...args], { env: gitEnvironment(), maxBuffer: 1e8 })).stdout.trim();
  await git('init', '-q', '-b', 'main');
  const repo = await openRepository(dir);
  return {
    dir,
    repo,
    git,
    async commit(files, message = 'change') {
      for (const [path, text] of Object.entries(files)) {
        const file = join(dir, path.replace(/\*$/, ''));
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, text);
        if (path.endsWith('*')) await chmod(file, 0o755);
      }
      await git('add', '-A');
      await git('commit', '-q', '--allow-empty', '--allow-empty-message', '-m', message);
      return git('rev-parse', 'HEAD');
    },
    async remove() {
      await repo.close();
      await rm(parent, { recursive: true, force: true });
    },
  };
}

/** Describes one commit of these files. */
export async function describeFiles(files: Record<string, string>, awoYaml?: string, name?: string): Promise<RepoModel> {
  const made = await makeRepository(name);
  try {
    return await describeRepository(made.repo, await made.commit(files), awoYaml);
  } finally {
    await made.remove();
  }
}
