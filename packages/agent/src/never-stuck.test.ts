// What nobody can work on ends as needs-human with the reason, on a real server: broken logs, workers that die, conclusions that fail.
import { TerminalError } from '@awo/contracts';
import { verifyChain } from '@awo/goal';
import { waitFor } from '@awo/testing';
import { DiscardPolicy } from '@nats-io/jetstream';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { takeUpCommit, takeUpTimer } from './take-up.ts';
import { now, setStage, step } from './testing/stage.ts';
import type { Stage } from './testing/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterEach(() => stage.rest());
afterAll(() => stage.stop());

const passes = () => stage.options(() => ({ kind: 'passed', output: {} }));
/** Something that is no commit, on the goal's log, where only the planner may write it. */
const poison = (goal: string, to: string, body: string) => stage.planner.js.publish(`awo.log.${goal}.planner.${to}`, body);

test.each([
  ['not JSON at all', 'no commit'],
  ['JSON of something else', '{"hello":"world"}'],
  ['a commit without its state', '{"v":1,"goal":"g0000000000","events":[]}'],
])('%s, addressed to a role, ends its goal as needs-human and names the place', async (_what, body) => {
  const goal = await stage.open([step('a'), step('b', ['a'])]);
  (await stage.nextMessage()).ack();
  const { seq } = await poison(goal, 'impact', body);
  await takeUpCommit(await stage.nextMessage(), passes());
  const state = await stage.stateOf(goal);
  expect(state?.ended).toMatchObject({
    outcome: 'needs-human',
    because: expect.stringContaining(`Message ${seq} on awo.log.${goal}.planner.impact is no commit`),
  });
  const entries = [];
  for await (const m of stage.storedOf(goal)) entries.push({ seq: m.seq, bytes: m.data, subject: m.subject });
  expect(verifyChain(entries)).toMatchObject({ ok: false, problem: { seq, what: 'not-a-commit' } });
});

test('a message that is no commit and addressed to nobody ends the goal when the worker of its step comes to write', async () => {
  const goal = await stage.open([step('a')]);
  const message = await stage.nextMessage();
  await poison(goal, 'nobody', 'no commit');
  await takeUpCommit(message, passes());
  expect((await stage.stateOf(goal))?.ended).toMatchObject({ outcome: 'needs-human', because: expect.stringContaining('is no commit') });
});

test('a message that is no commit ends a goal that waits when its timer rings, instead of ringing for ever', async () => {
  const goal = await stage.open([step('a')]);
  const waits = stage.options(() => ({ kind: 'wait', afterMs: 50, because: 'not yet', memo: {} }));
  await takeUpCommit(await stage.nextMessage(), waits);
  await poison(goal, 'nobody', '{}');
  await takeUpTimer(await stage.nextMessage('TIMERS'), waits);
  expect((await stage.stateOf(goal))?.ended?.outcome).toBe('needs-human');
});

test('what is no commit and belongs to no goal is put aside, and nothing is made up for it', async () => {
  const { seq } = await poison('g1111111111', 'impact', 'no commit');
  const message = await stage.nextMessage();
  expect(message.seq).toBe(seq);
  await takeUpCommit(message, passes());
  await expect(stage.planner.lastCommit('g1111111111')).rejects.toMatchObject({ code: 'bad-message' });
});

test('a step that ends every worker that takes it is given up after so many deliveries, because nobody would ever say so', async () => {
  const goal = await stage.open([step('a'), step('b', ['a'], 'relay', 'failed')]);
  const options = { ...passes(), patience: { deliveries: 30, backOffMs: [20], unanswered: 2 } };
  const first = await stage.nextMessage();
  const second = await stage.redeliver(first);
  const third = await stage.redeliver(second);
  await takeUpCommit(third, options);
  expect((await stage.stateOf(goal))?.steps[0]).toMatchObject({
    status: 'failed',
    code: 'deliveries-used-up',
    message: 'handed out 3 times, and no worker came back with an outcome',
  });
  (await stage.nextMessage()).ack();
});

test('where the step that was to say how the goal ended fails itself, the goal ends as needs-human with its reason', async () => {
  const goal = await stage.open([step('a'), { ...step('conclude', ['*'], 'relay', 'always') }]);
  const fails = stage.options(({ step: { id } }) => {
    if (id === 'conclude') throw new TerminalError('internal', 'no report today');
    return { kind: 'passed', output: {} };
  });
  await takeUpCommit(await stage.nextMessage(), fails);
  await takeUpCommit(await stage.nextMessage(), fails);
  expect((await stage.stateOf(goal))?.ended).toMatchObject({
    outcome: 'needs-human',
    because: expect.stringMatching(/^conclude failed \(internal: no report today\)/),
  });
});

test('an old commit that is delivered for the first time is looked up before anything is done: a consumer made anew hands out the whole log', async () => {
  const goal = await stage.open([step('a')]);
  let done = 0;
  const counts = (at: () => Date) => ({ ...stage.options(() => (done++, { kind: 'passed', output: {} })), now: at });
  const message = await stage.nextMessage();
  await takeUpCommit(Object.create(message, { ack: { value: () => {} } }) as typeof message, counts(now));
  expect(done).toBe(1);
  await takeUpCommit(
    message,
    counts(() => new Date(Date.now() + 60_000)),
  );
  expect(done).toBe(1);
  expect(await stage.statusOf(goal)).toEqual({ a: 'passed' });
});

test('an outcome that a full store refuses is kept and written when there is room: the step is neither done again nor given up', async () => {
  const goal = await stage.open([step('a')]);
  const provisioner = await stage.nats.as('provisioner');
  const message = await stage.nextMessage();
  const { state } = await provisioner.jsm.streams.info('GOALS');
  await provisioner.jsm.streams.update('GOALS', { max_bytes: state.bytes + 1, discard: DiscardPolicy.New });
  let done = 0;
  const work = takeUpCommit(
    message,
    stage.options(() => (done++, { kind: 'passed', output: {} })),
  );
  await waitFor(() => done === 1, { what: 'the step to be done' });
  await expect(stage.open([step('b')])).rejects.toThrow(/refused a commit/);
  await provisioner.jsm.streams.update('GOALS', { max_bytes: -1, discard: DiscardPolicy.Old });
  await work;
  expect(await stage.statusOf(goal)).toEqual({ a: 'passed' });
  expect([done, message.info.deliveryCount]).toEqual([1, 1]);
});
