// Taking work up on a real server: what is delivered twice is done once, and every kind of failure ends as it should.
import { RetryableError, TerminalError } from '@awo/contracts';
import type { Event, GoalState, PlanStep, Verdict } from '@awo/contracts';
import { PATIENCE, consumeWork, goalIdFor } from '@awo/bus';
import type { Bus } from '@awo/bus';
import { draftCommit } from '@awo/goal';
import { createLogger } from '@awo/telemetry';
import { startTestNats, waitFor } from '@awo/testing';
import type { TestNats } from '@awo/testing';
import type { JsMsg } from '@nats-io/jetstream';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { defineAgent } from './define-agent.ts';
import type { StepContext, StepResult } from './step.ts';
import { takeUpCommit, takeUpTimer } from './take-up.ts';
import type { TakeUpOptions } from './take-up.ts';

let nats: TestNats;
let planner: Bus;
let impact: Bus;
beforeAll(async () => {
  nats = await startTestNats();
  [planner, impact] = await Promise.all([nats.as('planner'), nats.as('impact')]);
});
afterAll(() => nats.stop());

const stopping: AbortController[] = [];
const working: Promise<unknown>[] = [];
afterEach(async () => {
  for (const stop of stopping.splice(0)) stop.abort();
  await Promise.all(working.splice(0));
});

let count = 0;
const freshGoal = () => goalIdFor(`agent:${process.pid}:${count++}`);
const step = (id: string, needs: string[] = [], kind: PlanStep['kind'] = 'relay', when: PlanStep['when'] = 'passed'): PlanStep => ({
  id,
  kind,
  role: 'impact',
  needs,
  when,
  input: {},
  because: `${id} is needed`,
});
const now = () => new Date();
const log = createLogger('impact', 'test', 'silent');

async function open(plan: PlanStep[]): Promise<string> {
  const goal = freshGoal();
  const spec = { kind: 'assess' as const, repo: '/repo', revision: 'HEAD' };
  await planner.write({
    goal,
    by: { author: 'planner', instance: 'planner-1' },
    head: null,
    events: () => [{ type: 'goal.accepted', goal, spec, source: 'test', plan }],
    now,
  });
  return goal;
}

type Act = (context: StepContext) => Promise<StepResult> | StepResult;
const verdict: Verdict = { kind: 'assess-impact', because: 'style-only', choice: 'nothing but style' };
/** An impact agent whose relay step does this; `facts` is what it gathers. */
const agentThat = (act: Act, facts: unknown = {}) =>
  defineAgent('impact', { relay: { gather: async () => facts, decide: () => verdict, act: async (context: StepContext) => act(context) } });
const options = (act: Act, more: Partial<TakeUpOptions> = {}): TakeUpOptions => ({
  agent: agentThat(act),
  bus: impact,
  writer: { author: 'impact', instance: 'impact-1' },
  signal: new AbortController().signal,
  now,
  log,
  ...more,
});

/** Works like a replica until the test ends. */
function work(given: TakeUpOptions): void {
  const stop = new AbortController();
  stopping.push(stop);
  const common = { consumer: 'impact', concurrency: 2, signal: stop.signal, log };
  working.push(
    consumeWork(impact, { ...common, stream: 'GOALS', handle: (m) => takeUpCommit(m, given) }),
    consumeWork(impact, { ...common, stream: 'TIMERS', handle: (m) => takeUpTimer(m, given) }),
  );
}
const nextMessage = async (stream = 'GOALS') =>
  waitFor(async () => (await impact.js.consumers.get(stream, 'impact')).next({ expires: 2000 }), { what: 'a message' });
/** The same message for a worker that dies before it can acknowledge. */
const unacknowledged = (message: JsMsg): JsMsg => Object.create(message, { ack: { value: () => {} } }) as JsMsg;
/** Hands the message to another worker, as the server does when nobody acknowledges. */
const redeliver = async (message: JsMsg) => {
  message.nak();
  return nextMessage();
};

const stateOf = async (goal: string): Promise<GoalState | undefined> => (await planner.lastCommit(goal))?.commit.state;
const statusOf = async (goal: string) => Object.fromEntries((await stateOf(goal))?.steps.map((s) => [s.id, s.status]) ?? []);
const eventsOf = async (goal: string): Promise<Event[]> => {
  const events: Event[] = [];
  for await (const { commit } of planner.history(goal)) events.push(...commit.events);
  return events;
};
const until = (goal: string, id: string, status: string) =>
  waitFor(async () => (await stateOf(goal))?.steps.find((s) => s.id === id && s.status === status), { what: `${id} to be ${status}` });

test('a step is carried out, its decision and outcome are one commit, and the same commit hands the next one over', async () => {
  const goal = await open([step('a'), step('b', ['a'])]);
  work(options(() => ({ kind: 'passed', output: { n: 1 } })));
  await until(goal, 'b', 'passed');
  expect((await eventsOf(goal)).map((e) => e.type)).toEqual([
    'goal.accepted',
    'step.dispatched',
    'decision.made',
    'step.passed',
    'step.dispatched',
    'decision.made',
    'step.passed',
  ]);
  expect((await stateOf(goal))?.steps[0]?.output).toEqual({ n: 1 });
});

