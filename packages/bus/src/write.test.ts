// Writing to a goal's log on a real server: the guard, conflicts, rebase, hand-over.
import { COMMIT_MAX_BYTES } from '@awo/contracts';
import type { Event, GoalState, Role } from '@awo/contracts';
import { draftCommit, verifyChain } from '@awo/goal';
import { startTestNats } from '@awo/testing';
import type { TestNats } from '@awo/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { appendCommit } from './append.ts';
import type { Bus } from './bus.ts';
import { accepted, collect, freshGoal, passed, statusOf, step } from './testing.fixture.ts';

let nats: TestNats;
let planner: Bus;
let impact: Bus;
const now = () => new Date();
const by = (author: Role) => ({ author, instance: `${author}-1` });

beforeAll(async () => {
  nats = await startTestNats();
  [planner, impact] = await Promise.all([nats.as('planner'), nats.as('impact')]);
});
afterAll(() => nats.stop());

const open = (goal: string, plan = [step('a')]) =>
  planner.write({ goal, by: by('planner'), head: null, events: (state) => (state ? null : [accepted(goal, plan)]), now });
const log = (goal: string) => collect(planner.history(goal));
/** The log of a goal as `awo log --verify` judges it. */
const verified = async (goal: string) => verifyChain((await log(goal)).map(({ seq, bytes, subject }) => ({ seq, bytes, subject })));

test('the guard lets only one of two commits after the same sequence in', async () => {
  const goal = freshGoal();
  const { head } = await open(goal);
  const draft = (instance: string) =>
    draftCommit({ state: head!.commit.state, prev: head!.hash }, goal, [passed('a')], { author: 'impact', instance }, now().toISOString());
  const results = await Promise.all(['impact-1', 'impact-2'].map((i) => appendCommit(impact, draft(i).commit, 'nobody', head!.seq, undefined)));
  expect(results.map((r) => r.kind).toSorted()).toEqual(['appended', 'conflict']);
  expect(await log(goal)).toHaveLength(2);
});

test('a goal that exists is not opened again, and the second opener learns where it stands', async () => {
  const goal = freshGoal();
  const [one, two] = await Promise.all([open(goal), open(goal)]);
  expect([one.written, two.written].toSorted()).toEqual([false, true]);
  expect(two.head?.commit.goal).toBe(goal);
  expect((await log(goal)).filter((c) => c.commit.events.some((e) => e.type === 'goal.accepted'))).toHaveLength(1);
});

test('what was decided on an old state is rebased on the fresh one, so that parallel steps lose nothing', async () => {
  const goal = freshGoal();
  const { head: old } = await open(goal, [step('a'), step('b'), step('c', ['a', 'b'])]);
  const finish = (id: string) => impact.write({ goal, by: by('impact'), head: old, events: () => [passed(id)], now });
  const results = await Promise.all([finish('a'), finish('b')]);
  expect(results.every((r) => r.written)).toBe(true);
  const last = await planner.lastCommit(goal);
  expect(statusOf(last?.commit.state)).toEqual({ a: 'passed', b: 'passed', c: 'dispatched' });
  expect(await verified(goal)).toMatchObject({ ok: true });
});

test('what no longer belongs there is discarded after a conflict', async () => {
  const goal = freshGoal();
  const { head: old } = await open(goal);
  await impact.write({ goal, by: by('impact'), head: old, events: () => [passed('a', { first: true })], now });
  const open_ = (state: GoalState | null) => (state?.steps[0]?.status === 'dispatched' ? [passed('a', { second: true })] : null);
  const late = await impact.write({ goal, by: by('impact'), head: old, events: open_, now });
  expect(late.written).toBe(false);
  expect(late.head?.commit.state.steps[0]?.output).toEqual({ first: true });
});

test('several ready steps are several commits, one addressee each', async () => {
  const goal = freshGoal();
  await open(goal, [step('a'), step('b', [], 'test'), step('c', [], 'deploy'), step('d', ['a'])]);
  const commits = await log(goal);
  expect(commits.map((c) => [c.subject.split('.').at(-1), c.commit.dispatch?.step])).toEqual([
    ['impact', 'a'],
    ['test', 'b'],
    ['deploy', 'c'],
  ]);
  expect(await verified(goal)).toMatchObject({ ok: true, commits: 3 });
});

