// Which goals were archived: their ids in a bounded number of keys, so that a message that comes again years later is still the same goal.
import { RetryableError } from '@awo/contracts';
import { isConflict } from './conflict.ts';
import type { Connection } from './connect.ts';

const STREAM = 'KV_archived';
/** A goal's id is `g` and ten characters; two of them choose the key, so there are never more than 1,024. */
const ID_LENGTH = 10;
const keyOf = (goal: string): string => `$KV.archived.ids.${goal.slice(1, 3)}`;
const DELETED = 'KV-Operation';

/**
 * Whether a goal was sealed. Ask after the log was found empty, never before: a goal is remembered here before it leaves the log.
 * Throws RetryableError `bus-unavailable` when nobody answers: not knowing is not "no".
 */
export async function isArchived(connection: Connection, goal: string): Promise<boolean> {
  return idsIn((await read(connection, keyOf(goal))).ids).has(goal.slice(1));
}

/** Adds goals; those that are there stay as they are. */
export async function rememberArchived(connection: Connection, goals: readonly string[]): Promise<void> {
  const byKey = Map.groupBy(goals, keyOf);
  await Promise.all([...byKey].map(([key, of]) => add(connection, key, of)));
}

async function add(connection: Connection, key: string, goals: readonly string[]): Promise<void> {
  for (;;) {
    const { ids, seq } = await read(connection, key);
    const known = idsIn(ids);
    const fresh = goals.map((goal) => goal.slice(1)).filter((id) => !known.has(id));
    if (fresh.length === 0) return;
    try {
      await connection.js.publish(key, ids + fresh.join(''), { expect: { lastSubjectSequence: seq } });
      return;
    } catch (error) {
      // Another archiver was faster.
      if (!isConflict(error)) throw error;
    }
  }
}

async function read({ jsm }: Connection, key: string): Promise<{ ids: string; seq: number }> {
  // From the leader: a copy that lags does not know yet what has left the log already.
  const message = await jsm.streams.getMessage(STREAM, { last_by_subj: key }).catch((error: unknown) => {
    throw new RetryableError('bus-unavailable', `Which goals are archived cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  });
  if (!message) return { ids: '', seq: 0 };
  return { ids: message.header?.get(DELETED) ? '' : message.string(), seq: message.seq };
}

function idsIn(text: string): Set<string> {
  const ids = new Set<string>();
  for (let at = 0; at < text.length; at += ID_LENGTH) ids.add(text.slice(at, at + ID_LENGTH));
  return ids;
}
