// Answers publishers that wait for a reply: the stream itself gives none, so the answer is the goal's acceptance or refusal.
import { subjects } from '@awo/contracts';
import { goalIdFor, intakeDigest, isArchived, parseIncoming } from '@awo/bus';
import type { Bus, Incoming, IntakeReply } from '@awo/bus';
import type { Logger } from '@awo/telemetry';
import { headers } from '@nats-io/transport-node';
import type { MsgHdrs } from '@nats-io/transport-node';
import { laneOf } from './waiting-room.ts';

/** A requester that nobody answered within this time has given up itself. */
const FORGET_AFTER_MS = 60_000;
/** Repetitions are looked up in so many lines. */
const LINES = 16;
/** The stream may be faster than the plain subscription, but not by more than this: an older answer is another message's. */
const EARLY_MS = 2000;

const REPEATED = 'Awo-Repeated';

/** Marks the answer to a message that was handed out before: it is for who still waits, never for the next one with the same bytes. */
export function answeredBefore(): MsgHdrs {
  const marked = headers();
  marked.set(REPEATED, '1');
  return marked;
}

/**
 * `respond` is empty for publishers that do not wait: the answer to them must not go to somebody with the same bytes.
 * `sameGoal`: the message has an id, so everybody with its digest asks for the same goal and gets the same answer.
 */
type Waiting = { respond: (data: string) => void; sameGoal: boolean; since: number };
type Early = { data: string; since: number };

/** Begins a goal whose message the stream has not handed out yet. Null: not this one. */
type TakeInAtOnce = (incoming: Incoming, goal: string) => Promise<IntakeReply | null>;

/** Listens beside the stream; every replica does, because any of them may be the one that takes the message in. Returns what stops it. */
export function answerRequesters(bus: Bus, log: Logger, takeInAtOnce: TakeInAtOnce = async () => null): () => void {
  const waiting = new Map<string, Waiting[]>();
  const early = new Map<string, Early[]>();
  const lines: Promise<void>[] = [];
  let turn = 0;
  const forget = setInterval(() => {
    dropOlder(waiting, Date.now() - FORGET_AFTER_MS);
    dropOlder(early, Date.now() - EARLY_MS);
  }, EARLY_MS);
  const requests = bus.nc.subscribe(subjects.allGoals, {
    callback: (error, msg) => {
      if (error) return;
      const digest = intakeDigest(msg.subject, msg.data, msg.headers);
      const respond = (data: string) => void (msg.reply && msg.respond(data));
      const known = takeFirst(early, digest);
      if (known && Date.now() - known.since < EARLY_MS) return respond(known.data);
      const since = Date.now();
      const incoming = asGoal(msg);
      append(waiting, digest, { respond, sameGoal: incoming !== null, since });
      if (!incoming) return;
      const look = () =>
        answerAtOnce(bus, incoming, since, takeInAtOnce).then(
          (reply) => reply && tell(waiting, digest, JSON.stringify(reply)),
          (cause: unknown) => log.warn({ err: cause }, 'could not look up a repeated goal'),
        );
      if (laneOf(incoming.spec, incoming.source) === 'urgent') return void look();
      if (!msg.reply) return;
      // The stream drops what it has seen within its window, so nobody would ever answer a repetition. Not thousands at a time, and not who has been answered by then.
      const line = turn++ % LINES;
      lines[line] = (lines[line] ?? Promise.resolve()).then(() => (waiting.has(digest) ? look() : undefined)).then(() => {});
    },
  });
  const outcomes = bus.nc.subscribe(subjects.intake('*'), {
    callback: (error, msg) => {
      const digest = msg.subject.split('.')[2];
      if (error || !digest) return;
      if (!tell(waiting, digest, msg.string()) && !msg.headers?.has(REPEATED)) append(early, digest, { data: msg.string(), since: Date.now() });
    },
  });
  return () => {
    clearInterval(forget);
    requests.unsubscribe();
    outcomes.unsubscribe();
  };
}

/** One answer for one message; for a goal with an id to all who asked: who repeats it has given up waiting for the first. False: nobody waits. */
function tell(waiting: Map<string, Waiting[]>, digest: string, data: string): boolean {
  const first = takeFirst(waiting, digest);
  if (!first) return false;
  const others = first.sameGoal ? (waiting.get(digest) ?? []) : [];
  if (first.sameGoal) waiting.delete(digest);
  for (const { respond } of [first, ...others]) respond(data);
  return true;
}

function append<T>(lists: Map<string, T[]>, digest: string, item: T): void {
  lists.set(digest, [...(lists.get(digest) ?? []), item]);
}

function takeFirst<T>(lists: Map<string, T[]>, digest: string): T | undefined {
  const [first, ...rest] = lists.get(digest) ?? [];
  if (rest.length > 0) lists.set(digest, rest);
  else lists.delete(digest);
  return first;
}

function dropOlder(lists: Map<string, { since: number }[]>, limit: number): void {
  for (const [digest, list] of lists) if (list.every((item) => item.since < limit)) lists.delete(digest);
}

type Asked = { subject: string; data: Uint8Array; headers?: { get(key: string): string } | undefined };

/** Null: without an id, or no goal at all, which whoever the stream hands it to refuses under its own bytes. */
function asGoal({ subject, data, headers }: Asked): (Incoming & { id: string }) | null {
  try {
    const { id, ...rest } = parseIncoming(subject, data, headers);
    return id === null ? null : { ...rest, id };
  } catch {
    return null;
  }
}

async function answerAtOnce(bus: Bus, incoming: Incoming & { id: string }, heardAt: number, takeInAtOnce: TakeInAtOnce): Promise<IntakeReply | null> {
  const goal = goalIdFor(incoming.id);
  const head = await bus.lastCommit(goal);
  // Accepted since it was heard of: that is no repetition, and whoever accepted it answers.
  if (head && Date.parse(head.commit.state.acceptedAt) >= heardAt) return null;
  if (head || (await isArchived(bus, goal))) return { stream: 'INBOX', seq: 0, goal, accepted: true, duplicate: true };
  return takeInAtOnce(incoming, goal);
}
