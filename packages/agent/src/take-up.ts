// Takes up one message: reads where the goal stands, carries the step out, writes the outcome, hands over, acks.
import { RetryableError, TerminalError, parseLogSubject } from '@awo/contracts';
import type { Event, GoalState } from '@awo/contracts';
import { PATIENCE, SCHEDULER_HEADER, parseDue, parseHead, settle } from '@awo/bus';
import type { Bus, LogHead, Patience } from '@awo/bus';
import { foldAll, stepById } from '@awo/goal';
import type { Writer } from '@awo/goal';
import { LABEL, count } from '@awo/telemetry';
import type { Logger } from '@awo/telemetry';
import type { JsMsg } from '@nats-io/jetstream';
import { carryOut } from './carry-out.ts';
import type { AgentDefinition } from './define-agent.ts';

export type TakeUpOptions = { agent: AgentDefinition; bus: Bus; writer: Writer; signal: AbortSignal; now: () => Date; log: Logger; patience?: Patience };

/** A commit that hands a step to this role. */
export async function takeUpCommit(message: JsMsg, options: TakeUpOptions): Promise<void> {
  const { bus, log } = options;
  const { goal } = parseLogSubject(message.subject);
  let head: LogHead | null;
  try {
    const own = parseHead({ subject: message.subject, seq: message.seq, data: message.data, header: message.headers });
    // The first delivery of the newest commit needs no other read; a later one may be history by now.
    // A copy of the log that lags does not have this one yet: acting on less than what was delivered would acknowledge work as done that nobody has begun.
    // One that has lain about may be history at its first delivery too: a consumer that was made anew hands out the whole log once more.
    const fresh = !message.redelivered && options.now().getTime() - Date.parse(own.commit.at) < FRESH_MS;
    head = fresh ? own : await bus.lastCommit(goal, own);
    const stepId = own.commit.dispatch?.step;
    if (head && stepId) await takeUpStep(message, { head, stepId, parent: own.traceparent }, options);
    else message.ack();
  } catch (error) {
    if (leftForNewer(error, message, options)) return;
    if (!(error instanceof TerminalError)) throw error;
    // A poison commit cannot be worked on by anybody; it stays in the log, where `awo log --verify` names it.
    log.error({ err: error, seq: message.seq }, 'not a commit');
    count('poison', { [LABEL.role]: options.agent.role });
    await bus.endBroken(goal, options.writer, options.now());
    message.term(error.message.slice(0, 200));
  }
}

/** Shorter than the time after which a message comes again by itself. */
const FRESH_MS = 10_000;

/**
 * A goal that a newer version of the product has written to is that version's: this one can neither read it nor append to it.
 * The message comes again, soon at first and ever more seldom, until a newer replica takes it. Dropping it would lose the goal.
 */
function leftForNewer(error: unknown, message: JsMsg, { agent, log, patience = PATIENCE }: TakeUpOptions): boolean {
  if (!(error instanceof RetryableError) || error.code !== 'newer-version') return false;
  const afterMs = patience.backOffMs[Math.min(message.info.deliveryCount, patience.backOffMs.length) - 1] ?? error.afterMs;
  log.warn({ subject: message.subject, seq: message.seq, afterMs, because: error.message }, 'left for a newer version');
  count('deferred', { [LABEL.role]: agent.role });
  message.nak(afterMs);
  return true;
}

/** A timer of a step that waits. */
export async function takeUpTimer(message: JsMsg, options: TakeUpOptions): Promise<void> {
  try {
    await takeUpDue(message, options);
  } catch (error) {
    if (leftForNewer(error, message, options)) return;
    const due = parseDue(message.subject, message.data);
    if (!(error instanceof TerminalError) || !due) throw error;
    options.log.error({ err: error, goal: due.goal }, 'the log of a step that is due cannot be read');
    await options.bus.endBroken(due.goal, options.writer, options.now());
    message.ack();
  }
}

async function takeUpDue(message: JsMsg, options: TakeUpOptions): Promise<void> {
  const due = parseDue(message.subject, message.data, message.headers?.get(SCHEDULER_HEADER));
  // From the leader: on a copy that lags the step does not wait yet, and its timer would be acknowledged for nothing.
  const head = due ? await options.bus.currentCommit(due.goal, due.after) : null;
  if (!due || !head) return message.ack();
  const step = stepById(head.commit.state, due.step);
  // Rang twice, or the look that set it anew died before its timer stood: kept until that time, so that one of them rings.
  const early = step?.wait ? Date.parse(step.wait.until) - options.now().getTime() : 0;
  if (early > EARLY_MS) return message.nak(Math.min(early, EARLY_NAK_MS));
  await takeUpStep(message, { head, stepId: due.step, parent: due.traceparent ?? head.traceparent }, options);
}

const EARLY_MS = 50;
/** A replica whose clock is an hour slow must not put the timer off for an hour: it comes again, also to others. */
const EARLY_NAK_MS = 5000;

/** `parent` is the span that handed the step over; the newest commit may be another step's. */
type Work = { head: LogHead; stepId: string; parent: string | undefined };

