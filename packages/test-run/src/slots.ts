// How many suites run at the same time: one per core, and only while there is memory for another one.
import { setTimeout as sleep } from 'node:timers/promises';

export type Slots = {
  /** Waits for a turn, first come first served. Call the result to give it back. Rejects when the signal aborts. */
  take(signal: AbortSignal): Promise<() => void>;
};

const LOOK_AGAIN_MS = 250;

/** Where nothing runs there is nothing to wait for: then low memory does not hold the next suite back, or none would ever run. */
export function slots(limit: number, minFreeBytes: number, freeBytes: () => number = () => process.availableMemory()): Slots {
  let running = 0;
  let line: Promise<void> = Promise.resolve();
  const room = (): boolean => running === 0 || (running < limit && freeBytes() >= minFreeBytes);
  return {
    async take(signal) {
      const before = line;
      let leave = (): void => undefined;
      line = new Promise((resolve) => (leave = resolve));
      try {
        await before;
        while (!room()) await sleep(LOOK_AGAIN_MS, undefined, { signal });
        signal.throwIfAborted();
        running += 1;
      } finally {
        leave();
      }
      let held = true;
      return () => {
        if (held) running -= 1;
        held = false;
      };
    },
  };
}
