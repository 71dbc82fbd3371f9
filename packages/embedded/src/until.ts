// Waits for a condition, never for a time alone.
import { setTimeout as pause } from 'node:timers/promises';

/** Resolves to the first value that is neither undefined, null nor false; undefined where `timeoutMs` passed before. */
export async function until<T>(look: () => T | Promise<T>, timeoutMs: number, everyMs = 20): Promise<Exclude<T, undefined | null | false> | undefined> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await look();
    if (value !== undefined && value !== null && value !== false) return value as Exclude<T, undefined | null | false>;
    if (Date.now() >= deadline) return undefined;
    await pause(everyMs);
  }
}
