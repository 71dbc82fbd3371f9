// Reads goals back: the last commit, the whole log, what is new, the latest goals.
import { RetryableError, TerminalError, parseLogSubject, subjects } from '@awo/contracts';
import type { Author, ErrorCode } from '@awo/contracts';
import type { StoredMsg } from '@nats-io/jetstream';
import { parseHead } from './append.ts';
import type { LogHead } from './append.ts';
import type { Connection } from './connect.ts';

const BATCH = 256;
/** Silence in the middle of a batch: the server died, and its successor knows nothing of the request. */
const SILENCE_MS = 5000;

/**
 * The last commit of a goal as the log's leader has it, or null when there is no such goal; never older than `known`.
 * From the leader, because in a cluster any other copy may lag, or belong to a server that stands still.
 * A leader that was stopped and does not know yet that it leads no more lags too: hence `known`, and the guard of whoever writes next.
 * Throws RetryableError `bus-unavailable` when nobody answers.
 */
export async function lastCommit({ jsm }: Connection, goal: string, known: LogHead | null = null): Promise<LogHead | null> {
  const message = await jsm.streams.getMessage('GOALS', { last_by_subj: subjects.goalLog(goal) }).catch((error: unknown) => {
    throw unreadable('GOALS', error);
  });
  return message && message.seq > (known?.seq ?? 0) ? parseHead(message) : known;
}

/** The same for what no guard protects. Throws RetryableError `bus-unavailable` also where the goal is read at less than `atLeast`. */
export async function currentCommit(connection: Connection, goal: string, atLeast = 0): Promise<LogHead | null> {
  const head = await lastCommit(connection, goal);
  const at = head?.seq ?? 0;
  if (at < atLeast) throw unreadable('GOALS', new Error(`${goal} is at ${at} there, and ${atLeast} is known`));
  return head;
}

/** Stored messages of a filter from `fromSeq` on, in order, until there are no more. Throws RetryableError `bus-unavailable`: a part must not pass for the whole. */
export async function* storedMessages(connection: Connection, stream: string, filter: string, fromSeq = 1): AsyncGenerator<StoredMsg> {
  let seq = fromSeq;
  for (;;) {
    const batch = await readBatch(connection, stream, filter, seq);
    yield* batch;
    const last = batch.at(-1);
    if (!last || batch.length < BATCH) return;
    seq = last.seq + 1;
  }
}

function readBatch({ jsm }: Connection, stream: string, filter: string, seq: number): Promise<StoredMsg[]> {
  return new Promise((resolve, reject) => {
    const messages: StoredMsg[] = [];
    const silence = setTimeout(() => end(new Error(`silent for ${SILENCE_MS} ms`)), SILENCE_MS);
    const end = (error?: Error) => {
      clearTimeout(silence);
      void batch.then(
        (iterator) => iterator.stop(),
        () => undefined,
      );
      if (error && !isNoMessages(error)) reject(unreadable(stream, error));
      else resolve(messages);
    };
    // The callback form, because only there the library ends its subscription with the batch.
    const request = async () =>
      jsm.direct.getBatch(stream, {
        seq,
        batch: BATCH,
        next_by_subj: filter,
        callback: (done, message) => {
          if (done) return end(done.err);
          silence.refresh();
          messages.push(message);
        },
      });
    const batch = request();
    batch.catch(end);
  });
}

const isNoMessages = (error: Error) => /no messages|not found|no results|404/i.test(error.message);

const unreadable = (stream: string, error: unknown) =>
  new RetryableError('bus-unavailable', `The stream ${stream} cannot be read: ${error instanceof Error ? error.message : String(error)}.`);

/** Every commit of a goal, oldest first, with the raw bytes for the hash chain. */
export async function* history(connection: Connection, goal: string, fromSeq = 1): AsyncGenerator<LogHead & { bytes: Uint8Array }> {
  for await (const message of storedMessages(connection, 'GOALS', subjects.goalLog(goal), fromSeq)) yield { ...parseHead(message), bytes: message.data };
}

/**
 * The commits of one goal (or of all) as they come, after those already there from `fromSeq` on.
 * A core subscription only wakes the reader; what is yielded comes from the stream, so nothing is missed or doubled.
 */
