// Takes goals in from INBOX: each becomes the first commit of a log, or is refused with the reason. Whoever waits is told.
import { RetryableError, TerminalError, subjects } from '@awo/contracts';
import { consumeWork, goalIdFor, intakeDigest, isArchived, parseIncoming } from '@awo/bus';
import type { Bus, Incoming, IntakeReply, Refused, WriteResult } from '@awo/bus';
import { ATTR, LABEL, SPAN, contextFrom, count, freshTraceparent, inSpan, traceparentOf } from '@awo/telemetry';
import type { Logger } from '@awo/telemetry';
import type { JsMsg } from '@nats-io/jetstream';
import { openingPlan } from './plan/steps.ts';
import { answerRequesters, answeredBefore } from './requesters.ts';
import { followOpenGoals, rememberOpenGoals } from './open-goals.ts';
import { ROOM_LIMITS, laneOf, openWaitingRoom, turnOf } from './waiting-room.ts';
import type { RoomLimits, WaitingRoom } from './waiting-room.ts';

export type IntakeRuntime = { bus: Bus; signal: AbortSignal; log: Logger; instance: string };

/** A goal accepted so long before its message was stored was accepted for that very message: the two are stamped by different clocks. */
const AT_ONCE_MS = 1000;

/** Runs beside the planner's steps until `signal` aborts. */
export async function takeGoalsIn(runtime: IntakeRuntime, limits: RoomLimits = ROOM_LIMITS): Promise<void> {
  const room = openWaitingRoom(limits);
  const known = rememberOpenGoals(runtime, room);
  const stop = answerRequesters(runtime.bus, runtime.log, (incoming, goal) => known.then(() => takeInAtOnce(incoming, goal, runtime, room)));
  count('intake', { [LABEL.outcome]: 'refused', [LABEL.goalKind]: 'none' }, 0);
  await known;
  const following = followOpenGoals(runtime, room);
  const taking = consumeWork(runtime.bus, {
    stream: 'INBOX',
    consumer: 'planner',
    concurrency: 64,
    handle: (m) => takeIn(m, runtime, room),
    signal: runtime.signal,
    log: runtime.log,
  });
  // Both at once: what ends one of them must not lie unnoticed while the other goes on.
  await Promise.all([taking, following]);
  stop();
}

async function takeIn(message: JsMsg, runtime: IntakeRuntime, room: WaitingRoom): Promise<void> {
  const { bus } = runtime;
  const answer = (reply: IntakeReply) =>
    bus.nc.publish(
      subjects.intake(intakeDigest(message.subject, message.data, message.headers)),
      JSON.stringify(reply),
      message.redelivered ? { headers: answeredBefore() } : {},
    );
  let incoming: Incoming;
  let goal: string;
  try {
    incoming = parseIncoming(message.subject, message.data, message.headers);
    // Without an id of its own a message is told apart by its place in the stream, which a redelivery shares.
    goal = goalIdFor(incoming.id ?? `seq:${message.seq}:${message.timestampNanos}`);
    const turn = room.ask(message.seq, goal, laneOf(incoming.spec, incoming.source), turnOf(incoming.spec), Date.now(), message.redelivered);
    if (turn.kind === 'full') throw tooMany(turn);
    if (turn.kind === 'wait') {
      // It stays in the stream, which has synced it; it begins when its turn comes.
      if (!message.redelivered) answer({ stream: 'INBOX', seq: message.seq, goal, accepted: true, waiting: { place: turn.place } });
      message.nak(turn.againMs);
      return;
    }
  } catch (error) {
    if (!(error instanceof TerminalError)) throw error;
    await refuse(bus, message, error);
    answer(refusal(error));
    count('intake', { [LABEL.outcome]: 'refused', [LABEL.goalKind]: 'none' });
    message.ack();
    return;
  }
  // A goal that was archived has an empty log, which the guard would take for a new one. The log first: a goal is remembered as archived before it leaves it.
  if ((incoming.id !== null || message.redelivered) && !(await bus.lastCommit(goal)) && (await isArchived(bus, goal))) {
    runtime.log.info({ goal, kind: incoming.spec.kind, archived: true }, 'goal taken in long ago');
    answer({ stream: 'INBOX', seq: message.seq, goal, accepted: true, duplicate: true });
    message.ack();
    return;
  }
  const { written, head } = await begin(runtime, incoming, goal);
  const begunAtOnce =
    laneOf(incoming.spec, incoming.source) === 'urgent' && Date.parse(head?.commit.state.acceptedAt ?? '') > message.time.getTime() - AT_ONCE_MS;
  answer({ stream: 'INBOX', seq: message.seq, goal, accepted: true, ...(written || begunAtOnce ? {} : { duplicate: true }) });
  message.ack();
}

