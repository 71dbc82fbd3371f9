// How many suites run at the same time: one per core of the machine, and only while what is measured free is enough for another one.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Lock, tryLock } from './file-lock.ts';
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

/** A core of the machine, or null where other servers of it have them all. */
export type TakeCore = () => Promise<Pick<Lock, 'release'> | null>;
const whatever: TakeCore = async () => ({ release: () => undefined });

/** Cores as files that are locked: of several servers with the same folder each core runs one suite, and that of a server that died is free again. */
export const coresOf =
  (folder: string, cores: number): TakeCore =>
  async () => {
    for (let core = 0; core < cores; core += 1) {
      const held = await tryLock(join(folder, `${core}.lock`), 'exclusive');
      if (held !== null) return held;
    }
    return null;
  };

/** Where nothing runs there is nothing to wait for: then low memory does not hold the next suite back, or none would ever run. */
export function slots(limit: number, minFreeBytes: number, takeCore = whatever, measure: () => Free = measureFree): Slots {
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
        let core: Awaited<ReturnType<TakeCore>> = null;
        while (core === null) {
          signal.throwIfAborted();
          core = room(since) ? await takeCore() : null;
          if (core === null) await sleep(LOOK_AGAIN_MS, undefined, { signal });
        }
        running += 1;
        const { release } = core;
        return once(() => {
          running -= 1;
          release();
        });
      } finally {
        waiting -= 1;
        leave();
      }
    },
  };
}
