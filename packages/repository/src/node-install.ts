// How the packages of a Node project are installed and their binaries started, by lock file. Pure.
import type { Finding, Install } from '@awo/contracts';
import { allDependencies, type NodePackage } from './node-packages.ts';
import { dirOf, within } from './paths.ts';
import type { Toolchain } from './reading.ts';
import { lineAt, type Snapshot } from './snapshot.ts';

const LOCKS = [
  { file: 'package-lock.json', manager: 'npm' },
  { file: 'npm-shrinkwrap.json', manager: 'npm' },
  { file: 'pnpm-lock.yaml', manager: 'pnpm' },
  { file: 'yarn.lock', manager: 'yarn' },
] as const;

export type NodeToolchain = Toolchain & { manager: 'npm' | 'pnpm' | 'yarn' };

/** The install of a package: by the lock file beside it, beside its workspace root, or none where there is nothing to install. */
export function nodeToolchain(snapshot: Snapshot, one: NodePackage, byDir: ReadonlyMap<string, NodePackage>, findings: Finding[]): NodeToolchain {
  const lock = findLock(snapshot, one);
  const root = byDir.get(one.workspace) ?? one;
  const named = /^(npm|pnpm|yarn)@/.exec(root.json.packageManager ?? one.json.packageManager ?? '')?.[1];
  const manager = lock?.manager ?? (named === 'pnpm' || named === 'yarn' ? named : 'npm');
  const needs = Object.keys(allDependencies(one.json)).length > 0 || root.patterns.length > 0;
  const install: Install[] = [];
  if (lock && needs) install.push({ dir: dirOf(lock.path), command: lockedInstall(snapshot, lock), lockfile: lock.path });
  else if (needs) {
    install.push({
      dir: root.dir,
      command: manager === 'npm' ? ['npm', 'install', '--no-audit', '--no-fund', '--no-package-lock'] : [manager, 'install'],
      lockfile: null,
    });
    if (Object.keys(allDependencies(one.json)).length > 0) {
      findings.push({
        about: one.dir,
        what: 'lock file',
        value: 'none',
        at: lineAt(one.path, one.text, /"(dev)?dependencies"/i),
        level: 'missing',
        hint: `Versions may differ from one install to the next. Commit the lock file that "${manager} install" writes.`,
      });
    }
  }
  return { dir: one.dir, language: 'node', install, manager };
}

type Lock = { path: string; manager: 'npm' | 'pnpm' | 'yarn' };

function findLock(snapshot: Snapshot, one: NodePackage): Lock | null {
  for (const dir of new Set([one.dir, one.workspace])) {
    for (const { file, manager } of LOCKS) if (snapshot.has(within(dir, file))) return { path: within(dir, file), manager };
  }
  return null;
}

function lockedInstall(snapshot: Snapshot, lock: Lock): string[] {
  if (lock.manager === 'npm') return ['npm', 'ci', '--no-audit', '--no-fund'];
  if (lock.manager === 'pnpm') return ['pnpm', 'install', '--frozen-lockfile'];
  // Yarn 1 knows no --immutable; from version 2 on a project has a .yarnrc.yml, or names its version.
  const root = dirOf(lock.path);
  const modern = snapshot.has(within(root, '.yarnrc.yml')) || /"packageManager"\s*:\s*"yarn@[2-9]/.test(snapshot.text(within(root, 'package.json')) ?? '');
  return modern ? ['yarn', 'install', '--immutable'] : ['yarn', 'install', '--frozen-lockfile'];
}

/** Arguments that start a binary of an installed package. */
export function runBinary(manager: NodeToolchain['manager'], binary: string): string[] {
  if (manager === 'pnpm') return ['pnpm', 'exec', binary];
  return manager === 'yarn' ? ['yarn', 'run', binary] : ['npx', '--no-install', binary];
}

/** Arguments that run a script of package.json. */
export const runScript = (manager: NodeToolchain['manager'], script: string): string[] => [manager, 'run', script];