export async function* follow(connection: Connection, options: { goal?: string; fromSeq?: number; signal: AbortSignal }): AsyncGenerator<LogHead> {
  const filter = options.goal ? subjects.goalLog(options.goal) : subjects.allLogs;
  let wake = () => {};
  const sub = connection.nc.subscribe(filter, { callback: () => wake() });
  const stop = () => wake();
  options.signal.addEventListener('abort', stop);
  try {
    let seq = options.fromSeq ?? 1;
    while (!options.signal.aborted) {
      let fresh = 0;
      const woken = new Promise<void>((resolve) => {
        // The timer covers a wake-up lost while reconnecting.
        const timer = setTimeout(resolve, 1000);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      try {
        for await (const message of storedMessages(connection, 'GOALS', filter, seq)) {
          fresh++;
          seq = message.seq + 1;
          yield parseHead(message);
        }
      } catch (error) {
        // What is no commit has been gone past: the goal's end stands behind it, written by whoever met it at work.
        if (error instanceof TerminalError && error.code === 'bad-message') continue;
        // The server is away; whoever follows waits for it as everybody else does.
        if (!(error instanceof RetryableError) || connection.nc.isClosed()) throw error;
        // Waiting would not help whoever follows this one goal; among all goals it is passed over.
        if (error.code === 'newer-version' && options.goal) throw error;
      }
      if (fresh === 0) await woken;
    }
  } finally {
    options.signal.removeEventListener('abort', stop);
    sub.unsubscribe();
  }
}

/** A goal whose last commit cannot be read here: written by a newer version (`newer-version`), or no commit at all (`bad-message`). */
export type UnreadableGoal = { goal: string; seq: number; code: ErrorCode; because: string };

/** The last commit of each of the goals that moved most recently: newest first, read from the last `window` commits of all. What cannot be read is named, and hides nothing else. Throws RetryableError `bus-unavailable` when nobody answers. */
export async function recentGoals(connection: Connection, window = 2000): Promise<{ heads: LogHead[]; unreadable: UnreadableGoal[] }> {
  const { state } = await connection.jsm.streams.info('GOALS').catch((error: unknown) => {
    throw unreadable('GOALS', error);
  });
  // With the finished goals archived the numbers have gaps: where the log is short, all of it is read.
  const from = state.messages <= window ? state.first_seq : Math.max(state.first_seq, state.last_seq - window + 1);
  // Only the last of each goal is read as a commit: of thousands that would take seconds.
  const last = new Map<string, StoredMsg>();
  for await (const message of storedMessages(connection, 'GOALS', subjects.allLogs, Math.max(1, from))) {
    const { goal } = parseLogSubject(message.subject);
    last.delete(goal);
    last.set(goal, message);
  }
  const all = [...last].reverse().map(([goal, message]) => headOrWhyNot(goal, message));
  return { heads: all.filter((one) => 'commit' in one), unreadable: all.filter((one) => 'code' in one) };
}

/** What one role has written to the goals that the log still holds, oldest first. What this version cannot read is left out. */
export async function commitsBy(connection: Connection, author: Author): Promise<LogHead[]> {
  const found: LogHead[] = [];
  for await (const message of storedMessages(connection, 'GOALS', subjects.logsBy(author))) {
    const one = headOrWhyNot(parseLogSubject(message.subject).goal, message);
    if ('commit' in one) found.push(one);
  }
  return found;
}

function headOrWhyNot(goal: string, message: StoredMsg): LogHead | UnreadableGoal {
  try {
    return parseHead(message);
  } catch (error) {
    if (!(error instanceof TerminalError) && !(error instanceof RetryableError)) throw error;
    return { goal, seq: message.seq, code: error.code, because: error.message };
  }
}

/** What the bus says about each role's work: not yet handed out, handed out and unanswered, and how many ask for more. A role whose consumer is missing is not there. */
export async function pickupsOf({ jsm }: Connection): Promise<Map<string, { pending: number; unanswered: number; asking: number }>> {
  const pickups = new Map<string, { pending: number; unanswered: number; asking: number }>();
  for await (const one of jsm.consumers.list('GOALS'))
    pickups.set(one.name, { pending: one.num_pending, unanswered: one.num_ack_pending, asking: one.num_waiting });
  return pickups;
}
