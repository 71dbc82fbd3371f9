// Answers publishers that wait for a reply: the stream itself gives none, so the answer is the goal's acceptance or refusal.
import { TerminalError, subjects } from '@awo/contracts';
import { goalIdFor, intakeDigest, parseIncoming } from '@awo/bus';
import type { Bus, IntakeReply } from '@awo/bus';
import type { Logger } from '@awo/telemetry';

/** A requester that nobody answered within this time has given up itself. */
const FORGET_AFTER_MS = 60_000;

type Waiting = { respond: (data: string) => boolean; since: number };

/** Listens beside the stream. Returns what stops it. */
export function answerRequesters(bus: Bus, log: Logger): () => void {
  const waiting = new Map<string, Waiting[]>();
  const early = new Map<string, { data: string; at: number }>();
  const forget = setInterval(() => forgetOld(waiting, early), FORGET_AFTER_MS / 2);
  const requests = bus.nc.subscribe(subjects.allGoals, {
    queue: 'planner',
    callback: (error, msg) => {
      if (error || !msg.reply) return;
      const msgId = msg.headers?.get('Nats-Msg-Id') || null;
      const digest = intakeDigest(msg.subject, msg.data, msgId);
      const known = early.get(digest);
      if (known) {
        early.delete(digest);
        msg.respond(known.data);
        return;
      }
      waiting.set(digest, [...(waiting.get(digest) ?? []), { respond: (data) => msg.respond(data), since: Date.now() }]);
      // The stream drops what it has seen within its window, so nobody would ever answer a repetition.
      void answerRepetition(bus, msg).then(
        (reply) => reply && answerFirst(waiting, digest, JSON.stringify(reply)),
        (cause: unknown) => log.warn({ err: cause }, 'could not look up a repeated goal'),
      );
    },
  });
  const outcomes = bus.nc.subscribe(subjects.intake('*'), {
    callback: (error, msg) => {
      const digest = msg.subject.split('.')[2];
      if (error || !digest) return;
      if (!answerFirst(waiting, digest, msg.string())) early.set(digest, { data: msg.string(), at: Date.now() });
    },
  });
  return () => {
    clearInterval(forget);
    requests.unsubscribe();
    outcomes.unsubscribe();
  };
}

function answerFirst(waiting: Map<string, Waiting[]>, digest: string, data: string): boolean {
  const [first, ...rest] = waiting.get(digest) ?? [];
  if (!first) return false;
  if (rest.length > 0) waiting.set(digest, rest);
  else waiting.delete(digest);
  return first.respond(data);
}

async function answerRepetition(
  bus: Bus,
  msg: { subject: string; data: Uint8Array; headers?: { get(key: string): string } | undefined },
): Promise<IntakeReply | null> {
  try {
    const { id } = parseIncoming(msg.subject, msg.data, msg.headers);
    if (!id) return null;
    const goal = goalIdFor(id);
    const head = await bus.lastCommit(goal);
    return head ? { stream: 'INBOX', seq: 0, goal, accepted: true, duplicate: true } : null;
  } catch (error) {
    // Refused messages are answered by whoever records the refusal.
    if (error instanceof TerminalError) return null;
    throw error;
  }
}

function forgetOld(waiting: Map<string, Waiting[]>, early: Map<string, { at: number }>): void {
  const limit = Date.now() - FORGET_AFTER_MS;
  for (const [digest, list] of waiting) if (list.every((w) => w.since < limit)) waiting.delete(digest);
  for (const [digest, { at }] of early) if (at < limit) early.delete(digest);
}
