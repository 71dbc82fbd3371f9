// What a scenario works on: the model of the broker, or a real nats-server. Both speak through the client library's surface.
import type { Bus } from '@awo/bus';
import type { JsMsg } from '@nats-io/jetstream';
import type { KV } from '@nats-io/kv';

export const GOAL = 'g0000000001';
export const OTHER_GOAL = 'g0000000002';
/** How long a message is its worker's in these scenarios. */
export const LEASE_S = 2;

export type Site = {
  bus: Pick<Bus, 'js' | 'jsm' | 'schedule'>;
  /** The bucket of effects. */
  kv: KV;
  now: () => Date;
  sleep: (ms: number) => Promise<void>;
  /** Sequence of the last message of a stream when the scenario began. */
  base: Record<'GOALS' | 'TIMERS' | 'KV_effects', number>;
  /** Deletes the planner's consumer of GOALS and makes it anew. */
  renewConsumer: () => Promise<void>;
  /** The broker dies without warning and comes back. */
  crash: () => Promise<void>;
  /** From now on nothing gets through, until the function that it gives is called. */
  holdLine: () => () => void;
};

/** A scenario writes down what it sees: sequences are counted from where it began. */
export type Trace = string[];

export async function publish({ bus, base }: Site, subject: string, after?: number, timeout = 10_000): Promise<string> {
  const group = subject.split('.', 3).join('.');
  const expect = after === undefined ? {} : { expect: { lastSubjectSequence: after === 0 ? 0 : after + base.GOALS, lastSubjectSequenceSubject: `${group}.>` } };
  try {
    const { seq } = await bus.js.publish(subject, subject, { timeout, ...expect });
    return `stored ${seq - base.GOALS}`;
  } catch (error) {
    return refused(error, base.GOALS);
  }
}

/** The broker's word for it, or that there was none. */
export function refused(error: unknown, base: number): string {
  const { code, message } = error as { code?: number; message: string };
  if (typeof code !== 'number') return 'no answer';
  const last = Number(/wrong last sequence: (\d+)/.exec(message)?.[1] ?? Number.NaN);
  return `refused ${code}, last is ${last === 0 ? 0 : last - base}`;
}

/** Takes up to `max` messages, waits for them as long as a pull may. */
export async function take({ bus }: Site, max = 1, expires = 15_000, stream: 'GOALS' | 'TIMERS' = 'GOALS'): Promise<JsMsg[]> {
  const consumer = await bus.js.consumers.get(stream, 'planner');
  const messages: JsMsg[] = [];
  for await (const message of await consumer.fetch({ max_messages: max, expires })) messages.push(message);
  return messages;
}

/** In the order of the log: on the model messages may overtake each other on their way to a process, which on one TCP connection they do not. */
export const seen = ({ base }: Site, messages: JsMsg[], stream: 'GOALS' | 'TIMERS' = 'GOALS'): string =>
  messages
    .toSorted((a, b) => a.seq - b.seq)
    .map((m) => `${m.seq - base[stream]} delivery ${m.info.deliveryCount}${m.redelivered ? ' again' : ''}`)
    .join(', ') || 'nothing';

export const logSubject = (goal: string, to: 'planner' | 'nobody' = 'planner') => `awo.log.${goal}.planner.${to}`;
