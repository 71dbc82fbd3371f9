// Messages of a consumer as the client library hands them out: a pull for several, each with its acknowledgement.
import type { JsMsg } from '@nats-io/jetstream';
import type { Stored } from './broker.ts';
import type { Consumer, Delivery, Pull } from './consumer.ts';
import type { Network } from './network.ts';
import type { Proc } from './world.ts';

export type Fetch = { max_messages: number; expires: number };

export const headersOf = ({ headers }: Stored) => ({ get: (key: string) => headers.get(key) ?? '' });

/** At most `max_messages` within `expires` milliseconds, as an async iterable that can be stopped. */
export function fetchMessages(proc: Proc, network: Network, consumer: Consumer, { max_messages: max, expires }: Fetch) {
  const come: JsMsg[] = [];
  let received = 0;
  let ended = false;
  let wake = () => {};
  const end = () => {
    ended = true;
    cancel();
    consumer.cancel(pull);
    wake();
  };
  const pull: Pull = {
    left: max,
    expiresAt: network.world.now + expires,
    deliver: (delivery) =>
      network.deliver(proc, () => {
        come.push(messageOf(proc, network, consumer, delivery));
        if (++received >= max) end();
        wake();
      }),
  };
  const cancel = network.world.after(expires, proc, end);
  network.send(proc, () => {
    if (!ended) consumer.pull(pull);
  });
  return {
    stop: end,
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const message = come.shift();
        if (message) yield message;
        else if (ended) return;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}

function messageOf(proc: Proc, network: Network, consumer: Consumer, { message, count }: Delivery): JsMsg {
  const { seq } = message;
  const settle = (what: string, run: () => void) =>
    network.send(proc, () => {
      network.world.say(() => `${proc.name}: ${what} ${message.subject} ${seq}`);
      run();
    });
  network.world.say(() => `${proc.name}: gets ${message.subject} ${seq}, delivery ${count}`);
  const known = {
    subject: message.subject,
    seq,
    data: message.data,
    headers: headersOf(message),
    redelivered: count > 1,
    info: { deliveryCount: count },
    ack: () => settle('ack', () => void consumer.ack(seq)),
    nak: (delayMs?: number) => settle(`nak ${delayMs ?? 0} ms`, () => consumer.nak(seq, delayMs)),
    term: () => settle('term', () => void consumer.ack(seq)),
    working: () => network.send(proc, () => consumer.working(seq)),
  };
  return known as unknown as JsMsg;
}
