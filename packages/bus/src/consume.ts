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

/** Runs until `signal` aborts and everything in work is finished. Never gives up on a missing server or consumer. */
export async function consumeWork(connection: Connection, options: WorkOptions): Promise<void> {
  await Promise.all(Array.from({ length: options.concurrency }, () => workLoop(connection, options)));
}

async function workLoop(connection: Connection, options: WorkOptions): Promise<void> {
  const { signal, log } = options;
  let consumer: Consumer | null = null;
  const loop = {};
  while (!signal.aborted) {
    try {
      notePull(connection, loop, true);
      consumer ??= await connection.js.consumers.get(options.stream, options.consumer);
      // One message per pull: a replica never holds what another could begin at once.
      const messages = await consumer.fetch({ max_messages: 1, expires: PULL_EXPIRES_MS });
      const stop = () => messages.stop();
      signal.addEventListener('abort', stop);
      // Told to stop while the pull was being set up: nobody would end it before it expires.
      if (signal.aborted) stop();
      const heartbeatMs = ((await consumer.info(true)).config.ack_wait ?? nanos(10_000)) * (HEARTBEAT_SHARE / 1e6);
      for await (const message of messages) {
        notePull(connection, loop, false);
        await work(message, heartbeatMs, options);
      }
      signal.removeEventListener('abort', stop);
    } catch (error) {
      // The server is away, or the consumer was deleted and will be provisioned again.
      if (signal.aborted || connection.nc.isClosed()) return;
      log.warn({ err: error, stream: options.stream, consumer: options.consumer }, 'cannot pull, trying again');
      consumer = null;
      await sleep(RETRY_MS);
    }
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
