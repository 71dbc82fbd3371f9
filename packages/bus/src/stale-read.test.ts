// A log that is read at less than what stands in it, as from a leader that was stopped: nothing known is undone, nothing is handed over to nobody.
import { startTestNats } from '@awo/testing';
import type { TestNats } from '@awo/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Bus } from './bus.ts';
import { busOn } from './bus.ts';
import { accepted, freshGoal, passed, statusOf, step } from './testing.fixture.ts';

let nats: TestNats;
let planner: Bus;
let impact: Bus;
beforeAll(async () => {
  nats = await startTestNats();
  [planner, impact] = await Promise.all([nats.as('planner'), nats.as('impact')]);
});
afterAll(() => nats.stop());

const now = () => new Date();
const by = { author: 'planner' as const, instance: 'planner-1' };
const open = (goal: string, plan: ReturnType<typeof step>[]) => planner.write({ goal, by, head: null, events: () => [accepted(goal, plan)], now });

type Message = Awaited<ReturnType<Bus['jsm']['streams']['getMessage']>>;
type Read = Bus['jsm']['streams']['getMessage'];
/** A bus whose reads of the log are answered by this. */
const reading = (bus: Bus, getMessage: Read): Bus =>
  busOn({ ...bus, jsm: Object.create(bus.jsm, { streams: { value: Object.create(bus.jsm.streams, { getMessage: { value: getMessage } }) } }) as Bus['jsm'] });
/** A bus whose reads are answered by a copy that has not got past `message`. */
const onCopyAt = (bus: Bus, message: Message): Bus => reading(bus, async () => message);
const lastOf = (goal: string) => planner.jsm.streams.getMessage('GOALS', { last_by_subj: `awo.log.${goal}.>` });

test('a read is never older than what the reader knows, and fails where it would be older than what it must be', async () => {
  const goal = freshGoal();
  const { head: known } = await open(goal, [step('a')]);
  const old = await lastOf(goal);
  const { head: newest } = await planner.write({ goal, by, head: known, events: () => [passed('a')], now });
  const lagging = onCopyAt(impact, old);
  expect((await lagging.lastCommit(goal, newest))?.seq).toBe(newest?.seq);
  expect((await lagging.lastCommit(goal))?.seq).toBe(known?.seq);
  expect((await impact.currentCommit(goal, newest?.seq ?? 0))?.seq).toBe(newest?.seq);
  await expect(lagging.currentCommit(goal, newest?.seq ?? 0)).rejects.toMatchObject({ code: 'bus-unavailable' });
});

test('every step that is ready is handed over, also where the answer to a hand-over got lost and the copy asked then lags', async () => {
  const goal = freshGoal();
  const { head: before } = await open(goal, [step('a'), step('b', ['a']), step('c', ['a'])]);
  const old = await lastOf(goal);
  let publishes = 0;
  const js = Object.create(planner.js, {
    publish: {
      value: (...args: Parameters<Bus['js']['publish']>) => {
        // The second commit hands c over: it never arrives.
        publishes++;
        return publishes === 2 ? Promise.reject(new Error('timeout')) : planner.js.publish(...args);
      },
    },
  }) as Bus['js'];
  const lagging = onCopyAt({ ...planner, js }, old);
  await lagging.write({ goal, by, head: before, events: () => [passed('a')], now });
  expect(statusOf((await planner.lastCommit(goal))?.commit.state)).toEqual({ a: 'passed', b: 'dispatched', c: 'dispatched' });
});

test('of two commits whose answers got lost the first is recognised too, so that nothing is written twice', async () => {
  const goal = freshGoal();
  const { head: before } = await open(goal, [step('a')]);
  const old = await lastOf(goal);
  let tries = 0;
  let reads = 0;
  const js = Object.create(planner.js, {
    publish: {
      value: async (...args: Parameters<Bus['js']['publish']>) => {
        tries++;
        // The first lands and its answer is lost; the second is lost on its way.
        if (tries === 1) await planner.js.publish(...args);
        throw new Error('timeout');
      },
    },
  }) as Bus['js'];
  const lossy = reading({ ...planner, js }, async (...args) => (reads++ === 0 ? old : planner.jsm.streams.getMessage(...args)));
  const events = () => [{ type: 'step.waited' as const, step: 'a', until: '2026-01-01T00:00:00.000Z', because: 'test', memo: {} }];
  const { written, head } = await lossy.write({ goal, by, head: before, events, now });
  expect(written).toBe(true);
  expect(tries).toBe(2);
  expect(head?.seq).toBe((await planner.lastCommit(goal))?.seq);
  expect(head?.commit.state.steps[0]?.wait?.looks).toBe(1);
});

test('a conflict and a leader that has never heard of the goal do not make it archived: the outcome is written', async () => {
  const goal = freshGoal();
  const { head: before } = await open(goal, [step('a'), step('b')]);
  // Somebody else writes first, and for a while the one that is asked knows nothing of the goal.
  await planner.write({ goal, by, head: before, events: () => [passed('b')], now });
  let reads = 0;
  const lagging = reading(planner, async (...args) => (reads++ < 6 ? null : planner.jsm.streams.getMessage(...args)));
  const { written } = await lagging.write({
    goal,
    by,
    head: before,
    events: (state) => (state?.steps[0]?.status === 'dispatched' ? [passed('a')] : null),
    now,
  });
  expect(written).toBe(true);
  expect(statusOf((await planner.lastCommit(goal))?.commit.state)).toEqual({ a: 'passed', b: 'passed' });
});

test('a writer that slept until its goal was archived writes nothing, and comes to an end', async () => {
  const goal = freshGoal();
  const { head: before } = await open(goal, [step('a')]);
  const provisioner = await nats.as('provisioner');
  await provisioner.jsm.streams.purge('GOALS', { filter: `awo.log.${goal}.>` });
  expect(await planner.write({ goal, by, head: before, events: () => [passed('a')], now })).toEqual({ written: false, head: null });
  expect(await lastOf(goal)).toBeNull();
});

test('a bucket that could not be opened while the bus was away is opened when it is back', async () => {
  const away = { is: true };
  const js = new Proxy(planner.js, {
    get: (target, name, receiver) => {
      if (name === 'jetstreamManager' && away.is) return async () => Promise.reject(new Error('no responders'));
      const found: unknown = Reflect.get(target, name, receiver);
      return typeof found === 'function' ? found.bind(target) : found;
    },
  });
  const bus = busOn({ ...planner, js });
  await expect(bus.kv('environments')).rejects.toThrow('no responders');
  away.is = false;
  await (await bus.kv('environments')).put('turn.test', 'x');
});
