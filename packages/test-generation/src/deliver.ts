// Added files as a patch, or as a branch of the repository. The working tree and its index are never touched.
import { mkdtemp, rm } from 'node:fs/promises';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TerminalError } from '@awo/contracts';
import { git } from './run/checkout.ts';

type File = { path: string; text: string };

/** Takes the files to be new: none of them is there. Pure. */
export function patchOf(files: readonly File[]): string {
  return files
    .map(({ path, text }) => {
      const lines = text.replace(/\n$/, '').split('\n');
      return [
        `diff --git a/${path} b/${path}`,
        'new file mode 100644',
        '--- /dev/null',
        `+++ b/${path}`,
        `@@ -0,0 +1,${lines.length} @@`,
        ...lines.map((line) => `+${line}`),
        '',
      ].join('\n');
    })
    .join('');
}

/** One commit on top of `head`. Throws TerminalError `git-failed` where the branch is there already. Answers the commit. */
export async function commitToBranch(root: string, head: string, branch: string, files: readonly File[], message: string): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'awo-branch-'));
  try {
    await git(root, ['check-ref-format', '--branch', branch]).catch(() => {
      throw new TerminalError('git-failed', `"${branch}" cannot be the name of a branch.`, 'Such as: generated-tests');
    });
    const env = { GIT_INDEX_FILE: join(dir, 'index') };
    await git(root, ['read-tree', head], env);
    for (const [i, { path, text }] of files.entries()) {
      const file = join(dir, String(i));
      writeFileSync(file, text);
      const blob = (await git(root, ['hash-object', '-w', '--no-filters', file])).trim();
      await git(root, ['update-index', '--add', '--cacheinfo', `100644,${blob},${path}`], env);
    }
    const tree = (await git(root, ['write-tree'], env)).trim();
    const identity = ['-c', 'user.name=awo', '-c', 'user.email=awo@localhost'];
    const commit = (await git(root, [...identity, 'commit-tree', tree, '-p', head, '-m', message])).trim();
    // The old value of nothing: a branch that is there stays as it is.
    await git(root, ['update-ref', `refs/heads/${branch}`, commit, '0'.repeat(commit.length)]).catch(() => {
      throw new TerminalError('git-failed', `There is a branch ${branch} already.`, 'Name another one, or delete it first.');
    });
    return commit;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
