// Puts the timers of whoever runs inside a simulated process on the virtual clock. Outside of a simulation the real ones stay.
import { syncBuiltinESMExports } from 'node:module';
import timersPromises from 'node:timers/promises';
import type { Cancel, Proc, World } from './world.ts';

let active: { world: World; proc: Proc } | null = null;

/** Whose code runs now. The queue of events sets it: everything up to the next event belongs to one process. */
export const virtualTimers = {
  enter: (world: World, proc: Proc | null): void => {
    active = proc ? { world, proc } : null;
  },
  leave: (): void => {
    active = null;
  },
};

class VirtualTimer {
  readonly #world: World;
  readonly #proc: Proc;
  readonly #run: () => void;
  readonly #ms: number;
  readonly #repeat: boolean;
  #cancel: Cancel = () => {};

  constructor(world: World, proc: Proc, run: () => void, ms: number, repeat: boolean) {
    this.#world = world;
    this.#proc = proc;
    this.#run = run;
    this.#ms = ms;
    this.#repeat = repeat;
    this.#arm();
  }
  #arm(): void {
    this.#cancel = this.#world.after(this.#ms, this.#proc, () => {
      if (this.#repeat) this.#arm();
      this.#run();
    });
  }
  stop(): void {
    this.#cancel();
  }
  refresh(): this {
    this.#cancel();
    this.#arm();
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}

type Callback = (...args: unknown[]) => void;

/** Replaces the global timers and those of node:timers/promises; once per process of the operating system. */
export function installVirtualTimers(): void {
  const real = { setTimeout, setInterval, clearTimeout, clearInterval, sleep: timersPromises.setTimeout };
  const start =
    (repeat: boolean, otherwise: typeof setTimeout) =>
    (run: Callback, ms?: number, ...args: unknown[]) =>
      active ? new VirtualTimer(active.world, active.proc, () => run(...args), ms ?? 1, repeat) : otherwise(run, ms, ...args);
  const stop = (otherwise: typeof clearTimeout) => (timer: unknown) => (timer instanceof VirtualTimer ? timer.stop() : otherwise(timer as NodeJS.Timeout));
  const sleep = (ms?: number, value?: unknown) => {
    const { world, proc } = active ?? {};
    return world && proc ? new Promise((resolve) => void world.after(ms ?? 1, proc, () => resolve(value))) : real.sleep(ms, value);
  };
  Object.assign(globalThis, {
    setTimeout: start(false, real.setTimeout),
    setInterval: start(true, real.setInterval as typeof setTimeout),
    clearTimeout: stop(real.clearTimeout),
    clearInterval: stop(real.clearInterval),
  });
  timersPromises.setTimeout = sleep as typeof timersPromises.setTimeout;
  syncBuiltinESMExports();
}
