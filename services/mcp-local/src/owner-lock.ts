// One owner per folder: a lock that the operating system gives back when its holder dies, however it dies.
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';

export type OwnerLock = { release(): void };

/** Null where somebody else holds it. */
export function tryLock(path: string): OwnerLock | null {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    return { release: () => database.close() };
  } catch (error) {
    database.close();
    if ((error as { errcode?: number }).errcode === 5) return null;
    throw error;
  }
}

/** Waits until the holder is gone. Null where `signal` ends the wait first. */
export async function waitForLock(path: string, signal: AbortSignal): Promise<OwnerLock | null> {
  while (!signal.aborted) {
    const lock = tryLock(path);
    if (lock !== null) return lock;
    await delay(200);
  }
  return null;
}
