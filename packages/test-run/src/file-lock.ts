// Locks between processes that the operating system lets go of when a process dies: a transaction on an empty SQLite file.
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

export type LockMode = 'shared' | 'exclusive';
export type Lock = { release(): void };

const LOOK_AGAIN_MS = 50;

/** The lock, or null where somebody holds it in a mode that excludes this one. */
export async function tryLock(path: string, mode: LockMode): Promise<Lock | null> {
  await mkdir(dirname(path), { recursive: true });
  const db = new DatabaseSync(path, { timeout: 0 });
  try {
    db.exec(mode === 'exclusive' ? 'BEGIN EXCLUSIVE' : 'BEGIN; SELECT count(*) FROM sqlite_schema');
  } catch (error) {
    db.close();
    if (error instanceof Error && /locked|busy/i.test(error.message)) return null;
    throw error;
  }
  return { release: () => db.isOpen && db.close() };
}

/** Waits for the lock. Rejects when the signal aborts. */
export async function lock(path: string, mode: LockMode, signal: AbortSignal): Promise<Lock> {
  for (;;) {
    signal.throwIfAborted();
    const held = await tryLock(path, mode);
    if (held !== null) return held;
    await sleep(LOOK_AGAIN_MS, undefined, { signal });
  }
}
