// One value per subject of the stream HISTORY: read, and replaced under the guard of its sequence, so that of two writers both stay.
import { createHash } from 'node:crypto';
import { subjects } from '@awo/contracts';
import type { z } from 'zod';
import type { Bus } from './bus.ts';
import { isConflict } from './conflict.ts';

type Streams = Pick<Bus, 'js' | 'jsm'>;
const TRIES = 20;

/** Names that a subject cannot hold stand in it as their digest. */
export const historySubject = (what: string, ...names: string[]): string =>
  subjects.history(what, createHash('sha256').update(names.join('\n')).digest('hex').slice(0, 32));

/** Null where nothing is kept, or nothing that this version can read. */
export async function readKept<T>({ jsm }: Pick<Streams, 'jsm'>, subject: string, schema: z.ZodType<T>): Promise<T | null> {
  return (await look(jsm, subject, schema)).value;
}

/** False where others were faster every time. History is a hint: that is not worth a step that fails. */
export async function changeKept<T>({ js, jsm }: Streams, subject: string, schema: z.ZodType<T>, change: (value: T | null) => T): Promise<boolean> {
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const { seq, value } = await look(jsm, subject, schema);
    try {
      await js.publish(subject, JSON.stringify(change(value)), { expect: { lastSubjectSequence: seq } });
      return true;
    } catch (error) {
      if (!isConflict(error)) throw error;
    }
  }
  return false;
}

async function look<T>(jsm: Streams['jsm'], subject: string, schema: z.ZodType<T>): Promise<{ seq: number; value: T | null }> {
  const last = await jsm.direct.getMessage('HISTORY', { last_by_subj: subject });
  if (last === null) return { seq: 0, value: null };
  const read = schema.safeParse(last.json());
  return { seq: last.seq, value: read.success ? read.data : null };
}
