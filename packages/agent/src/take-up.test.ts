// Taking work up on a real server: what is delivered twice is done once, what was not handed over is, waits go on.
import type { Event } from '@awo/contracts';
import { draftCommit } from '@awo/goal';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { takeUpCommit, takeUpTimer } from './take-up.ts';
import { now, setStage, step, unacknowledged } from './testing/stage.ts';
import type { Stage } from './testing/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterEach(() => stage.rest());
afterAll(() => stage.stop());

test('a step is carried out, its decision and outcome are one commit, and the same commit hands the next one over', async () => {
  const goal = await stage.open([step('a'), step('b', ['a'])]);
  stage.work(stage.options(() => ({ kind: 'passed', output: { n: 1 } })));
  await stage.until(goal, 'b', 'passed');
  expect((await stage.eventsOf(goal)).map((e) => e.type)).toEqual([
    'goal.accepted',
    'step.dispatched',
    'decision.made',
    'step.passed',
    'step.dispatched',
    'decision.made',
    'step.passed',
  ]);
  expect((await stage.stateOf(goal))?.steps[0]?.output).toEqual({ n: 1 });
});

test('a step that was done but not acknowledged is not done again when it comes again', async () => {
  const goal = await stage.open([step('a'), step('b', ['a'])]);
  let done = 0;
  const given = stage.options(() => {
    done++;
    return { kind: 'passed', output: {} };
  });
  const message = await stage.nextMessage();
  await takeUpCommit(unacknowledged(message), given);
  const second = await stage.nextMessage();
  await takeUpCommit(await stage.redeliver(message), given);
  expect(done).toBe(1);
  second.ack();
  expect(await stage.statusOf(goal)).toEqual({ a: 'passed', b: 'dispatched' });
  expect((await stage.eventsOf(goal)).filter((e) => e.type === 'step.passed')).toHaveLength(1);
});

test('what a worker died before handing over is handed over when its message comes again', async () => {
  const goal = await stage.open([step('a'), step('b', ['a']), step('c', ['a'])]);
  const message = await stage.nextMessage();
  const head = (await stage.impact.lastCommit(goal))!;
  const passed: Event = { type: 'step.passed', step: 'a', startedAt: now().toISOString(), output: {}, evidence: [] };
  const draft = draftCommit({ state: head.commit.state, prev: head.hash }, goal, [passed], { author: 'impact', instance: 'impact-1' }, now().toISOString());
  await stage.impact.js.publish(`awo.log.${goal}.impact.${draft.to}`, JSON.stringify(draft.commit));
  expect(await stage.statusOf(goal)).toEqual({ a: 'passed', b: 'dispatched', c: 'waiting' });
  const b = await stage.nextMessage();
  await takeUpCommit(
    await stage.redeliver(message),
    stage.options(() => ({ kind: 'passed', output: {} })),
  );
  b.ack();
  (await stage.nextMessage()).ack();
  expect(await stage.statusOf(goal)).toEqual({ a: 'passed', b: 'dispatched', c: 'dispatched' });
});

test('a step that waits goes on after its timer, with what it wanted to remember', async () => {
  const goal = await stage.open([step('a')]);
  const looks: [number, unknown][] = [];
  stage.work(
    stage.options(({ looks: n, memo }) => {
      looks.push([n, memo]);
      return n < 2 ? { kind: 'wait', afterMs: 100, because: 'not yet', memo: { seen: n } } : { kind: 'passed', output: { seen: n } };
    }),
  );
  const passed = await stage.until(goal, 'a', 'passed');
  expect(looks).toEqual([
    [0, undefined],
    [1, { seen: 0 }],
    [2, { seen: 1 }],
  ]);
  expect(passed.output).toEqual({ seen: 2 });
  expect((await stage.eventsOf(goal)).filter((e) => e.type === 'step.waited')).toHaveLength(2);
});

test('a step that waits may add one that is handed over at once, so that something is done while it looks on', async () => {
  const goal = await stage.open([step('a')]);
  const add = { ...step('b'), role: 'impact' as const };
  const edit = { add: [add], remove: [], changes: [{ change: 'added' as const, step: 'b', because: 'a test' }] };
  stage.work(
    stage.options(({ step: own, looks }) =>
      own.id === 'a' && looks === 0 ? { kind: 'wait', afterMs: 100, because: 'not yet', memo: {}, plan: edit } : { kind: 'passed', output: {} },
    ),
  );
  await stage.until(goal, 'a', 'passed');
  await stage.until(goal, 'b', 'passed');
  expect((await stage.eventsOf(goal)).filter((e) => e.type === 'plan.changed')).toMatchObject([{ steps: [{ id: 'b' }] }]);
});

test('a worker that died before setting the timer is made up for, without a second look', async () => {
  const goal = await stage.open([step('a')]);
  let looks = 0;
  const given = stage.options(({ looks: n }) => {
    looks++;
    return n === 0 ? { kind: 'wait', afterMs: 100, because: 'not yet', memo: {} } : { kind: 'passed', output: {} };
  });
  const message = await stage.nextMessage();
  // Everything but the timer and the acknowledgement.
  const timerless = { ...stage.impact, schedule: async () => {} };
  await takeUpCommit(unacknowledged(message), { ...given, bus: timerless });
  expect((await stage.stateOf(goal))?.steps[0]?.wait?.looks).toBe(1);
  await takeUpCommit(await stage.redeliver(message), given);
  expect(looks).toBe(1);
  stage.work(given);
  await stage.until(goal, 'a', 'passed');
  expect(looks).toBe(2);
});

test('a timer that rings twice causes one look', async () => {
  const goal = await stage.open([step('a')]);
  let looks = 0;
  const given = stage.options(() => {
    looks++;
    return looks === 1 ? { kind: 'wait', afterMs: 100, because: 'not yet', memo: {} } : { kind: 'wait', afterMs: 60_000, because: 'long', memo: {} };
  });
  await takeUpCommit(await stage.nextMessage(), given);
  const ring = await stage.nextMessage('TIMERS');
  await takeUpTimer(unacknowledged(ring), given);
  expect(looks).toBe(2);
  ring.nak();
  await takeUpTimer(await stage.nextMessage('TIMERS'), given);
  expect(looks).toBe(2);
  expect((await stage.stateOf(goal))?.steps[0]?.wait?.because).toBe('long');
});

test('an outcome that comes after the goal was halted is discarded, and the message does not come again', async () => {
  const goal = await stage.open([step('a'), step('b', ['a'], 'relay', 'failed')]);
  const given = stage.options(async () => {
    const operator = await stage.nats.as('operator');
    await operator.write({
      goal,
      by: { author: 'operator', instance: 'cli' },
      head: undefined,
      events: () => [{ type: 'human.acted', action: 'abort', who: 'Ada', because: 'test' }],
      now,
    });
    return { kind: 'passed', output: {} };
  });
  await takeUpCommit(await stage.nextMessage(), given);
  expect(await stage.statusOf(goal)).toEqual({ a: 'cancelled', b: 'dispatched' });
  expect((await stage.eventsOf(goal)).some((e) => e.type === 'step.passed')).toBe(false);
  (await stage.nextMessage()).ack();
});
