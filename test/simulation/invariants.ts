// What must hold after every step of a simulation, and what must be true at its end.
import { isDeepStrictEqual } from 'node:util';
import { FIRST_PREV } from '@awo/contracts';
import type { Commit, Event, GoalState } from '@awo/contracts';
import { hashOf, next } from '@awo/goal';
import type { Broker, Stored } from './broker.ts';
import { foldByRules } from './rules.ts';
import type { LedgerEntry, Outside } from './tools.ts';
import type { Proc, World } from './world.ts';

/** Every promise that is watched; the calibration names which one notices the loss of a guard. */
export const INVARIANTS = {
  'one-winner': 'a commit stands after the one that its writer had read',
  'fold-is-state': 'folding the events gives the stored state',
  'follows-rules': 'events follow from the state before them: a step is handed over once and settled once',
  'never-stuck': 'what is handed over is done or in somebody’s hands, what is ready has somebody who will hand it over',
  'effect-has-claim': 'a toolgate calls for an effect only under a claim of its own',
  'one-effect-per-key': 'nothing changes twice outside under one key',
  'stale-cannot-act': 'a worker that was overtaken, or whose step is over, claims nothing any more',
  'one-call-at-a-time': 'no toolgate calls again under a key while its call is under way',
  'one-result-per-key': 'a recorded result is never replaced',
  'fence-not-old': 'no call is accepted with an older fence than one accepted before',
  'fails-for-a-reason': 'a step fails only for a cause of its own, never for a fault of the road',
  'recorded-before-told': 'what a step says it did is on record',
  'answer-fits-question': 'the answer to a call is the answer to these arguments',
  'handed-over-before-ack': 'a message is acknowledged only when what its step made ready is handed over',
  'not-begun-again': 'work whose outcome stands in the log is not begun anew',
  'not-before-time': 'a step that waits is not looked at before its time',
  'told-the-truth': 'whose event stands in the log is not told that it does not',
  'outside-as-told': 'what stands outside at the end is what the log says',
  'no-crash': 'no exception leaves a process unheard',
  ends: 'every goal ends once the faults are over',
} as const;

type Known = {
  hash: string;
  state: GoalState;
  lastBy: string;
  /** Sequence of the commit that hands a step over. */
  dispatchedAt: Map<string, number>;
  /** The step whose outcome made a step ready. */
  readyBy: Map<string, string>;
  /** When the outcome of a look came into the log: step and number of the look. */
  settledAt: Map<string, number>;
};
/** As long as the runtime takes a commit for new. */
const YOUNG_MS = 10_000;
/** As much too early as the runtime allows. */
const EARLY_MS = 60;
/** Failure codes that a plan can lead to without a fault. */
const PLANNED = new Set(['tests-failed', 'tool-failed']);
/** Ends of a step that faults may bring about: somebody has to look. */
const FOR_A_PERSON = new Set(['outcome-unknown', 'deliveries-used-up']);

export class Watch {
  readonly goals = new Map<string, Known>();
  /** Off where processes have clocks of their own. */
  clocksAgree = true;
  /** How old an answer of the log may be. */
  lagMs = 0;
  readonly world: World;
  readonly broker: Broker;
  readonly outside: Outside;
  readonly #fences = new Map<string, number>();
  readonly #effects = new Map<string, number>();
  /** By toolgate and key: everyone who asked it was stale. */
  readonly #onlyStale = new Map<string, boolean>();
  #stored = 0;
  #sight = -1;

  constructor(world: World, broker: Broker, outside: Outside) {
    this.world = world;
    this.broker = broker;
    this.outside = outside;
    broker.onStored = (stream, message) => {
      this.#stored++;
      if (stream === 'GOALS') this.#committed(message);
      if (stream === 'KV_effects') this.#recorded(message);
    };
    broker.onAcked = (stream, message) => this.#acked(stream, message);
    outside.onEffect = (entry) => this.#happened(entry);
    outside.onCall = (gate, key) => this.#called(gate, key);
  }

