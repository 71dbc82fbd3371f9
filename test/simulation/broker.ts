// The broker in memory: streams with guards, durable consumers, schedules and buckets, with the answers that nats-server gives.
import { Consumer } from './consumer.ts';
import type { ConsumerSpec } from './consumer.ts';
import type { World } from './world.ts';

export type Stored = { seq: number; subject: string; data: Uint8Array; headers: ReadonlyMap<string, string>; at: number };
export type PublishOptions = {
  headers?: ReadonlyMap<string, string>;
  /** Guard: the last message below `group` (or of the subject itself) must have this sequence. 0: there must be none. */
  expectLast?: number;
  expectSubject?: string;
  /** A message schedule: `data` goes to `target` at that time. The next message on the same subject replaces it. */
  schedule?: { at: Date; target: string };
};

/** What the server answers when it refuses. */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}
const WRONG_LAST_SEQUENCE = 10071;

/** `awo.log.<goal>` for the commits of a goal, the subject itself for anything else: what a guard and a last-by-subject look at. */
const groupOf = (subject: string) => (subject.startsWith('awo.log.') ? subject.split('.', 3).join('.') : subject);
const groupOfFilter = (filter: string) => (filter.endsWith('.>') ? filter.slice(0, -2) : filter);

class Stream {
  readonly name: string;
  readonly prefixes: string[];
  readonly groups = new Map<string, Stored[]>();
  readonly consumers: Consumer[] = [];
  lastSeq = 0;
  constructor(name: string, prefixes: string[]) {
    this.name = name;
    this.prefixes = prefixes;
  }
}

export class Broker {
  readonly world: World;
  readonly consumers = new Map<string, Consumer>();
  /** Timers that have not rung: subject to sequence and time. */
  readonly schedules = new Map<string, { seq: number; at: number; target: string; data: Uint8Array }>();
  /** Asked whenever a message is stored. */
  onStored: (stream: string, message: Stored) => void = () => {};
  /** Asked whenever a consumer is done with a message. */
  onAcked: (stream: string, message: Stored) => void = () => {};
  #streams: Stream[];

  constructor(world: World, streams: Record<string, string[]>, consumers: ConsumerSpec[]) {
    this.world = world;
    this.#streams = Object.entries(streams).map(([name, prefixes]) => new Stream(name, prefixes));
    for (const spec of consumers) {
      const consumer = new Consumer(world, spec, (message) => this.onAcked(spec.stream, message));
      this.consumers.set(`${spec.stream}/${spec.name}`, consumer);
      this.#stream(spec.stream).consumers.push(consumer);
    }
  }

  #stream(name: string): Stream {
    const found = this.#streams.find((s) => s.name === name);
    if (!found) throw new Refusal(10059, `stream not found: ${name}`);
    return found;
  }

  /** Stores a message; gives its sequence. Throws Refusal where a guard does not hold. */
  publish(subject: string, data: Uint8Array, options: PublishOptions = {}): { stream: string; seq: number } {
    const stream = this.#streams.find((s) => s.prefixes.some((p) => subject.startsWith(p)));
    if (!stream) throw new Refusal(503, `no stream takes ${subject}`);
    if (options.expectLast !== undefined) {
      const last = stream.groups.get(groupOfFilter(options.expectSubject ?? subject))?.at(-1)?.seq ?? 0;
      if (last !== options.expectLast) throw new Refusal(WRONG_LAST_SEQUENCE, `wrong last sequence: ${last}`);
    }
    const message: Stored = { seq: ++stream.lastSeq, subject, data, headers: options.headers ?? NO_HEADERS, at: this.world.now };
    const group = groupOf(subject);
    const list = stream.groups.get(group);
    if (list) list.push(message);
    else stream.groups.set(group, [message]);
    if (options.schedule) this.#arm(subject, { seq: message.seq, at: this.world.atOf(options.schedule.at), target: options.schedule.target, data });
    this.onStored(stream.name, message);
    for (const consumer of stream.consumers) consumer.offer(message);
    return { stream: stream.name, seq: message.seq };
  }

  #arm(subject: string, schedule: { seq: number; at: number; target: string; data: Uint8Array }): void {
    this.schedules.set(subject, schedule);
    this.world.after(schedule.at - this.world.now, null, () => {
      if (this.schedules.get(subject)?.seq !== schedule.seq) return;
      this.world.say(() => `broker: ${subject} rings`);
      this.schedules.delete(subject);
      this.publish(schedule.target, schedule.data, { headers: new Map([['Nats-Scheduler', subject]]) });
    });
  }

  /** The last message below a filter, as a replica that lags `lagMs` behind knows it. */
  last(stream: string, filter: string, lagMs = 0): Stored | null {
    const list = this.#stream(stream).groups.get(groupOfFilter(filter)) ?? [];
    for (let i = list.length - 1; i >= 0; i--) {
      const message = list[i];
      if (message && (lagMs === 0 || message.at <= this.world.now - lagMs)) return message;
    }
    return null;
  }

  /** Every message of one group, oldest first. */
  all(stream: string, filter: string): readonly Stored[] {
    return this.#stream(stream).groups.get(groupOfFilter(filter)) ?? [];
  }

  /** A crash loses what consumers had not written down yet: deliveries and acknowledgements of the last moments. Messages stay. */
  crash(lostMs: number): void {
    for (const consumer of this.consumers.values()) consumer.crash(lostMs);
  }
}

const NO_HEADERS: ReadonlyMap<string, string> = new Map();
