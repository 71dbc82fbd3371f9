// Everything between a process and the broker: delay, loss, partition, answers that come too late, stale replicas, a broker that is away.
import type { Random } from './random.ts';
import type { Proc, World } from './world.ts';

/** Probabilities per message unless they say otherwise. */
export type Faults = {
  lose: number;
  /** Longer than anybody waits, and then it arrives all the same. */
  late: number;
  slow: number;
  /** A replica answers that lags behind. */
  stale: number;
  /** Refused by the guard although nothing newer is to be seen yet (10164, a write of somebody else under way). */
  rivalry: number;
  /** Per event of a process. */
  kill: number;
  pause: number;
  cut: number;
  /** Per second: the broker dies; a consumer is lost and made anew. */
  crash: number;
  renew: number;
  skewMs: number;
};

export const NO_FAULTS: Faults = { lose: 0, late: 0, slow: 0, stale: 0, rivalry: 0, kill: 0, pause: 0, cut: 0, crash: 0, renew: 0, skewMs: 0 };
const REQUEST_TIMEOUT_MS = 5000;
const encoder = new TextEncoder();

/** `below`: what its subject begins with, where it takes all of that. */
type Subscription = {
  subject: string;
  below: string | null;
  queue: string | undefined;
  proc: Proc;
  callback: (error: Error | null, message: CoreMessage) => void;
};
type CoreMessage = { subject: string; data: Uint8Array; headers?: { code: number } | undefined; respond: (data: string) => boolean };

export class Network {
  readonly world: World;
  readonly random: Random;
  faults: Faults;
  brokerAwayUntil = 0;
  /** Asked whenever a message of the core reaches a process. */
  onHanded: (to: Proc, subject: string, data: Uint8Array) => void = () => {};
  #subscriptions: Subscription[] = [];
  readonly #waitsForReconnect = new Map<Proc, () => void>();

  constructor(world: World, faults: Faults) {
    this.world = world;
    this.random = world.random;
    this.faults = faults;
  }

  #latency(): number {
    const { random, faults } = this;
    if (random.chance(faults.late)) return random.between(REQUEST_TIMEOUT_MS, 12_000);
    if (random.chance(faults.slow)) return random.between(5, 900);
    return random.between(0.1, 1.5);
  }

  /** How long until it gets through; null: never. What is sent while the way is cut is kept and sent later, or lost. */
  #way(proc: Proc): number | null {
    if (this.random.chance(this.faults.lose)) return null;
    const { now } = this.world;
    const opens = Math.max(proc.cutUntil, this.brokerAwayUntil);
    if (opens <= now) return this.#latency();
    return this.random.chance(0.5) ? opens - now + this.#latency() : null;
  }

  /** The client of a process may notice it, and connect anew afterwards. */
  cutOff(proc: Proc, ms: number): void {
    proc.cutUntil = this.world.now + ms;
    if (this.random.chance(0.5)) this.world.after(ms, proc, () => this.#waitsForReconnect.get(proc)?.());
  }

  /** The broker is away: afterwards every client connects anew, each in its own time. */
  breakOff(ms: number): void {
    this.brokerAwayUntil = this.world.now + ms;
    for (const [proc, again] of this.#waitsForReconnect) if (proc.alive) this.world.after(ms + this.random.between(1, 300), proc, again);
  }

  /** What the client library tells of its connection. */
  async *status(proc: Proc): AsyncGenerator<{ type: 'reconnect' }> {
    for (;;) {
      await new Promise<void>((resolve) => this.#waitsForReconnect.set(proc, resolve));
      yield { type: 'reconnect' };
    }
  }

  /** To the broker, whoever sent it may die meanwhile. */
  send(proc: Proc, run: () => void): void {
    const way = this.#way(proc);
    if (way !== null) this.world.after(way, null, () => this.#arrive(run));
  }
  #arrive(run: () => void): void {
    // Arrives while the broker is away: the client sends it again once connected, or it is gone.
    const away = this.brokerAwayUntil - this.world.now;
    if (away <= 0) return run();
    if (this.random.chance(0.5)) this.world.after(away + 1, null, () => this.#arrive(run));
  }

  /** To a process, if it lives. */
  deliver(proc: Proc, run: () => void): void {
    const way = this.#way(proc);
    if (way !== null) this.world.after(way, proc, run);
  }

  /** Asks the broker. `run` happens there; its error is the answer too. Rejects with a time-out where no answer comes. */
  request<T>(proc: Proc, what: () => string, run: () => T, timeoutMs = REQUEST_TIMEOUT_MS): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const cancel = this.world.after(timeoutMs, proc, () => {
        this.world.say(() => `${proc.name}: ${what()}: no answer`);
        reject(new Error('timeout'));
      });
      const answer = (settle: () => void) =>
        this.deliver(proc, () => {
          cancel();
          settle();
        });
      this.send(proc, () => {
        try {
          const value = run();
          this.world.say(() => `${proc.name}: ${what()} -> ${brief(value)}`);
          answer(() => resolve(value));
        } catch (error) {
          this.world.say(() => `${proc.name}: ${what()} -> ${String(error)}`);
          answer(() => reject(error as Error));
        }
      });
    });
  }

  subscribe(proc: Proc, subject: string, queue: string | undefined, callback: Subscription['callback']): { unsubscribe: () => void } {
    const subscription = { subject, below: subject.endsWith('.>') ? subject.slice(0, -1) : null, queue, proc, callback };
    this.#subscriptions.push(subscription);
    return { unsubscribe: () => void (this.#subscriptions = this.#subscriptions.filter((s) => s !== subscription)) };
  }

  /** The broker notices that a connection is gone. */
  disconnect(proc: Proc): void {
    this.#subscriptions = this.#subscriptions.filter((s) => s.proc !== proc);
  }

  publish(proc: Proc, subject: string, data: Uint8Array, reply?: string): void {
    this.send(proc, () => {
      const matching = this.#subscriptions.filter((s) => s.subject === subject || (s.below !== null && subject.startsWith(s.below)));
      if (matching.length === 0 && reply) return this.#toAll(reply, new Uint8Array(), undefined, { code: 503 });
      const queued = matching.filter((s) => s.queue);
      const chosen = queued.length > 0 ? [this.random.pick(queued)] : matching;
      for (const to of chosen) this.#hand(to, subject, data, reply);
    });
  }
  #toAll(subject: string, data: Uint8Array, reply: string | undefined, headers: { code: number }): void {
    for (const to of this.#subscriptions.filter((s) => s.subject === subject)) this.#hand(to, subject, data, reply, headers);
  }
  #hand(to: Subscription, subject: string, data: Uint8Array, reply: string | undefined, headers?: { code: number }): void {
    const respond = (said: string) => {
      if (reply) this.publish(to.proc, reply, encoder.encode(said));
      return reply !== undefined;
    };
    this.deliver(to.proc, () => {
      if (!this.#subscriptions.includes(to)) return;
      this.onHanded(to.proc, subject, data);
      to.callback(null, { subject, data, headers, respond });
    });
  }
}

function brief(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  const { seq, subject } = value as { seq?: number; subject?: string };
  return seq === undefined ? JSON.stringify(value).slice(0, 120) : `${subject ?? ''} ${seq}`.trim();
}
