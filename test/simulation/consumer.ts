// A durable pull consumer: explicit acknowledgement, redelivery after ack_wait, delayed nak, late acknowledgements, several waiting pulls.
import type { Stored } from './broker.ts';
import type { World } from './world.ts';

export type ConsumerSpec = {
  stream: string;
  name: string;
  takes: (subject: string) => boolean;
  ackWaitMs: number;
  /** The stream keeps what was acknowledged. */ keeps: boolean;
};
export type Delivery = { message: Stored; count: number };
/** `left`: how many more it takes. */
export type Pull = { left: number; expiresAt: number; deliver: (delivery: Delivery) => void };
type Status = 'fresh' | 'pending' | 'redo' | 'done';
type Entry = { message: Stored; status: Status; count: number; deadline: number };
type Change = { at: number; entry: Entry; status: Status; count: number };

export class Consumer {
  readonly spec: ConsumerSpec;
  readonly #world: World;
  readonly #entries = new Map<number, Entry>();
  /** Those that are not done. */
  readonly #open = new Set<Entry>();
  /** Counts what became done: whoever watches looks again when it has grown. */
  done = 0;
  #fresh: Entry[] = [];
  #redo: Entry[] = [];
  #pulls: Pull[] = [];
  /** What was not on disk yet, newest last. */
  #journal: Change[] = [];

  readonly #onAcked: (message: Stored) => void;

  constructor(world: World, spec: ConsumerSpec, onAcked: (message: Stored) => void) {
    this.#world = world;
    this.spec = spec;
    this.#onAcked = onAcked;
  }

  offer(message: Stored): void {
    if (!this.spec.takes(message.subject)) return;
    const entry: Entry = { message, status: 'fresh', count: 0, deadline: 0 };
    this.#entries.set(message.seq, entry);
    this.#open.add(entry);
    this.#fresh.push(entry);
    this.#pump();
  }

  pull(pull: Pull): void {
    this.#pulls.push(pull);
    this.#pump();
  }
  cancel(pull: Pull): void {
    this.#pulls = this.#pulls.filter((p) => p !== pull);
  }

  /** Accepted from whoever had it, however late. */
  ack(seq: number): boolean {
    const entry = this.#entries.get(seq);
    if (!entry || entry.status === 'done' || entry.status === 'fresh') return false;
    this.#set(entry, 'done', entry.count);
    this.#onAcked(entry.message);
    return true;
  }
  nak(seq: number, delayMs = 0): void {
    const entry = this.#entries.get(seq);
    if (entry?.status !== 'pending') return;
    entry.deadline = this.#world.now + delayMs;
    if (delayMs > 0) this.#watch(entry);
    else this.#expire(entry);
  }
  working(seq: number): void {
    const entry = this.#entries.get(seq);
    if (entry?.status === 'pending') entry.deadline = this.#world.now + this.spec.ackWaitMs;
  }

  /** Messages that somebody has or will get. */
  *held(): Generator<Stored> {
    for (const entry of this.#open) yield entry.message;
  }
  isHeld(seq: number): boolean {
    const entry = this.#entries.get(seq);
    return entry !== undefined && entry.status !== 'done';
  }

  crash(lostMs: number): void {
    this.#pulls = [];
    const since = this.#world.now - lostMs;
    for (let change = this.#journal.pop(); change && change.at >= since; change = this.#journal.pop()) {
      const { entry } = change;
      Object.assign(entry, { status: change.status, count: change.count });
      if (change.status !== 'done') this.#open.add(entry);
    }
    this.#journal = [];
    const entries = [...this.#entries.values()];
    this.#fresh = entries.filter((e) => e.status === 'fresh');
    this.#redo = entries.filter((e) => e.status === 'redo');
    for (const entry of entries) {
      if (entry.status !== 'pending') continue;
      entry.deadline = this.#world.now + this.spec.ackWaitMs;
      this.#watch(entry);
    }
  }

  /** Deleted and made anew under its name: hands out everything that the stream still has, as if for the first time. */
  renew(): void {
    this.#pulls = [];
    this.#journal = [];
    this.#redo = [];
    this.#fresh = [...this.#entries.values()].filter((e) => this.spec.keeps || e.status !== 'done');
    for (const entry of this.#fresh) {
      Object.assign(entry, { status: 'fresh', count: 0 });
      this.#open.add(entry);
    }
  }

  #set(entry: Entry, status: Status, count: number): void {
    const { now } = this.#world;
    while (this.#journal[0] && this.#journal[0].at < now - JOURNAL_MS) this.#journal.shift();
    this.#journal.push({ at: now, entry, status: entry.status, count: entry.count });
    entry.status = status;
    entry.count = count;
    if (status !== 'done') return;
    this.#open.delete(entry);
    this.done++;
  }

  #pump(): void {
    while (this.#pulls.length > 0) {
      const entry = this.#redo[0] ?? this.#fresh[0];
      if (!entry) return;
      if (this.#redo.length > 0) this.#redo.shift();
      else this.#fresh.shift();
      if (entry.status !== 'redo' && entry.status !== 'fresh') continue;
      const pull = this.#nextPull();
      if (!pull) {
        (entry.status === 'redo' ? this.#redo : this.#fresh).unshift(entry);
        return;
      }
      this.#set(entry, 'pending', entry.count + 1);
      entry.deadline = this.#world.now + this.spec.ackWaitMs;
      this.#watch(entry);
      pull.deliver({ message: entry.message, count: entry.count });
    }
  }

  #nextPull(): Pull | undefined {
    for (;;) {
      const pull = this.#pulls[0];
      if (!pull) return undefined;
      const usable = pull.expiresAt > this.#world.now && pull.left > 0;
      if (usable) pull.left--;
      if (!usable || pull.left === 0) this.#pulls.shift();
      if (usable) return pull;
    }
  }

  #watch(entry: Entry): void {
    const { deadline } = entry;
    this.#world.after(deadline - this.#world.now, null, () => {
      if (entry.status !== 'pending') return;
      if (entry.deadline <= this.#world.now + 0.001) this.#expire(entry);
      else this.#watch(entry);
    });
  }

  #expire(entry: Entry): void {
    this.#set(entry, 'redo', entry.count);
    this.#redo.push(entry);
    this.#pump();
  }
}

const JOURNAL_MS = 1500;
