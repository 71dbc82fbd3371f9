// A copy of a repository to make mistakes in: its own work tree and objects, the user's repository stays as it is.
import { execFile } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readdirSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gitEnvironment } from '@awo/repository';

const run = promisify(execFile);
const IDENTITY = ['-c', 'user.name=awo', '-c', 'user.email=awo@localhost', '-c', 'commit.gpgsign=false', '-c', 'gc.auto=0', '-c', 'core.hooksPath=/dev/null'];

export type Lab = {
  tree: string;
  /** Writes a text into the tree. Give null to put the tree back to the commit. */
  write(file: string, text: string | null): Promise<void>;
  /** The commit that has this text in place of the file's. The tree is left with it. */
  commit(file: string, text: string): Promise<string>;
};

/** `installed`: folders of installed dependencies, relative to `root`; they are borrowed, and links into the repository lead into the copy. */
export async function openLab(root: string, sha: string, tree: string, installed: readonly string[]): Promise<Lab> {
  const git = async (...args: string[]) =>
    (await run('git', ['-C', tree, ...IDENTITY, ...args], { env: gitEnvironment(), maxBuffer: 64 * 1024 * 1024 })).stdout.trim();
  await run('git', ['clone', '--quiet', '--shared', '--no-checkout', root, tree], { env: gitEnvironment() });
  await git('checkout', '--quiet', '--force', '--detach', sha);
  for (const folder of installed) borrow(join(root, folder), join(tree, folder), root, tree);
  const back = async () => void (await git('reset', '--quiet', '--hard', sha), await git('clean', '-fdq', '-e', 'node_modules', '-e', '.venv'));
  return {
    tree,
    async write(file, text) {
      await back();
      if (text !== null) writeFileSync(join(tree, file), text);
    },
    async commit(file, text) {
      await back();
      writeFileSync(join(tree, file), text);
      await git('commit', '--quiet', '--all', '--no-verify', '--allow-empty', '-m', 'a mistake');
      return git('rev-parse', 'HEAD');
    },
  };
}

/** A link to a package of the workspace must lead to the copy of that package, or the tests would run the code without the mistake. */
function borrow(from: string, to: string, root: string, tree: string): void {
  if (!existsSync(from) || existsSync(to)) return;
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    const [source, target] = [join(from, name), join(to, name)];
    if (lstatSync(source).isSymbolicLink()) {
      const aim = readlinkSync(source);
      const whole = isAbsolute(aim) ? aim : resolve(dirname(source), aim);
      const inside = whole.startsWith(`${root}/`) && !whole.includes('/node_modules/');
      symlinkSync(inside ? join(tree, whole.slice(root.length + 1)) : whole, target);
    } else if (name.startsWith('@')) borrow(source, target, root, tree);
    else symlinkSync(source, target);
  }
}

/** Folders of installed dependencies beside the manifests of a work tree. */
export function installedFolders(root: string, manifests: readonly string[]): string[] {
  const dirs = new Set(['.', ...manifests.map((path) => dirname(path))]);
  return [...dirs].flatMap((dir) => ['node_modules', '.venv', 'venv'].map((name) => join(dir, name))).filter((path) => existsSync(join(root, path)));
}

export const removeLab = (tree: string): void => rmSync(tree, { recursive: true, force: true });
