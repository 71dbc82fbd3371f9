// Appends commits under the guard: two writers can never both append after the same commit.
import { COMMIT_MAX_BYTES, COMMIT_VERSION, Commit, RetryableError, TerminalError, newerVersionOf, subjects } from '@awo/contracts';
import type { Addressee, Event } from '@awo/contracts';
import { hashOf } from '@awo/goal';
import { LABEL, count } from '@awo/telemetry/metrics';
import { JetStreamApiError } from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import { isConflict } from './conflict.ts';
import type { Connection } from './connect.ts';

/** The last commit of a goal as its reader knows it. */
export type LogHead = { commit: Commit; seq: number; hash: string; subject: string; traceparent: string | undefined };

/** `hash` of the bytes that were sent: a commit that was read has other bytes when it is written again. */
export type AppendResult = { kind: 'appended'; head: LogHead } | { kind: 'conflict' } | { kind: 'unknown'; hash: string };

const PUBLISH_TIMEOUT_MS = 5000;
/** These have room in reserve: a goal that has grown too large must still be able to say so, or it is stuck without a word. */
const ENDINGS = new Set<Event['type']>(['step.failed', 'step.dispatched', 'human.acted', 'goal.ended']);

/**
 * Appends `commit` after sequence `after` (0: the goal must have no commit yet).
 * `unknown`: no answer came; the commit may or may not stand in the log, so read the last one.
 * Throws TerminalError `commit-too-large` beyond 64 KiB, for failures and ends beyond twice that.
 */
export async function appendCommit(
  connection: Connection,
  commit: Commit,
  to: Addressee,
  after: number,
  traceparent: string | undefined,
): Promise<AppendResult> {
  const bytes = encoder.encode(JSON.stringify(commit));
  const room = commit.events.every((e) => ENDINGS.has(e.type)) ? 2 * COMMIT_MAX_BYTES : COMMIT_MAX_BYTES;
  if (bytes.length > room) {
    throw new TerminalError('commit-too-large', `A commit of ${commit.goal} has ${bytes.length} bytes; at most ${room} fit. Large results belong in evidence.`);
  }
  const subject = subjects.log(commit.goal, commit.by.author, to);
  const hdrs = headers();
  if (traceparent) hdrs.set('traceparent', traceparent);
  try {
    const ack = await connection.js.publish(subject, bytes, {
      headers: hdrs,
      timeout: PUBLISH_TIMEOUT_MS,
      expect: { lastSubjectSequence: after, lastSubjectSequenceSubject: subjects.goalLog(commit.goal) },
    });
    return { kind: 'appended', head: { commit, seq: ack.seq, hash: hashOf(bytes), subject, traceparent } };
  } catch (error) {
    if (isConflict(error)) {
      count('conflicts', { [LABEL.role]: commit.by.author });
      return { kind: 'conflict' };
    }
    if (error instanceof JetStreamApiError) {
      throw new RetryableError('bus-unavailable', `The bus refused a commit of ${commit.goal}: ${error.message}.`);
    }
    // A lost answer is not a lost commit: the reader of the log finds out.
    return { kind: 'unknown', hash: hashOf(bytes) };
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

type Stored = { subject: string; seq: number; data: Uint8Array; header?: { get(key: string): string } | undefined };

/**
 * Reads a stored message as a commit. Throws TerminalError `bad-message` when it is none,
 * RetryableError `newer-version` when a newer version of the product wrote it: others can read it, so it is nobody's fault and must not be dropped.
 */
export function parseHead(message: Stored): LogHead {
  const hash = hashOf(message.data);
  const known = KNOWN.get(hash);
  const commit = known ?? readCommit(message);
  if (!known) remember(hash, commit);
  return { commit, seq: message.seq, hash, subject: message.subject, traceparent: message.header?.get('traceparent') || undefined };
}

/**
 * Commits read of late, by the hash of their bytes: the same bytes are the same commit. The tool gate looks at a goal's last commit at every call of a step,
 * and whoever lists goals reads the whole window again each time.
 */
const KNOWN = new Map<string, Commit>();
const KNOWN_AT_MOST = 64;

function remember(hash: string, commit: Commit): void {
  KNOWN.set(hash, commit);
  if (KNOWN.size <= KNOWN_AT_MOST) return;
  for (const oldest of KNOWN.keys()) return void KNOWN.delete(oldest);
}

function readCommit(message: Stored): Commit {
  const value = parseJson(message.data);
  const newer = newerVersionOf(value);
  if (newer !== null)
    throw new RetryableError(
      'newer-version',
      `Commit ${message.seq} on ${message.subject} was written by a newer version (v${newer}; this one reads up to v${COMMIT_VERSION}): upgrade awo.`,
      1000,
    );
  const parsed = Commit.safeParse(value);
  if (!parsed.success)
    throw new TerminalError('bad-message', `Message ${message.seq} on ${message.subject} is no commit: ${parsed.error.issues[0]?.message ?? 'not JSON'}.`);
  return parsed.data;
}

export function parseJson(data: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(data));
  } catch {
    return undefined;
  }
}
