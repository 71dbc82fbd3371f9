// Which folder holds the installation's state, and which git repository a command is meant for.
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { CliContext } from './context.ts';

/** Root of this checkout. */
export const CHECKOUT = resolve(import.meta.dirname, '../../..');

/** `--home`, then AWO_HOME, then the nearest `.awo` upward from here, then the checkout's own. */
export function findHome({ home, env, cwd }: Pick<CliContext, 'home' | 'env' | 'cwd'>): string {
  const named = home ?? env['AWO_HOME'];
  if (named) return resolve(cwd, named);
  return nearestUpward(cwd, '.awo') ?? join(CHECKOUT, '.awo');
}

/** The git work tree that `from` is in, or undefined. */
export function findRepository(from: string): string | undefined {
  const found = nearestUpward(from, '.git');
  return found && dirname(found);
}

function nearestUpward(from: string, name: string): string | undefined {
  for (let dir = resolve(from); ; dir = dirname(dir)) {
    const candidate = join(dir, name);
    if (existsSync(candidate)) return candidate;
    if (dir === dirname(dir)) return undefined;
  }
}
