// What the archiver has seen of the log: every commit from its beginning up to the grace time, by goal. In memory only; a new start reads again.
import { RetryableError, parseLogSubject, subjects } from '@awo/contracts';
import type { GoalState } from '@awo/contracts';
import { parseHead, storedMessages } from '@awo/bus';
import type { Bus } from '@awo/bus';
import type { ArchivedCommit } from '@awo/archive';

export type GoalInLog = {
  goal: string;
  firstSeq: number;
  lastSeq: number;
  /** Null: it was too much to keep, and is read again when the goal has ended. */
  commits: ArchivedCommit[] | null;
  bytes: number;
  ended?: { state: GoalState; at: number };
  /** Its commits lie in the archive, read back and compared: they may leave. */
  sealed: boolean;
  /** Why it has ended and stays all the same. */
  kept?: string;
  /** Under legal hold when last looked at. */
  held?: boolean;
  /** The last pack there was when it was looked up in the archive. */
  lookedUpAt?: number;
};

export type LogView = {
  /** Where reading goes on. Every commit before it is in `goals`, or has left the log. */
  next: number;
  goals: Map<string, GoalInLog>;
};

export const emptyView = (): LogView => ({ next: 1, goals: new Map() });

const TO_NOBODY = '.nobody';

export type ReadLimits = {
  /** Younger commits are left for a later round. */
  before: Date;
  /** Ended goals, and bytes of all commits held: reading rests when there are more. */
  endedGoals: number;
  heldBytes: number;
};

/** True: there is more to read. Throws RetryableError `bus-unavailable` when a commit may have been passed over. */
export async function readOn(bus: Bus, view: LogView, limits: ReadLimits): Promise<boolean> {
  let ended = [...view.goals.values()].filter(isReady).length;
  let held = [...view.goals.values()].reduce((sum, { commits, bytes }) => sum + (commits ? bytes : 0), 0);
  for await (const message of storedMessages(bus, 'GOALS', subjects.allLogs, view.next)) {
    if (message.time > limits.before) return false;
    if (ended >= limits.endedGoals) return true;
    if (message.seq !== view.next) await confirmGap(bus, view.next, message.seq);
    const { goal } = parseLogSubject(message.subject);
    const seen = view.goals.get(goal) ?? { goal, firstSeq: message.seq, lastSeq: message.seq, commits: [], bytes: 0, sealed: false };
    const traceparent = message.header?.get('traceparent');
    const text = message.string();
    seen.lastSeq = message.seq;
    seen.bytes += text.length;
    seen.commits?.push({ seq: message.seq, subject: message.subject, commit: text, ...(traceparent ? { traceparent } : {}) });
    if (message.subject.endsWith(TO_NOBODY)) {
      const { state } = parseHead(message).commit;
      if (state.ended) seen.ended = { state, at: message.time.getTime() };
      if (isReady(seen)) ended++;
    }
    held += text.length;
    if (held > limits.heldBytes && !seen.ended) {
      held -= seen.bytes;
      seen.commits = null;
    }
    view.goals.set(goal, seen);
    view.next = message.seq + 1;
  }
  return false;
}

export const isReady = (one: GoalInLog): boolean => one.ended !== undefined && !one.sealed && !one.held && one.kept === undefined;

/** Everything below is taken out of the log by number: a commit that was passed over in reading would be lost. */
async function confirmGap(bus: Bus, from: number, to: number): Promise<void> {
  const next = await bus.jsm.direct.getMessage('GOALS', { seq: from, next_by_subj: subjects.allLogs });
  if (next?.seq !== to) throw new RetryableError('bus-unavailable', `The log was read from ${from} to ${to}, and ${next?.seq ?? 'nothing'} stands there.`);
}
