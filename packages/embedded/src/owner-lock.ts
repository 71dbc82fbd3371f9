// One supervisor per installation: a lock file that names its owner by pid and start time; a dead owner's is taken over.
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { homePaths } from './home.ts';
import { readJson } from './json-file.ts';
import { ProcessIdentity, identify, isRunning } from './process-identity.ts';

const lockFile = (home: string): string => join(homePaths(home).home, 'supervisor.lock');

/** The living owner, if there is one. */
export function lockOwner(home: string): ProcessIdentity | undefined {
  const owner = readJson(lockFile(home), ProcessIdentity);
  return owner && isRunning(owner) ? owner : undefined;
}

/** True where this process owns the installation now; false where another living one does. */
export function takeLock(home: string): boolean {
  const file = lockFile(home);
  const mine = identify(process.pid);
  if (!mine) throw new Error('this process cannot identify itself');
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(mine), { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < 20; attempt += 1) {
      try {
        // A link appears with its content in it or not at all, for exactly one of several takers.
        linkSync(draft, file);
        return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      if (lockOwner(home)) return false;
      setAside(file);
    }
    return false;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Moves a dead owner's lock away; gives it back if a new owner was faster than the look. */
function setAside(file: string): void {
  const aside = `${file}.dead-${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  const owner = readJson(aside, ProcessIdentity);
  if (owner && isRunning(owner)) {
    try {
      linkSync(aside, file);
    } catch {
      // The place is taken by a third one; the two will see each other's lock.
    }
  }
  rmSync(aside, { force: true });
}

export function releaseLock(home: string): void {
  const file = lockFile(home);
  try {
    if ((JSON.parse(readFileSync(file, 'utf8')) as { pid?: number }).pid === process.pid) rmSync(file, { force: true });
  } catch {
    // Gone or not ours any more.
  }
}
