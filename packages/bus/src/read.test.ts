// Reading on a real server: following over a crash, history in batches, evidence, timers.
import { RetryableError } from '@awo/contracts';
import { startTestNats, waitFor } from '@awo/testing';
import type { TestNats } from '@awo/testing';
import { headers } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Bus } from './bus.ts';
import { digestOf } from './evidence.ts';
import { accepted, collect, freshGoal, passed, step } from './testing.fixture.ts';
import { parseDue } from './timers.ts';

let nats: TestNats;
let planner: Bus;
let impact: Bus;
const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const now = () => new Date();
const by = { author: 'planner' as const, instance: 'planner-1' };
beforeAll(async () => {
  nats = await startTestNats();
  [planner, impact] = await Promise.all([nats.as('planner'), nats.as('impact')]);
});
afterAll(() => nats.stop());

const open = (goal: string, steps: number) =>
  planner.write({
    goal,
    by,
    head: null,
    events: () => [
      accepted(
        goal,
        Array.from({ length: steps }, (_, i) => step(`s${i}`, i > 0 ? [`s${i - 1}`] : [])),
      ),
    ],
    now,
  });
/** Looks that wait are the cheapest way to a long log. */
const look = (goal: string) =>
  planner.write({
    goal,
    by,
    head: undefined,
    events: () => [{ type: 'step.waited', step: 's0', until: '2026-01-01T00:00:00.000Z', because: 'test', memo: {} }],
    now,
  });
const finish = (goal: string, i: number) => planner.write({ goal, by, head: undefined, events: () => [passed(`s${i}`)], now });

test('following a goal misses nothing and doubles nothing, also while the server dies and comes back', async () => {
  const goal = freshGoal();
  await open(goal, 9);
  const stop = new AbortController();
  const seen: number[] = [];
  const following = (async () => {
    for await (const head of impact.follow({ goal, signal: stop.signal })) {
      seen.push(head.seq);
      if (head.commit.state.steps.every((s) => s.status === 'passed')) break;
    }
  })();
  for (let i = 0; i < 3; i++) await finish(goal, i);
  await waitFor(() => seen.length >= 4, { what: 'the first commits to be seen' });
  const crash = nats.crash();
  for (let i = 3; i < 9; i++) await waitFor(() => finish(goal, i), { what: `step ${i} to be written`, timeoutMs: 20_000 });
  await crash;
  await following;
  stop.abort();
  expect(seen).toEqual((await collect(planner.history(goal))).map((c) => c.seq));
});

test('following ends when it is told to, so that Ctrl-C at `awo watch` is heeded', async () => {
  const stop = new AbortController();
  const following = collect(impact.follow({ goal: freshGoal(), signal: stop.signal }));
  stop.abort();
  expect(await following).toEqual([]);
});

test('a log longer than one batch is read whole and in order', async () => {
  const goal = freshGoal();
  await open(goal, 1);
  for (let i = 0; i < 300; i++) await look(goal);
  const commits = await collect(impact.history(goal));
  expect(commits).toHaveLength(301);
  expect(commits.map((c) => c.seq)).toEqual(commits.map((c) => c.seq).toSorted((a, b) => a - b));
  expect(await collect(impact.history(goal, commits[299]?.seq))).toHaveLength(2);
});

test('reading leaves no subscription behind, or a service that reads for months fills the server', async () => {
  const subscriptions = async () => {
    const connz = (await (await fetch(`${nats.monitorUrl}/connz?state=open`)).json()) as { connections: { name: string; subscriptions: number }[] };
    return connz.connections.find((c) => c.name === 'impact-test')?.subscriptions;
  };
  const goal = freshGoal();
  await open(goal, 1);
  await collect(impact.history(goal));
  const before = await subscriptions();
  for (let i = 0; i < 20; i++) await collect(impact.history(goal));
  await impact.nc.flush();
  expect(await subscriptions()).toBe(before);
});

test('a log that cannot be read to its end is an error and not a short log', async () => {
  const goal = freshGoal();
  await open(goal, 1);
  const bus = await nats.as('impact', 'impact-lost');
  await bus.nc.close();
  await expect(collect(bus.history(goal))).rejects.toMatchObject({ code: 'bus-unavailable', message: expect.stringMatching(/GOALS cannot be read/) });
  await expect(bus.lastCommit(goal)).rejects.toMatchObject({ code: 'bus-unavailable' });
});

test('the goals that moved last come first, each with its last commit', async () => {
  const [one, two] = [freshGoal(), freshGoal()];
  await open(one, 2);
  await open(two, 2);
  await finish(one, 0);
  const recent = await impact.goals();
  expect(recent.slice(0, 2).map((h) => h.commit.goal)).toEqual([one, two]);
  expect(recent[0]?.seq).toBe((await impact.lastCommit(one))?.seq);
  expect(await impact.lastCommit(freshGoal())).toBeNull();
});

