// Ends a goal whose last message is no commit: nobody could ever append to it, so it would be stuck without a word.
import { createHash } from 'node:crypto';
import { TerminalError, subjects } from '@awo/contracts';
import { draftCommit } from '@awo/goal';
import type { Writer } from '@awo/goal';
import type { StoredMsg } from '@nats-io/jetstream';
import { appendCommit, parseHead } from './append.ts';
import type { LogHead } from './append.ts';
import type { Connection } from './connect.ts';
import { storedMessages } from './read.ts';

/**
 * Appends `needs-human` behind the message that is no commit, on the state of the last one that is.
 * Null where there is nothing to end: the last message can be read, the goal has ended, or it never was one.
 * Throws RetryableError `newer-version` for what a newer version wrote: that can be read, only not here.
 */
export async function endBroken(connection: Connection, goal: string, by: Writer, at: Date): Promise<LogHead | null> {
  let last: StoredMsg | undefined;
  let sound: LogHead | undefined;
  let because = '';
  for await (const message of storedMessages(connection, 'GOALS', subjects.goalLog(goal))) {
    last = message;
    try {
      sound = parseHead(message);
      because = '';
    } catch (error) {
      if (!(error instanceof TerminalError)) throw error;
      because = error.message;
    }
  }
  if (!last || !sound || because === '' || sound.commit.state.ended) return null;
  const before = { state: sound.commit.state, prev: createHash('sha256').update(last.data).digest('hex') };
  const said = `${because} Nothing can be built on it, so the goal was stopped as it stood: look at what runs, and at \`awo log ${goal} --verify\`.`;
  const { commit, to } = draftCommit(before, goal, [{ type: 'goal.ended', outcome: 'needs-human', because: said }], by, at.toISOString());
  const result = await appendCommit(connection, commit, to, last.seq, sound.traceparent);
  // Somebody else may have been faster, or the answer was lost: the message comes again and finds out.
  return result.kind === 'appended' ? result.head : null;
}