  #committed(message: Stored): void {
    const { world } = this;
    // Checked against its schema by whoever reads it; here only what no single reader can see.
    const text = decoder.decode(message.data);
    const commit = JSON.parse(text) as Commit;
    world.say(() => `log: ${message.seq} ${message.subject} by ${commit.by.instance}: ${commit.events.map(inWords).join(', ')}`);
    const known = this.goals.get(commit.goal);
    if (commit.prev !== (known?.hash ?? FIRST_PREV)) return world.fail('one-winner', `${message.subject} ${message.seq} does not follow the commit before it`);
    const { state, broken } = foldByRules(known?.state ?? null, commit.events, commit.at);
    if (broken !== null) return world.fail('follows-rules', `${message.subject} ${message.seq}: ${broken}`);
    if (!carries(text, commit, state)) return world.fail('fold-is-state', `${message.subject} ${message.seq} carries another state than the fold`);
    const { dispatchedAt, readyBy, settledAt } = known ?? { dispatchedAt: new Map(), readyBy: new Map(), settledAt: new Map() };
    const now: Known = {
      hash: hashOf(message.data),
      state,
      lastBy: commit.events.some((e) => e.type === 'human.acted' || e.type === 'goal.accepted') ? commit.by.instance : '',
      dispatchedAt,
      readyBy,
      settledAt,
    };
    for (const event of commit.events) this.#judge(event, commit, known?.state ?? null, now);
    if (commit.dispatch) dispatchedAt.set(commit.dispatch.step, message.seq);
    const settled = commit.events.find((e) => e.type === 'step.passed' || e.type === 'step.failed')?.step;
    for (const { id } of next(state)) if (settled && !readyBy.has(id)) readyBy.set(id, settled);
    this.goals.set(commit.goal, now);
  }

  /** A worker begins to look at a step. What was delivered for the first time may be taken at its word while it is young. */
  begun(goal: string, step: string, looks: number, delivery: { at: number; again: boolean }): void {
    if (!delivery.again && !this.clocksAgree) return;
    const settledAt = this.goals.get(goal)?.settledAt.get(`${step} ${looks}`) ?? Number.POSITIVE_INFINITY;
    if (settledAt < delivery.at - this.lagMs - (delivery.again ? 0 : YOUNG_MS))
      this.world.fail(
        'not-begun-again',
        `look ${looks} of ${step} is begun anew, its outcome stands in the log of ${goal} since ${(settledAt / 1000).toFixed(3)}`,
      );
  }

  #acked(stream: string, message: Stored): void {
    const known = this.goals.get(goalOf(stream, message.subject));
    if (!known) return;
    const step = stream === 'GOALS' ? [...known.dispatchedAt].find(([, seq]) => seq === message.seq)?.[0] : stepOfTimer(message);
    const left = next(known.state).find(({ id }) => known.readyBy.get(id) === step);
    if (left && step)
      this.world.fail(
        'handed-over-before-ack',
        `${message.subject} ${message.seq} is acknowledged, but ${left.id}, which ${step} made ready, is not handed over`,
      );
  }

  #judge(event: Event, { goal, at }: Commit, before: GoalState | null, { settledAt }: Known): void {
    const { world } = this;
    const step = 'step' in event ? before?.steps.find((s) => s.id === event.step) : undefined;
    if (event.type === 'step.passed' || event.type === 'step.failed' || event.type === 'step.waited')
      settledAt.set(`${event.step} ${step?.wait?.looks ?? 0}`, world.now);
    if (
      event.type === 'step.failed' &&
      !PLANNED.has(event.code) &&
      !FOR_A_PERSON.has(event.code) &&
      !(event.code === 'bad-arguments' && step?.input.does === 'pick')
    )
      world.fail('fails-for-a-reason', `${event.step} failed with ${event.code}: ${event.message}`);
    if (event.type === 'tool.called' && event.call.outcome === 'ok' && event.call.action !== 'rollout-status') {
      const record = this.broker.last('KV_effects', `$KV.effects.${goal}.${event.step}.${event.call.action}`);
      if (!record || record.data.length === 0 || recordOf(record).state !== 'done')
        world.fail('recorded-before-told', `${event.step} says it did ${event.call.action}, the ledger does not`);
    }
    if (event.type === 'step.passed' && event.output.asked !== event.output.answered)
      world.fail('answer-fits-question', `${event.step} asked for ${String(event.output.asked)} and was answered ${String(event.output.answered)}`);
    if (!this.clocksAgree || !step?.wait || (event.type !== 'step.passed' && event.type !== 'step.waited')) return;
    if (Date.parse(at) < Date.parse(step.wait.until) - EARLY_MS) world.fail('not-before-time', `${event.step} was to wait until ${step.wait.until}`);
  }

  /** A request reaches a toolgate: is its worker the one that holds the step? */
  asked(gate: Proc, data: Uint8Array): void {
    const { goal, step, action, fence, attempt } = JSON.parse(decoder.decode(data)) as {
      goal: string;
      step: string;
      action: string;
      fence: number;
      attempt: number;
    };
    const raised = this.broker.last('KV_effects', `$KV.effects.fence.${goal}.${step}`);
    const highest = raised && raised.data.length > 0 ? (JSON.parse(decoder.decode(raised.data)) as { seq: number; attempt: number }) : { seq: 0, attempt: 0 };
    const overtaken = fence < highest.seq || (fence === highest.seq && attempt < highest.attempt);
    const over = this.lagMs === 0 && this.goals.get(goal)?.state.steps.find((s) => s.id === step)?.status !== 'dispatched';
    const asker = `${gate.name} ${goal}.${step}.${action}`;
    this.#onlyStale.set(asker, (this.#onlyStale.get(asker) ?? true) && (overtaken || over));
  }

  #recorded(message: Stored): void {
    const key = message.subject.slice('$KV.effects.'.length);
    const record = message.data.length > 0 ? recordOf(message) : null;
    if (record?.state === 'claimed' && this.#onlyStale.get(`${record.by} ${key}`))
      this.world.fail('stale-cannot-act', `${key} is claimed for a worker that does not hold the step any more`);
    const before = this.broker.all('KV_effects', message.subject).at(-2);
    const was = before && before.data.length > 0 ? recordOf(before) : null;
    if (!was || was.state === 'claimed' || message.subject.includes('.fence.')) return;
    this.world.fail('one-result-per-key', `${message.subject} was ${was.state} and was written again`);
  }

  #called(gate: Proc, key: string): void {
    const claims = this.broker.all('KV_effects', `$KV.effects.${key}`).filter((m) => m.data.length > 0);
    const own = claims.some((m) => recordOf(m).state === 'claimed' && recordOf(m).by === gate.name);
    if (!own) this.world.fail('effect-has-claim', `${gate.name} calls for ${key} and has never claimed it`);
  }

  #happened({ key, fence, service, changed }: LedgerEntry): void {
    const { world } = this;
    const claim = this.broker.last('KV_effects', `$KV.effects.${key}`);
    if (!claim || claim.data.length === 0) world.fail('effect-has-claim', `${key} was carried out without a claim`);
    const highest = this.#fences.get(service) ?? 0;
    if (service !== 'mail' && fence < highest) world.fail('fence-not-old', `${key} was accepted by ${service} with fence ${fence} after ${highest}`);
    this.#fences.set(service, Math.max(highest, fence));
    if (!changed) return;
    const count = (this.#effects.get(key) ?? 0) + 1;
    this.#effects.set(key, count);
    if (count > 1) world.fail('one-effect-per-key', `${key} changed ${service} ${count} times`);
  }

  /** Work that is open must be in somebody's hands. Looked at whenever something was stored or acknowledged. */
  stuck(): string | null {
    const { broker } = this;
    let sight = this.#stored * 1000 + broker.schedules.size;
    for (const { done } of broker.consumers.values()) sight += done;
    if (sight === this.#sight) return null;
    this.#sight = sight;
    const heldGoals = new Set<string>();
    for (const consumer of broker.consumers.values()) for (const m of consumer.held()) heldGoals.add(goalOf(consumer.spec.stream, m.subject));
    for (const [goal, { state, dispatchedAt }] of this.goals) {
      if (state.ended) continue;
      if (!heldGoals.has(goal) && next(state).length > 0) return `${goal}: ${next(state)[0]?.id} is ready and nobody will hand it over`;
      for (const step of state.steps) {
        if (step.status !== 'dispatched') continue;
        const handed = broker.consumers.get(`GOALS/${step.role}`)?.isHeld(dispatchedAt.get(step.id) ?? 0);
        const timed = broker.schedules.has(`awo.timer.${step.role}.${goal}.${step.id}`) || this.#rings(goal, step.role, step.id);
        if (!handed && !timed) return `${goal}: ${step.id} is handed over, not settled, and in nobody’s hands`;
      }
    }
    return null;
  }
  #rings(goal: string, role: string, step: string): boolean {
    for (const message of this.broker.consumers.get(`TIMERS/${role}`)?.held() ?? []) {
      if (message.subject !== `awo.due.${role}.${goal}`) continue;
      if (stepOfTimer(message) === step) return true;
    }
    return false;
  }

  /** The state outside against what each ended goal says. `main`: the service that its plan shifts. */
  outsideAgainst(goal: string, main: string, fresh: string): string | null {
    const state = this.goals.get(goal)?.state;
    const weight = this.outside.services.get(main)?.weights[fresh] ?? 0;
    const status = (id: string) => state?.steps.find((s) => s.id === id)?.status;
    if (state?.ended?.outcome === 'done' && weight !== 100) return `${goal} is done, but ${main} has ${weight} % on the new revision`;
    if (status('undo') === 'passed' && weight !== 0) return `${goal} was undone, but ${main} has ${weight} % on the new revision`;
    return null;
  }
}

const decoder = new TextDecoder();
const recordOf = (m: Stored) => JSON.parse(decoder.decode(m.data)) as { state: string; by?: string };
const stepOfTimer = (m: Stored) => (JSON.parse(decoder.decode(m.data)) as { step: string }).step;
const goalOf = (stream: string, subject: string) => subject.split('.')[stream === 'GOALS' ? 2 : 3] ?? '';
/** Does the commit carry this state? Undefined left out: as a reader of the JSON sees it. The state is the last but the step that is handed over, so its text is not written anew to compare. */
function carries(text: string, { state, dispatch }: Commit, folded: GoalState): boolean {
  const json = JSON.stringify(folded);
  const end = dispatch ? `,"dispatch":${JSON.stringify(dispatch)}}` : '}';
  return text.endsWith(`,"state":${json}${end}`) || isDeepStrictEqual(JSON.parse(json), state);
}

function inWords(event: Event): string {
  if (event.type === 'step.failed') return `${event.step} failed (${event.code}: ${event.message})`;
  if (event.type === 'tool.called') return `${event.call.action} ${event.call.outcome}`;
  return 'step' in event ? `${event.type} ${event.step}` : event.type;
}