test('evidence is named by its bytes: the same is stored once, and comes back as it was', async () => {
  const [one, two] = await Promise.all([planner.evidence.put('the report'), impact.evidence.put(new TextEncoder().encode('the report'))]);
  expect(one).toBe(two);
  expect(one).toBe(digestOf(new TextEncoder().encode('the report')));
  expect(new TextDecoder().decode(await impact.evidence.get(one))).toBe('the report');
  const large = new Uint8Array(700_000).map((_, i) => i % 251);
  expect(await impact.evidence.get(await planner.evidence.put(large))).toEqual(large);
});

/** Another object under the same name, as whoever may write evidence could store it. */
async function forge(digest: string, content: string): Promise<void> {
  const bytes = new TextEncoder().encode(content);
  await planner.js.publish(`$O.evidence.C.${digest.slice(7, 20)}`, bytes);
  const meta = { name: digest, bucket: 'evidence', nuid: digest.slice(7, 20), size: bytes.length, chunks: 1, deleted: false };
  await planner.js.publish(`$O.evidence.M.${Buffer.from(digest).toString('base64')}`, JSON.stringify(meta));
}

test('evidence stays what it was, whatever is stored under its name later', async () => {
  const digest = await planner.evidence.put({ requests: 100, errors: 0 });
  await forge(digest, '{"requests":100,"errors":50}');
  expect(new TextDecoder().decode(await impact.evidence.get(digest))).toBe('{"requests":100,"errors":0}');
});

test('other bytes under a name that nothing fits are refused, because a decision must be replayed on what was really seen', async () => {
  const honest = new TextEncoder().encode('{"requests":200,"errors":0}');
  const digest = digestOf(honest);
  await forge(digest, '{"requests":200,"errors":50}');
  await expect(impact.evidence.get(digest)).rejects.toMatchObject({ code: 'bad-message', message: expect.stringMatching(/it was changed/) });
  await planner.evidence.put(honest);
  expect(await impact.evidence.get(digest)).toEqual(honest);
});

test('nobody can empty the store of evidence: what a rollup header would do is refused', async () => {
  const digest = await planner.evidence.put('kept');
  const all = headers();
  all.set('Nats-Rollup', 'all');
  await expect(impact.js.publish('$O.evidence.C.empty', 'x', { headers: all })).rejects.toThrow('rollup not permitted');
  expect(new TextDecoder().decode(await impact.evidence.get(digest))).toBe('kept');
});

test('the library’s own object store reads evidence too, so that other tools can', async () => {
  const digest = await planner.evidence.put({ read: 'by others' });
  const { Objm } = await import('@nats-io/obj');
  const store = await new Objm((await nats.as('provisioner')).js).open('evidence');
  expect(await store.info(digest)).toMatchObject({ name: digest, size: 20, chunks: 1 });
});

test('evidence that does not exist is named', async () => {
  const digest = digestOf(new TextEncoder().encode('never stored'));
  await expect(planner.evidence.get(digest)).rejects.toMatchObject({ code: 'bad-message', message: expect.stringContaining(digest) });
});

test('a timer rings once, at its time, for whoever of the role is free; set anew, only the new time counts', async () => {
  const goal = freshGoal();
  const at = (ms: number) => new Date(Date.now() + ms);
  await impact.schedule({ role: 'impact', goal, step: 'a', at: at(60_000), after: 6, traceparent: undefined });
  const due = at(1200);
  await impact.schedule({ role: 'impact', goal, step: 'a', at: due, after: 7, traceparent: TRACE });
  const consumer = await impact.js.consumers.get('TIMERS', 'impact');
  const message = await waitFor(() => consumer.next({ expires: 1000 }), { what: 'the timer' });
  expect(Date.now()).toBeGreaterThanOrEqual(due.getTime() - 1000);
  expect(parseDue(message.subject, message.data)).toEqual({ goal, step: 'a', after: 7, traceparent: TRACE });
  await message.ackAck();
  expect(await consumer.next({ expires: 1500 })).toBeNull();
});

test.each([
  ['another subject', 'awo.due', '{"step":"a"}'],
  ['no step', 'awo.due.impact.g1', '{}'],
  ['no JSON', 'awo.due.impact.g1', 'a'],
])('a timer message with %s is no timer', (_title, subject, data) => {
  expect(parseDue(subject, new TextEncoder().encode(data))).toBeNull();
});

test('whoever follows passes over a message that is no commit: its goal is ended behind it, and everybody else’s go on', async () => {
  const goal = freshGoal();
  const { head } = await open(goal, 1);
  await planner.js.publish(`awo.log.${goal}.planner.nobody`, 'no commit');
  await planner.endBroken(goal, by, now());
  const stop = new AbortController();
  const seen: boolean[] = [];
  for await (const { commit } of impact.follow({ fromSeq: head?.seq ?? 1, signal: stop.signal })) {
    if (commit.goal !== goal) continue;
    seen.push(commit.state.ended !== undefined);
    if (commit.state.ended) stop.abort();
  }
  expect(seen.at(-1)).toBe(true);
});

test('whoever reads while the server stands still is told to try again: any other error would end its process', async () => {
  await nats.pause();
  try {
    const reads = [planner.goals(), planner.lastCommit(freshGoal()), planner.recent()].map((read) => read.catch((error: unknown) => error));
    for (const error of await Promise.all(reads)) expect(error).toBeInstanceOf(RetryableError);
  } finally {
    nats.resume();
  }
});