async function takeUpStep(message: JsMsg, { head, stepId, parent }: Work, options: TakeUpOptions): Promise<void> {
  const { agent, bus, writer, now, log } = options;
  const goal = head.commit.goal;
  const step = stepById(head.commit.state, stepId);
  const write = (events: (state: GoalState | null) => Event[] | null, from: LogHead, traceparent: string | undefined) =>
    bus.write({ goal, by: writer, head: from, events, traceparent, now, signal: options.signal });
  if (!isOpen(head.commit.state, stepId) || !step) {
    // Done by an earlier delivery. It may have died before handing over what came next.
    await write(() => null, head, head.traceparent);
    return message.ack();
  }
  if (step.wait && message.subject.startsWith('awo.log.')) {
    // Redelivered after its commit: the timer may not have been set.
    await ensureTimer(head, stepId, parent, options);
    return message.ack();
  }
  let traceparent = parent;
  const onSpan = (own: string | undefined) => void (traceparent = own ?? parent);
  const attempt = message.info.deliveryCount;
  const looks = step.wait?.looks ?? 0;
  const stillOurs = (state: GoalState | null) => state !== null && isOpen(state, stepId) && (stepById(state, stepId)?.wait?.looks ?? 0) === looks;
  const conclude = async (events: Event[]) => {
    const { written, head: after } = await write(
      (state) => (state && stillOurs(state) ? endedBy(renumber(events, state), state, now()) : null),
      head,
      traceparent,
    );
    if (!written) log.info({ goal, step: stepId }, 'the goal has moved on; this outcome is discarded');
    // Also where somebody else's look was written: they may have died before setting its timer.
    if (after) await ensureTimer(after, stepId, parent, options);
    message.ack();
  };
  const { unanswered = Number.POSITIVE_INFINITY } = options.patience ?? PATIENCE;
  if (attempt > unanswered) {
    const silent = `handed out ${attempt} times, and no worker came back with an outcome`;
    return conclude(failure({ kind: 'give-up', code: 'deliveries-used-up', message: silent }, stepId, step.startedAt ?? now().toISOString()));
  }
  const events: Event[] = [];
  const onEvent = (event: Event) => void events.push(event);
  try {
    await carryOut({ agent, bus, head, step, parent, onSpan, onEvent, signal: options.signal, now, attempt });
    await conclude(events);
  } catch (error) {
    if (options.signal.aborted) return message.nak();
    // A newer replica has written to the goal meanwhile.
    if (leftForNewer(error, message, options)) return;
    // A later delivery holds the step: failing it would end what goes well, and so would giving the message back or acknowledging it in its holder's place.
    const usedUp = attempt >= (options.patience ?? PATIENCE).deliveries;
    if (isOvertaken(error) && !usedUp) return void log.info({ err: error, goal, step: stepId }, 'overtaken');
    // Overtaken at its last try: it speaks for nobody who came later, so it says that a person has to look, and not that the step failed.
    const settlement = settle(usedUp && isOvertaken(error) ? new RetryableError(error.code, error.message) : error, attempt, options.patience);
    log.warn({ err: error, goal, step: stepId, settlement: settlement.kind }, 'step did not succeed');
    if (settlement.kind === 'again') return message.nak(settlement.afterMs);
    // What was asked and decided until then says why it was tried; what the step itself said of its end did not come to be.
    // What did not fit into a commit leaves its room to the failure.
    const before = settlement.code === 'commit-too-large' ? [] : events.filter(({ type }) => type === 'tool.called' || type === 'decision.made');
    await conclude([...before, ...failure(settlement, stepId, step.startedAt ?? now().toISOString())]);
  }
}

/** The step that was to say how the goal ended has failed, and nothing is left that could: then the failure says so itself. */
function endedBy(events: Event[], state: GoalState, at: Date): Event[] {
  const failed = events.at(-1);
  if (failed?.type !== 'step.failed') return events;
  const after = foldAll(state, events, at.toISOString());
  if (after.ended || after.steps.some((s) => s.status === 'waiting' || s.status === 'dispatched')) return events;
  const because = `${failed.step} failed (${failed.code}: ${failed.message.slice(0, 1500)}), and nothing is left in the plan that could go on.`;
  return [...events, { type: 'goal.ended', outcome: 'needs-human', because }];
}

const isOvertaken = (error: unknown): error is TerminalError => error instanceof TerminalError && error.code === 'stale-fence';

/** Sets the timer of a step that waits; setting it again replaces it. */
async function ensureTimer(head: LogHead, stepId: string, parent: string | undefined, { agent, bus }: TakeUpOptions): Promise<void> {
  const step = stepById(head.commit.state, stepId);
  if (!step?.wait || !isOpen(head.commit.state, stepId)) return;
  await bus.schedule({ role: agent.role, goal: head.commit.goal, step: stepId, at: new Date(step.wait.until), after: head.seq, traceparent: parent });
}

const isOpen = (state: GoalState, step: string) => !state.ended && stepById(state, step)?.status === 'dispatched';

/** A plan edit made on an older state gets the version that follows the fresh one. */
function renumber(events: Event[], state: GoalState | null): Event[] {
  return events.map((e) => (e.type === 'plan.changed' ? { ...e, version: (state?.planVersion ?? 0) + 1 } : e));
}

function failure(settlement: { kind: 'fail' | 'give-up'; code: string; message: string }, step: string, startedAt: string): Event[] {
  return [{ type: 'step.failed', step, startedAt, code: settlement.code, message: settlement.message.slice(0, 2000), output: {}, evidence: [] }];
}
