// How many suites run at the same time: one per core, and only while what is measured free is enough for another one.
import { setTimeout as sleep } from 'node:timers/promises';
import { measureFree, type Free } from './free.ts';

export type Slots = {
  /**
   * Waits for a turn, first come first served. Call the result to give it back. Rejects when the signal aborts.
   * In the background: only while nobody else runs or waits, one at a time, and beside the others' slots.
   */
  take(signal: AbortSignal, options?: { background: boolean }): Promise<() => void>;
};

const LOOK_AGAIN_MS = 250;
/** A suite that waits for a core only makes others wait. Not for longer than this: some machines are always busy. */
const BUSY_CPU = 0.95;
const BUSY_CPU_WAIT_MS = 5000;
/** All processes stood still for memory a tenth of the time: another one makes it worse for all. */
const BUSY_MEMORY = 0.1;

/** Where nothing runs there is nothing to wait for: then low memory does not hold the next suite back, or none would ever run. */
export function slots(limit: number, minFreeBytes: number, measure: () => Free = measureFree): Slots {
  let running = 0;
  let waiting = 0;
  let background = 0;
  let line: Promise<void> = Promise.resolve();
  const room = (sinceMs: number): boolean => {
    if (running === 0) return true;
    if (running >= limit) return false;
    const free = measure();
    if (running >= free.cores || free.freeBytes < minFreeBytes || free.memoryPressure >= BUSY_MEMORY) return false;
    return free.cpuPressure < BUSY_CPU || performance.now() - sinceMs >= BUSY_CPU_WAIT_MS;
  };
  const once = (give: () => void): (() => void) => {
    let held = true;
    return () => {
      if (held) give();
      held = false;
    };
  };
  const behind = async (signal: AbortSignal): Promise<() => void> => {
    while (running + waiting + background > 0) await sleep(LOOK_AGAIN_MS, undefined, { signal });
    signal.throwIfAborted();
    background += 1;
    return once(() => (background -= 1));
  };
  return {
    async take(signal, options = { background: false }) {
      if (options.background) return behind(signal);
      const before = line;
      let leave = (): void => undefined;
      line = new Promise((resolve) => (leave = resolve));
      waiting += 1;
      try {
        await before;
        const since = performance.now();
        while (!room(since)) await sleep(LOOK_AGAIN_MS, undefined, { signal });
        signal.throwIfAborted();
        running += 1;
      } finally {
        waiting -= 1;
        leave();
      }
      return once(() => (running -= 1));
    },
  };
}
