// Takes messages of a durable consumer, a bounded number at a time, and keeps each alive while it is worked on.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@awo/telemetry';
import type { Consumer, JsMsg } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import type { Connection } from './connect.ts';
import { notePull } from './health.ts';

/** Share of the consumer's ack_wait after which it hears of a message again, so that two lost heartbeats do not cause a second delivery. */
const HEARTBEAT_SHARE = 0.3;
const PULL_EXPIRES_MS = 30_000;
/** A pull that a dead server holds is given up after two of these went missing. */
const PULL_HEARTBEAT_MS = 4000;
const RETRY_MS = 500;

export type WorkOptions = {
  stream: string;
  consumer: string;
  /** How many messages are in work at the same time. */
  concurrency: number;
  /** Settles the message itself (ack, nak, term). A throw is logged and leads to redelivery. */
  handle: (message: JsMsg) => Promise<void>;
  signal: AbortSignal;
  log: Logger;
};

/** Places for messages: free, asked for by an open pull, or (neither) in work. */
type Places = { free: number; asked: number; consumer: Consumer | null; changed: () => void };

/** Runs until `signal` aborts and everything in work is finished. Never gives up on a missing server or consumer. */
export async function consumeWork(connection: Connection, options: WorkOptions): Promise<void> {
  const { concurrency, signal } = options;
  const places: Places = { free: concurrency, asked: 0, consumer: null, changed: () => {} };
  const running = new Set<Promise<void>>();
  const begin = (one: Promise<void>) => {
    running.add(one);
    void one.finally(() => running.delete(one));
  };
  const wake = () => places.changed();
  signal.addEventListener('abort', wake);
  while (!signal.aborted && !connection.nc.isClosed()) {
    // Several messages in one pull, because a pull costs as much as a commit; but only as many as have a free place,
    // so that a replica never holds what another could begin at once.
    if (places.free > 0 && (places.asked === 0 || places.free * 2 >= concurrency)) begin(pull(connection, options, places, begin));
    await new Promise<void>((resolve) => {
      places.changed = resolve;
      if (signal.aborted) resolve();
    });
  }
  signal.removeEventListener('abort', wake);
  while (running.size > 0) await Promise.all(running);
}

/** One pull for all free places. What comes is begun at once; ends when as many came, or no more came in time. Never throws. */
async function pull(connection: Connection, options: WorkOptions, places: Places, begin: (work: Promise<void>) => void): Promise<void> {
  const { signal, log } = options;
  let left = places.free;
  places.asked += left;
  places.free = 0;
  const mark = {};
  notePull(connection, mark, true);
  try {
    places.consumer ??= await connection.js.consumers.get(options.stream, options.consumer);
    const messages = await places.consumer.fetch({ max_messages: left, expires: PULL_EXPIRES_MS, idle_heartbeat: PULL_HEARTBEAT_MS });
    const stop = () => messages.stop();
    signal.addEventListener('abort', stop);
    // Told to stop while the pull was being set up: nobody would end it before it expires.
    if (signal.aborted) stop();
    const heartbeatMs = ((await places.consumer.info(true)).config.ack_wait ?? nanos(10_000)) * (HEARTBEAT_SHARE / 1e6);
    for await (const message of messages) {
      // After a reconnect the library asks for the whole number again: what comes beyond is begun too, but had no place to give back.
      const placed = left > 0;
      if (placed) {
        left--;
        places.asked--;
      }
      begin(
        work(message, heartbeatMs, options)
          .catch((error: unknown) => log.warn({ err: error, subject: message.subject }, 'could not hand a message back; it comes again by itself'))
          .then(() => {
            if (placed) places.free++;
            places.changed();
          }),
      );
    }
    signal.removeEventListener('abort', stop);
  } catch (error) {
    // The server is away, or the consumer was deleted and will be provisioned again.
    places.consumer = null;
    if (!signal.aborted && !connection.nc.isClosed()) {
      log.warn({ err: error, stream: options.stream, consumer: options.consumer }, 'cannot pull, trying again');
      await sleep(RETRY_MS);
    }
  } finally {
    notePull(connection, mark, false);
    places.asked -= left;
    places.free += left;
    places.changed();
  }
}

async function work(message: JsMsg, heartbeatMs: number, { handle, signal, log }: WorkOptions): Promise<void> {
  // Taken but not begun: hand it back at once, or it would lie idle until ack_wait is over.
  if (signal.aborted) return message.nak();
  const alive = setInterval(() => message.working(), heartbeatMs);
  try {
    await handle(message);
  } catch (error) {
    log.error({ err: error, subject: message.subject, seq: message.seq }, 'handler failed; the message will come again');
    message.nak(1000);
  } finally {
    clearInterval(alive);
  }
}
