// Which pack is the last one, kept on the bus and not in the store: so that a store whose end was cut off does not pass for a shorter one.
import { RetryableError } from '@awo/contracts';
import { isConflict, parseJson } from '@awo/bus';
import type { Connection } from '@awo/bus';
import { z } from 'zod';
import { Hash } from './manifest.ts';

const SUBJECT = '$KV.archived.tail';

const Tail = z.object({ pack: z.number().int(), manifest: Hash });
type Tail = z.infer<typeof Tail>;

export async function readTail(connection: Connection): Promise<Tail | null> {
  return (await stored(connection)).tail;
}

/** Never lowers it: an archiver that was asleep must not undo what others have written. */
export async function raiseTail(connection: Connection, to: Tail): Promise<void> {
  for (;;) {
    const { tail, seq } = await stored(connection);
    if (tail && tail.pack >= to.pack) return;
    try {
      await connection.js.publish(SUBJECT, JSON.stringify(to), { expect: { lastSubjectSequence: seq } });
      return;
    } catch (error) {
      if (!isConflict(error)) throw error;
    }
  }
}

async function stored({ jsm }: Connection): Promise<{ tail: Tail | null; seq: number }> {
  const message = await jsm.streams.getMessage('KV_archived', { last_by_subj: SUBJECT }).catch((error: unknown) => {
    throw new RetryableError('bus-unavailable', `The end of the archive cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  });
  return message ? { tail: Tail.parse(parseJson(message.data)), seq: message.seq } : { tail: null, seq: 0 };
}
