// Runs the installs of a work tree, each once: a marker in the tree's .git says that it is done.
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Install } from '@awo/contracts';
import { runCommand } from '../process/group.ts';
import { shortHash } from '../settings.ts';
import type { GitRun } from './checkout.ts';

const INSTALL_TIMEOUT_MS = 900_000;

/** Why the work tree could not be made ready; null: it is. */
export type InstallFailure = { because: string; output: string } | null;

/** The caller holds the tree's `prepare` lock. `ran` tells whether anything was installed. */
export async function install(tree: string, installs: readonly Install[], run: GitRun): Promise<{ ran: boolean; failure: InstallFailure }> {
  let ran = false;
  for (const step of installs) {
    const marker = join(tree, '.git', 'awo', `installed-${shortHash(JSON.stringify([step.dir, step.command]))}`);
    if (await isThere(marker)) continue;
    ran = true;
    const result = await runCommand({ command: step.command, cwd: join(tree, step.dir), timeoutMs: INSTALL_TIMEOUT_MS, ...run });
    run.signal.throwIfAborted();
    const { end } = result;
    if (end.kind === 'exited' && end.code === 0) {
      await mkdir(join(tree, '.git', 'awo'), { recursive: true });
      await writeFile(marker, '');
      continue;
    }
    const how =
      end.kind === 'exited' ? `ended with exit code ${end.code}` : end.kind === 'not-started' ? `could not be started (${end.why})` : `was ${end.kind}`;
    const tail = result.output.trim().slice(-1200);
    return {
      ran,
      failure: { because: `Install failed: \`${step.command.join(' ')}\` in ${step.dir} ${how}.${tail && ` Last output: ${tail}`}`, output: result.output },
    };
  }
  return { ran, failure: null };
}

export const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