test('a step that was done but not acknowledged is not done again when it comes again', async () => {
  const goal = await open([step('a'), step('b', ['a'])]);
  let done = 0;
  const given = options(() => {
    done++;
    return { kind: 'passed', output: {} };
  });
  const message = await nextMessage();
  await takeUpCommit(unacknowledged(message), given);
  const second = await nextMessage();
  await takeUpCommit(await redeliver(message), given);
  expect(done).toBe(1);
  second.ack();
  expect(await statusOf(goal)).toEqual({ a: 'passed', b: 'dispatched' });
  expect((await eventsOf(goal)).filter((e) => e.type === 'step.passed')).toHaveLength(1);
});

test('what a worker died before handing over is handed over when its message comes again', async () => {
  const goal = await open([step('a'), step('b', ['a']), step('c', ['a'])]);
  const message = await nextMessage();
  const head = (await impact.lastCommit(goal))!;
  const passed: Event = { type: 'step.passed', step: 'a', startedAt: now().toISOString(), output: {}, evidence: [] };
  const draft = draftCommit({ state: head.commit.state, prev: head.hash }, goal, [passed], { author: 'impact', instance: 'impact-1' }, now().toISOString());
  await impact.js.publish(`awo.log.${goal}.impact.${draft.to}`, JSON.stringify(draft.commit));
  expect(await statusOf(goal)).toEqual({ a: 'passed', b: 'dispatched', c: 'waiting' });
  const b = await nextMessage();
  await takeUpCommit(
    await redeliver(message),
    options(() => ({ kind: 'passed', output: {} })),
  );
  b.ack();
  (await nextMessage()).ack();
  expect(await statusOf(goal)).toEqual({ a: 'passed', b: 'dispatched', c: 'dispatched' });
});

test('a retryable error comes again after its time, and the step ends well when the cause has passed', async () => {
  const goal = await open([step('a')]);
  const tries: number[] = [];
  work(
    options(() => {
      tries.push(Date.now());
      if (tries.length < 3) throw new RetryableError('tool-unavailable', 'Away.', 150);
      return { kind: 'passed', output: {} };
    }),
  );
  await until(goal, 'a', 'passed');
  expect(tries).toHaveLength(3);
  expect(tries[1]! - tries[0]!).toBeGreaterThanOrEqual(140);
});

test('a terminal error fails the step at once with its code and hint, and what needs it is skipped', async () => {
  const goal = await open([step('a'), step('b', ['a']), step('c', ['a'], 'relay', 'failed')]);
  let tries = 0;
  work(
    options(({ step: { id } }) => {
      if (id === 'c') return { kind: 'passed', output: {} };
      tries++;
      throw new TerminalError('unknown-service', 'No service "crat".', 'Known: cart.');
    }),
  );
  await until(goal, 'c', 'passed');
  expect(tries).toBe(1);
  expect((await stateOf(goal))?.steps[0]).toMatchObject({ status: 'failed', code: 'unknown-service', message: 'No service "crat". Known: cart.' });
  expect(await statusOf(goal)).toMatchObject({ b: 'skipped' });
});

test('a step that this agent does not know fails with the reason, so that a goal of a newer version is not stuck', async () => {
  const goal = await open([step('a', [], 'assess-impact')]);
  work(options(() => ({ kind: 'passed', output: {} })));
  expect(await until(goal, 'a', 'failed')).toMatchObject({ code: 'internal', message: expect.stringMatching(/no step "assess-impact".*newer version/) });
});

test('a bug is tried again with back-off, and in the end is a failure that a person must look at', async () => {
  const goal = await open([step('a')]);
  const tries: number[] = [];
  const bug = () => {
    tries.push(Date.now());
    throw new TypeError('x is not a function');
  };
  work(options(bug, { patience: { deliveries: 4, backOffMs: [50, 200] } }));
  expect(await until(goal, 'a', 'failed')).toMatchObject({
    code: 'deliveries-used-up',
    message: 'tried 4 times, last: internal: x is not a function',
  });
  expect(tries).toHaveLength(4);
  const [first = 0, second = 0, third = 0] = tries;
  expect(second - first).toBeGreaterThanOrEqual(45);
  expect(third - second).toBeGreaterThanOrEqual(190);
  expect(PATIENCE.deliveries).toBeGreaterThan(4);
});

test('a step that waits goes on after its timer, with what it wanted to remember', async () => {
  const goal = await open([step('a')]);
  const looks: [number, unknown][] = [];
  work(
    options(({ looks: n, memo }) => {
      looks.push([n, memo]);
      return n < 2 ? { kind: 'wait', afterMs: 100, because: 'not yet', memo: { seen: n } } : { kind: 'passed', output: { seen: n } };
    }),
  );
  const passed = await until(goal, 'a', 'passed');
  expect(looks).toEqual([
    [0, undefined],
    [1, { seen: 0 }],
    [2, { seen: 1 }],
  ]);
  expect(passed.output).toEqual({ seen: 2 });
  expect((await eventsOf(goal)).filter((e) => e.type === 'step.waited')).toHaveLength(2);
});

