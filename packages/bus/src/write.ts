// Writes events to a goal's log: rebases on conflict, then hands over every step that is ready.
import { setTimeout as sleep } from 'node:timers/promises';
import { RetryableError } from '@awo/contracts';
import type { Event, GoalState } from '@awo/contracts';
import { draftCommit, draftDispatch } from '@awo/goal';
import type { Draft, Writer } from '@awo/goal';
import { appendCommit } from './append.ts';
import type { AppendResult, LogHead } from './append.ts';
import type { Connection } from './connect.ts';
import { currentCommit, lastCommit } from './read.ts';

export type WriteRequest = {
  goal: string;
  by: Writer;
  /** What the writer knows; undefined: read it first. null: the goal must be new. */
  head: LogHead | null | undefined;
  /** The events to add to this state, or null when they no longer belong there. Called again after every conflict: pure. */
  events: (state: GoalState | null, seq: number) => Event[] | null;
  traceparent?: string | undefined;
  now: () => Date;
  /** Waits out a bus that refuses every write, as one does whose store is full, until this aborts. Left out: the refusal is thrown. */
  signal?: AbortSignal | undefined;
};
const REFUSED_MS = 1000;
/** A leader that was stopped, and does not know yet that it leads no more, has found out by then: nats-server's lostQuorumInterval is 10 s. */
const LEFT_AFTER_MS = 12_000;

/** `written` false: somebody else had moved on and `events` gave null. */
export type WriteResult = { written: boolean; head: LogHead | null };

/** Appends until it stands in the log exactly once, or no longer belongs there. */
export async function writeEvents(connection: Connection, request: WriteRequest): Promise<WriteResult> {
  let head = request.head === undefined ? await lastCommit(connection, request.goal) : request.head;
  /** Hashes of the commits whose answer got lost: any of them may stand in the log, also the one before the last. */
  const sent = new Set<string>();
  const hasLeft = watchForLeaving(connection, request.goal);
  for (let attempt = 0; ; attempt++) {
    if (head && sent.has(head.hash)) return { written: true, head: await handOver(connection, request, head) };
    const before = head ? { state: head.commit.state, prev: head.hash } : null;
    const events = request.events(before?.state ?? null, head?.seq ?? 0);
    if (!events) return { written: false, head: head ? await handOver(connection, request, head) : null };
    const { commit, to } = draftCommit(before, request.goal, events, request.by, request.now().toISOString());
    const result = await append(connection, request, { commit, to }, head);
    if (result.kind === 'appended') return { written: true, head: await handOver(connection, request, result.head) };
    if (result.kind === 'unknown') sent.add(result.hash);
    const restMs = restAfter(attempt);
    await sleep(restMs);
    const seen = await lastCommit(connection, request.goal, head);
    if (await hasLeft(result, head, seen, restMs)) return { written: false, head: null };
    head = seen;
  }
}

const restAfter = (attempt: number) => Math.min(attempt * 5, 250);

/**
 * Refused again and again, and yet nothing newer is there: the goal had ended, and was archived while this writer slept.
 * One look is not enough: a leader that lags has never heard of a young goal, and its outcome would be thrown away.
 */
function watchForLeaving(connection: Connection, goal: string) {
  let absentMs = 0;
  return async (result: AppendResult, known: LogHead | null, seen: LogHead | null, restMs: number): Promise<boolean> => {
    const absent = result.kind === 'conflict' && known !== null && seen?.seq === known.seq && !(await currentCommit(connection, goal));
    absentMs = absent ? absentMs + restMs : 0;
    return absentMs > LEFT_AFTER_MS;
  };
}

/** A refusal is no outcome of the step: given back, the message would use its deliveries up and be done all over again. */
async function append(
  connection: Connection,
  { traceparent, signal }: Pick<WriteRequest, 'traceparent' | 'signal'>,
  { commit, to }: Draft,
  after: LogHead | null,
): Promise<AppendResult> {
  for (;;) {
    try {
      return await appendCommit(connection, commit, to, after?.seq ?? 0, traceparent ?? after?.traceparent);
    } catch (error) {
      if (!(error instanceof RetryableError) || !signal || signal.aborted) throw error;
      await sleep(REFUSED_MS);
    }
  }
}

/** One more commit for each step that is ready and in nobody's hands. Somebody else doing the same is welcome. */
export async function handOver(connection: Connection, request: Omit<WriteRequest, 'head' | 'events'>, from: LogHead): Promise<LogHead> {
  let head = from;
  const hasLeft = watchForLeaving(connection, request.goal);
  for (let attempt = 0; ; attempt++) {
    const draft = draftDispatch({ state: head.commit.state, prev: head.hash }, request.by, request.now().toISOString());
    if (!draft) return head;
    const result = await append(connection, request, draft, head);
    if (result.kind === 'appended') head = result.head;
    else {
      const restMs = restAfter(attempt);
      await sleep(restMs);
      // Never older than what is known: a copy that lags shows a state in which there is nothing to hand over.
      const seen = (await lastCommit(connection, request.goal, head)) ?? head;
      if (await hasLeft(result, head, seen, restMs)) return head;
      head = seen;
    }
  }
}
