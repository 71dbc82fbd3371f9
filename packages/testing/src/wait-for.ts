// Waits for a condition and, where it does not come, says what was waited for and what was seen last.
import { setTimeout as pause } from 'node:timers/promises';

export interface WaitOptions {
  /** Completes the sentence "Waited 10000 ms for …". */
  what: string;
  timeoutMs?: number;
  everyMs?: number;
}

type Found<T> = Exclude<T, undefined | null | false>;

/** Resolves to the first value that is neither undefined, null nor false. A look that throws counts as not yet. */
export async function waitFor<T>(look: () => T | Promise<T>, { what, timeoutMs = 30_000, everyMs = 25 }: WaitOptions): Promise<Found<T>> {
  const deadline = Date.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      const value = await look();
      if (value !== undefined && value !== null && value !== false) return value as Found<T>;
      last = value;
    } catch (error) {
      last = error;
    }
    if (Date.now() >= deadline) throw new Error(`Waited ${timeoutMs} ms for ${what}; last: ${last instanceof Error ? last.message : String(last)}`);
    await pause(everyMs);
  }
}