test('a worker that died before setting the timer is made up for, without a second look', async () => {
  const goal = await open([step('a')]);
  let looks = 0;
  const given = options(({ looks: n }) => {
    looks++;
    return n === 0 ? { kind: 'wait', afterMs: 100, because: 'not yet', memo: {} } : { kind: 'passed', output: {} };
  });
  const message = await nextMessage();
  // Everything but the timer and the acknowledgement.
  const timerless = { ...impact, schedule: async () => {} };
  await takeUpCommit(unacknowledged(message), { ...given, bus: timerless });
  expect((await stateOf(goal))?.steps[0]?.wait?.looks).toBe(1);
  await takeUpCommit(await redeliver(message), given);
  expect(looks).toBe(1);
  work(given);
  await until(goal, 'a', 'passed');
  expect(looks).toBe(2);
});

test('a timer that rings twice causes one look', async () => {
  const goal = await open([step('a')]);
  let looks = 0;
  const given = options(() => {
    looks++;
    return looks === 1 ? { kind: 'wait', afterMs: 100, because: 'not yet', memo: {} } : { kind: 'wait', afterMs: 60_000, because: 'long', memo: {} };
  });
  await takeUpCommit(await nextMessage(), given);
  const ring = await nextMessage('TIMERS');
  await takeUpTimer(unacknowledged(ring), given);
  expect(looks).toBe(2);
  ring.nak();
  await takeUpTimer(await nextMessage('TIMERS'), given);
  expect(looks).toBe(2);
  expect((await stateOf(goal))?.steps[0]?.wait?.because).toBe('long');
});

test('an outcome that comes after the goal was halted is discarded, and the message does not come again', async () => {
  const goal = await open([step('a'), step('b', ['a'], 'relay', 'failed')]);
  const given = options(async () => {
    const operator = await nats.as('operator');
    await operator.write({
      goal,
      by: { author: 'operator', instance: 'cli' },
      head: undefined,
      events: () => [{ type: 'human.acted', action: 'abort', who: 'Ada', because: 'test' }],
      now,
    });
    return { kind: 'passed', output: {} };
  });
  await takeUpCommit(await nextMessage(), given);
  expect(await statusOf(goal)).toEqual({ a: 'cancelled', b: 'dispatched' });
  expect((await eventsOf(goal)).some((e) => e.type === 'step.passed')).toBe(false);
  (await nextMessage()).ack();
});

test('a worker that is told to stop hands the step back at once, and the stop is not counted as its failure', async () => {
  const goal = await open([step('a')]);
  const stop = new AbortController();
  const message = await nextMessage();
  const stopped = options(
    ({ signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new TerminalError('tool-failed', 'interrupted')));
        stop.abort();
      }),
    { signal: stop.signal },
  );
  await takeUpCommit(message, stopped);
  expect(await statusOf(goal)).toEqual({ a: 'dispatched' });
  const again = await nextMessage();
  expect(again.redelivered).toBe(true);
  await takeUpCommit(
    again,
    options(() => ({ kind: 'passed', output: {} })),
  );
  expect(await statusOf(goal)).toEqual({ a: 'passed' });
});

test('a commit that cannot be read is set aside and does not hold up what comes after it', async () => {
  await planner.js.publish(`awo.log.${freshGoal()}.planner.impact`, 'no commit');
  const goal = await open([step('a')]);
  work(options(() => ({ kind: 'passed', output: {} })));
  await until(goal, 'a', 'passed');
});

test('facts too large for the log are kept as evidence, so that the decision can be replayed', async () => {
  const goal = await open([step('a')]);
  const facts = { lines: 'x'.repeat(100_000) };
  work(options(() => ({ kind: 'passed', output: {} }), { agent: agentThat(() => ({ kind: 'passed', output: {} }), facts) }));
  await until(goal, 'a', 'passed');
  const made = (await eventsOf(goal)).find((e) => e.type === 'decision.made');
  const [digest = ''] = made?.type === 'decision.made' ? made.decision.facts : [];
  expect(JSON.parse(new TextDecoder().decode(await planner.evidence.get(digest)))).toEqual(facts);
});

test('an output too large for the log fails the step with the way out, instead of coming again for ever', async () => {
  const goal = await open([step('a')]);
  work(options(() => ({ kind: 'passed', output: { report: 'x'.repeat(70_000) } })));
  expect(await until(goal, 'a', 'failed')).toMatchObject({ code: 'commit-too-large', message: expect.stringMatching(/belong in evidence/) });
});

test('a plan edit gets the version that follows the plan it is applied to', async () => {
  const goal = await open([step('a'), step('b')]);
  work(
    options(({ step: { id } }) =>
      id.length > 1 ? { kind: 'passed', output: {} } : { kind: 'passed', output: {}, plan: { add: [step(`${id}2`, [id])], remove: [], changes: [] } },
    ),
  );
  await until(goal, 'b2', 'passed');
  await until(goal, 'a2', 'passed');
  const versions = (await eventsOf(goal)).flatMap((e) => (e.type === 'plan.changed' ? [e.version] : []));
  expect(versions).toEqual([1, 2]);
});