test('a writer that died between its commit and the hand-over is made up for by whoever writes next', async () => {
  const goal = freshGoal();
  const draft = draftCommit(null, goal, [accepted(goal, [step('a'), step('b')])], by('planner'), now().toISOString());
  await appendCommit(planner, draft.commit, draft.to, 0, undefined);
  expect(statusOf((await planner.lastCommit(goal))?.commit.state)).toEqual({ a: 'dispatched', b: 'waiting' });
  const again = await planner.write({ goal, by: by('planner'), head: undefined, events: () => null, now });
  expect(again.written).toBe(false);
  expect(statusOf(again.head?.commit.state)).toEqual({ a: 'dispatched', b: 'dispatched' });
});

test('writers that race have one winner per sequence, and nobody’s commit is lost or doubled', async () => {
  const goal = freshGoal();
  const writers = 8;
  const each = 6;
  const ids = Array.from({ length: writers * each }, (_, i) => `s${i}`);
  await open(
    goal,
    ids.map((id) => step(id)),
  );
  const finish = async (w: number) => {
    const bus = w % 2 === 0 ? impact : planner;
    for (const id of ids.filter((_, i) => i % writers === w)) {
      await bus.write({ goal, by: by(w % 2 === 0 ? 'impact' : 'planner'), head: undefined, events: () => [passed(id)], now });
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, w) => finish(w)));
  const commits = await log(goal);
  const done = commits.flatMap((c) => c.commit.events.flatMap((e: Event) => (e.type === 'step.passed' ? [e.step] : [])));
  expect(done.toSorted()).toEqual(ids.toSorted());
  expect(new Set(commits.map((c) => c.commit.prev)).size).toBe(commits.length);
  expect(await verified(goal)).toMatchObject({ ok: true });
});

test.each<[order: string, event: Event]>([
  ['as its schema has them', passed('a')],
  ['in another order', { because: 'enough', who: 'Ada', action: 'abort', type: 'human.acted' }],
])('a commit whose answer was lost is found in the log and not written twice, its keys %s', async (_order, event) => {
  const goal = freshGoal();
  const { head } = await open(goal);
  // The answer gets lost: the publish itself arrives.
  let lost = 0;
  const publish = impact.js.publish.bind(impact.js);
  const deaf = Object.assign(Object.create(impact.js) as typeof impact.js, {
    publish: async (...args: Parameters<typeof publish>) => {
      const ack = await publish(...args);
      if (lost++ === 0) throw new Error('timeout');
      return ack;
    },
  });
  const { writeEvents } = await import('./write.ts');
  const result = await writeEvents({ ...impact, js: deaf }, { goal, by: by('impact'), head, events: (state) => (state?.halted ? null : [event]), now });
  expect(lost).toBe(1);
  expect(result.written).toBe(true);
  expect(await log(goal)).toHaveLength(2);
});

test('a commit past 64 KiB is refused with its size and the way out, because the log is for facts and not for reports', async () => {
  const goal = freshGoal();
  const { head } = await open(goal);
  const write = impact.write({ goal, by: by('impact'), head, events: () => [passed('a', { report: 'x'.repeat(COMMIT_MAX_BYTES) })], now });
  await expect(write).rejects.toMatchObject({ code: 'commit-too-large', message: expect.stringMatching(/has \d{5,} bytes; at most 65536 fit.*evidence/) });
  expect(await log(goal)).toHaveLength(1);
});

test('a goal keeps one trace: what is written without a traceparent carries the one before on', async () => {
  const goal = freshGoal();
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  await planner.write({ goal, by: by('planner'), head: null, events: () => [accepted(goal, [step('a'), step('b')])], traceparent, now });
  await impact.write({ goal, by: by('impact'), head: undefined, events: () => [passed('a')], now });
  expect((await log(goal)).map((c) => c.traceparent)).toEqual([traceparent, traceparent, traceparent]);
});
