// Snapshots of streams as nats-server makes and takes them: a stream of chunks, which only the server needs to understand.
import { setTimeout as sleep } from 'node:timers/promises';
import { RetryableError, TerminalError } from '@awo/contracts';
import { createInbox } from '@nats-io/transport-node';
import type { Msg } from '@nats-io/transport-node';
import { z } from 'zod';
import type { Connection } from './connect.ts';

const CHUNK_BYTES = 256 * 1024;
/** The server looks at every message's checksum before the first chunk, and reads a restored stream before it answers. */
const LONG_MS = 3_600_000;
/** The server gives up after five seconds without an answer, and so do we. */
const SILENCE_MS = 15_000;

const ApiError = z.object({ description: z.string() });
const StreamState = z.looseObject({ messages: z.number(), bytes: z.number(), first_seq: z.number(), last_seq: z.number() });
const StreamSettings = z.looseObject({ name: z.string(), num_replicas: z.number() });
/** What the server wants to know of a stream before it takes its snapshot back. */
export const SnapshotHead = z.object({ config: StreamSettings, state: StreamState });
export type SnapshotHead = z.infer<typeof SnapshotHead>;
/** The error first: beside one the server sends empty fields. */
const Refusal = z.object({ error: ApiError });
const SnapshotReply = z.union([Refusal, SnapshotHead]);
const RestoreReply = z.union([Refusal, z.object({ deliver_subject: z.string() })]);
const RestoredReply = z.union([Refusal, z.object({ created: z.string(), state: StreamState })]);

/**
 * Streams one stream out, its consumers left out: made anew they hand everything out once more, which changes nothing, while an
 * acknowledgement that is newer than the snapshot would leave a goal without anybody who goes on with it.
 * Throws TerminalError `bus-refused` where a message's checksum is wrong or the server refuses, RetryableError `bus-unavailable` where it falls silent.
 */
export async function takeSnapshot({ nc, user }: Connection, stream: string, write: (chunk: Uint8Array) => Promise<unknown>): Promise<SnapshotHead> {
  const inbox = createInbox(`_INBOX_${user}`);
  const chunks = nc.subscribe(inbox);
  try {
    const request = { deliver_subject: inbox, no_consumers: true, jsck: true, chunk_size: CHUNK_BYTES };
    const reply = SnapshotReply.parse((await nc.request(`$JS.API.STREAM.SNAPSHOT.${stream}`, JSON.stringify(request), { timeout: LONG_MS })).json());
    if ('error' in reply) throw refused(`a snapshot of ${stream}`, reply.error.description);
    const iterator = chunks[Symbol.asyncIterator]();
    for (;;) {
      const { value, done } = await within(iterator.next(), stream);
      const message = value as Msg | undefined;
      if (done || !message) throw silent(stream);
      if (message.data.length === 0) {
        const status = message.headers?.code ?? 0;
        // 204 says that it is whole; a short one has no status at all.
        if (status >= 400) throw refused(`the end of the snapshot of ${stream}`, `${status} ${message.headers?.description ?? ''}`);
        return reply;
      }
      await write(message.data);
      message.respond();
    }
  } finally {
    chunks.unsubscribe();
  }
}

/**
 * Makes a stream from its snapshot. Gives when the stream was made, and what is in it.
 * Throws TerminalError `bus-refused` where a stream of this name is there already, or what comes is no snapshot of it.
 */
export async function restoreSnapshot(
  { nc }: Connection,
  head: SnapshotHead,
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ created: string; state: z.infer<typeof StreamState> }> {
  const { name } = head.config;
  const begun = RestoreReply.parse((await nc.request(`$JS.API.STREAM.RESTORE.${name}`, JSON.stringify(head), { timeout: SILENCE_MS })).json());
  if ('error' in begun) throw refused(`the restore of ${name}`, begun.error.description);
  for await (const chunk of chunks) {
    const answer = await nc.request(begun.deliver_subject, chunk, { timeout: SILENCE_MS });
    if (answer.data.length > 0) throw refused(`the restore of ${name}`, answer.string());
  }
  const ended = RestoredReply.parse((await nc.request(begun.deliver_subject, '', { timeout: LONG_MS })).json());
  if ('error' in ended) throw refused(`the restore of ${name}`, ended.error.description);
  return ended;
}

async function within<T>(next: Promise<T>, stream: string): Promise<T> {
  const stop = new AbortController();
  const late = sleep(SILENCE_MS, undefined, { signal: stop.signal }).then(() => {
    throw silent(stream);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([next, late]);
  } finally {
    stop.abort();
  }
}

const refused = (what: string, why: string) => new TerminalError('bus-refused', `The server refuses ${what}: ${why}.`);
const silent = (stream: string) => new RetryableError('bus-unavailable', `The server fell silent in the middle of the snapshot of ${stream}.`);