/**
 * What a person waits for does not stand behind ten thousand messages that the stream hands out before it: it begins as soon as it is heard of.
 * Only with an id, from which the same goal follows when the stream hands it out. Null: it is for the stream, or another replica was faster.
 */
async function takeInAtOnce(incoming: Incoming, goal: string, runtime: IntakeRuntime, room: WaitingRoom): Promise<IntakeReply | null> {
  if (!room.beginAtOnce(goal, laneOf(incoming.spec, incoming.source), turnOf(incoming.spec), Date.now())) return null;
  const { written } = await begin(runtime, incoming, goal);
  return written ? { stream: 'INBOX', seq: 0, goal, accepted: true } : null;
}

/** The first commit of a goal; the same goal twice meets the guard of its log. */
export async function begin({ bus, log, instance }: IntakeRuntime, incoming: Incoming, goal: string): Promise<WriteResult> {
  const attributes = { [ATTR.goal]: goal, [ATTR.goalKind]: incoming.spec.kind };
  const accepted = await inSpan(
    SPAN.intake,
    contextFrom(incoming.traceparent),
    attributes,
    async (context) => {
      // The root of the trace, where the message came without one and spans are exported; else a made-up parent, so that there is one trace id all the same.
      const traceparent = traceparentOf(context) ?? freshTraceparent();
      return bus.write({
        goal,
        by: { author: 'planner', instance },
        head: null,
        traceparent,
        now: () => new Date(),
        events: (state) =>
          state ? null : [{ type: 'goal.accepted', goal, spec: incoming.spec, source: incoming.source, traceparent, plan: openingPlan(incoming.spec) }],
      });
    },
    // Only the one that began it is in the trace: the message comes by the stream and at once, and a second root would be a second trace of the same goal.
    ({ written }) => written,
  );
  count('intake', { [LABEL.outcome]: accepted.written ? 'accepted' : 'repeated', [LABEL.goalKind]: incoming.spec.kind });
  log.info({ goal, kind: incoming.spec.kind, duplicate: !accepted.written }, 'goal taken in');
  return accepted;
}

const tooMany = ({ waiting, roomInMs }: { waiting: number; roomInMs: number }): TerminalError =>
  new TerminalError(
    'busy',
    `${waiting} goals wait already, which is the limit.`,
    `At the present pace they have begun in about ${Math.ceil(roomInMs / 1000)} s; send this one again then.`,
  );

const refusal = (error: TerminalError): IntakeReply => ({
  accepted: false,
  code: error.code,
  reason: error.hint ? `${error.message} ${error.hint}` : error.message,
  error: { code: 400, err_code: 10_003, description: error.message },
});

async function refuse(bus: Bus, message: JsMsg, error: TerminalError): Promise<void> {
  const refused: Refused = {
    at: new Date().toISOString(),
    subject: message.subject,
    code: error.code,
    reason: error.hint ? `${error.message} ${error.hint}` : error.message,
    body: new TextDecoder().decode(message.data.slice(0, 500)),
  };
  try {
    await bus.js.publish(`awo.history.refused.${message.seq}`, JSON.stringify(refused), { msgID: `refused-${message.seq}` });
  } catch (cause) {
    throw new RetryableError('bus-unavailable', `A refusal could not be recorded: ${cause instanceof Error ? cause.message : String(cause)}.`);
  }
}
