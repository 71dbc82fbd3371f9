// The world of one seed: a virtual clock, processes that can die or stand still at every await, and one queue of what happens next.
import { virtualTimers } from './virtual-timers.ts';
import type { Random } from './random.ts';

export type Proc = {
  name: string;
  alive: boolean;
  /** Stopped (SIGSTOP) until then: whatever comes waits. */
  pausedUntil: number;
  /** Cut off from the broker until then. */
  cutUntil: number;
  /** How far its clock is from the broker's, in milliseconds. */
  skewMs: number;
  stopping: AbortController;
};

type Item = { at: number; id: number; owner: Proc | null; run: () => void; cancelled: boolean };
export type Cancel = () => void;

/** Broken promise of the system under test. */
export class Violation extends Error {
  override name = 'Violation';
  readonly invariant: string;
  constructor(invariant: string, message: string) {
    super(message);
    this.invariant = invariant;
  }
}

const EPOCH = Date.parse('2026-01-01T00:00:00.000Z');

export class World {
  now = 0;
  events = 0;
  violation: Violation | null = null;
  readonly random: Random;
  readonly trace: string[] | null;
  /** Asked before each event of a process: may kill or stop it. */
  beforeEvent: (owner: Proc) => void = () => {};
  /** Asked after each event and everything that followed from it. */
  afterEvent: () => void = () => {};
  #heap: Item[] = [];
  #ids = 0;

  constructor(random: Random, traced: boolean) {
    this.random = random;
    this.trace = traced ? [] : null;
  }

  say(line: () => string): void {
    this.trace?.push(`${(this.now / 1000).toFixed(3).padStart(9)} s  ${line()}`);
  }

  fail(invariant: string, message: string): void {
    this.violation ??= new Violation(invariant, message);
  }

  /** The clock of a process, or the broker's. */
  date(proc: Proc | null = null): Date {
    return new Date(EPOCH + Math.floor(this.now) + (proc?.skewMs ?? 0));
  }
  atOf(date: Date): number {
    return date.getTime() - EPOCH;
  }

  /** Runs `run` after `ms`; not at all when its owner has died by then. */
  after(ms: number, owner: Proc | null, run: () => void): Cancel {
    const item: Item = { at: this.now + Math.max(0, ms), id: this.#ids++, owner, run, cancelled: false };
    this.#push(item);
    return () => {
      item.cancelled = true;
    };
  }

  /** Runs events in the order of their time until nothing is left, `done` says so, or a promise is broken. */
  async run(done: () => boolean, maxEvents: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const afterAll = () => process.nextTick(turn);
      const turn = () => {
        virtualTimers.leave();
        this.afterEvent();
        if (this.violation || done()) return resolve();
        const item = this.#next();
        if (!item) return resolve();
        if (++this.events > maxEvents) {
          this.fail('ends', `nothing has ended after ${maxEvents} events, ${Math.round(this.now / 1000)} s`);
          return resolve();
        }
        virtualTimers.enter(this, item.owner);
        try {
          item.run();
        } catch (error) {
          this.fail(
            'no-crash',
            `an exception left ${item.owner?.name ?? 'the broker'}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
          );
        }
        // Everything that follows from the event runs first: the next turn begins when no microtask is left.
        queueMicrotask(afterAll);
      };
      turn();
    });
  }

  #next(): Item | undefined {
    for (;;) {
      const item = this.#pop();
      if (!item) return undefined;
      if (item.cancelled) continue;
      this.now = Math.max(this.now, item.at);
      const { owner } = item;
      if (!owner) return item;
      if (owner.alive) this.beforeEvent(owner);
      if (!owner.alive) continue;
      if (owner.pausedUntil <= this.now) return item;
      // Whether an answer or its time-out is seen first on waking up is a matter of luck.
      item.at = owner.pausedUntil + this.random.next() * 2;
      item.id = this.#ids++;
      this.#push(item);
    }
  }

  #push(item: Item): void {
    const heap = this.#heap;
    let i = heap.push(item) - 1;
    while (i > 0) {
      const up = (i - 1) >> 1;
      if (before(heap[up] as Item, item)) break;
      heap[i] = heap[up] as Item;
      i = up;
    }
    heap[i] = item;
  }

  #pop(): Item | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (!top || !last || heap.length === 0) return top;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1] as Item, heap[child] as Item)) child++;
      if (!before(heap[child] as Item, last)) break;
      heap[i] = heap[child] as Item;
      i = child;
    }
    heap[i] = last;
    return top;
  }
}

const before = (a: Item, b: Item) => a.at < b.at || (a.at === b.at && a.id < b.id);
