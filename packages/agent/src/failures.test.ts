// How a step's failures end, on a real server: at once, again, with a person, or handed back.
import { RetryableError, TerminalError } from '@awo/contracts';
import { PATIENCE } from '@awo/bus';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { takeUpCommit } from './take-up.ts';
import { agentThat, freshGoal, now, setStage, step } from './testing/stage.ts';
import type { Stage } from './testing/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterEach(() => stage.rest());
afterAll(() => stage.stop());

test('a retryable error comes again after its time, and the step ends well when the cause has passed', async () => {
  const goal = await stage.open([step('a')]);
  const tries: number[] = [];
  stage.work(
    stage.options(() => {
      tries.push(Date.now());
      if (tries.length < 3) throw new RetryableError('tool-unavailable', 'Away.', 150);
      return { kind: 'passed', output: {} };
    }),
  );
  await stage.until(goal, 'a', 'passed');
  expect(tries).toHaveLength(3);
  expect(tries[1]! - tries[0]!).toBeGreaterThanOrEqual(140);
});

test('a terminal error fails the step at once with its code and hint, and what needs it is skipped', async () => {
  const goal = await stage.open([step('a'), step('b', ['a']), step('c', ['a'], 'relay', 'failed')]);
  let tries = 0;
  stage.work(
    stage.options(({ step: { id } }) => {
      if (id === 'c') return { kind: 'passed', output: {} };
      tries++;
      throw new TerminalError('unknown-service', 'No service "crat".', 'Known: cart.');
    }),
  );
  await stage.until(goal, 'c', 'passed');
  expect(tries).toBe(1);
  expect((await stage.stateOf(goal))?.steps[0]).toMatchObject({ status: 'failed', code: 'unknown-service', message: 'No service "crat". Known: cart.' });
  expect(await stage.statusOf(goal)).toMatchObject({ b: 'skipped' });
});

test('what was decided stands in the log also where carrying it out failed, because that is what a person asks about first', async () => {
  const goal = await stage.open([step('a')]);
  stage.work(
    stage.options(() => {
      throw new TerminalError('nothing-running', 'No cart runs.');
    }),
  );
  await stage.until(goal, 'a', 'failed');
  const events = await stage.eventsOf(goal);
  expect(events.slice(-3).map(({ type }) => type)).toEqual(['decision.made', 'step.failed', 'goal.ended']);
  expect(events.find((e) => e.type === 'decision.made')).toMatchObject({ step: 'a', decision: { choice: 'nothing but style' } });
});

test('a step that this agent does not know fails with the reason, so that a goal of a newer version is not stuck', async () => {
  const goal = await stage.open([step('a', [], 'assess-impact')]);
  stage.work(stage.options(() => ({ kind: 'passed', output: {} })));
  expect(await stage.until(goal, 'a', 'failed')).toMatchObject({ code: 'internal', message: expect.stringMatching(/no step "assess-impact".*newer version/) });
});

test('a bug is tried again with back-off, and in the end is a failure that a person must look at', async () => {
  const goal = await stage.open([step('a')]);
  const tries: number[] = [];
  const bug = () => {
    tries.push(Date.now());
    throw new TypeError('x is not a function');
  };
  stage.work(stage.options(bug, { patience: { deliveries: 4, backOffMs: [50, 200] } }));
  expect(await stage.until(goal, 'a', 'failed')).toMatchObject({
    code: 'deliveries-used-up',
    message: 'tried 4 times, last: internal: x is not a function',
  });
  expect(tries).toHaveLength(4);
  const [first = 0, second = 0, third = 0] = tries;
  expect(second - first).toBeGreaterThanOrEqual(45);
  expect(third - second).toBeGreaterThanOrEqual(190);
  expect(PATIENCE.deliveries).toBeGreaterThan(4);
});

test('a worker that is told to stop hands the step back at once, and the stop is not counted as its failure', async () => {
  const goal = await stage.open([step('a')]);
  const stop = new AbortController();
  const message = await stage.nextMessage();
  const stopped = stage.options(
    ({ signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new TerminalError('tool-failed', 'interrupted')));
        stop.abort();
      }),
    { signal: stop.signal },
  );
  await takeUpCommit(message, stopped);
  expect(await stage.statusOf(goal)).toEqual({ a: 'dispatched' });
  const again = await stage.nextMessage();
  expect(again.redelivered).toBe(true);
  await takeUpCommit(
    again,
    stage.options(() => ({ kind: 'passed', output: {} })),
  );
  expect(await stage.statusOf(goal)).toEqual({ a: 'passed' });
});

test('a commit that cannot be read is set aside and does not hold up what comes after it', async () => {
  await stage.planner.js.publish(`awo.log.${freshGoal()}.planner.impact`, 'no commit');
  const goal = await stage.open([step('a')]);
  stage.work(stage.options(() => ({ kind: 'passed', output: {} })));
  await stage.until(goal, 'a', 'passed');
});

test('facts too large for the log are kept as evidence, so that the decision can be replayed', async () => {
  const goal = await stage.open([step('a')]);
  const facts = { lines: 'x'.repeat(100_000) };
  stage.work(stage.options(() => ({ kind: 'passed', output: {} }), { agent: agentThat(() => ({ kind: 'passed', output: {} }), facts) }));
  await stage.until(goal, 'a', 'passed');
  const made = (await stage.eventsOf(goal)).find((e) => e.type === 'decision.made');
  const [digest = ''] = made?.type === 'decision.made' ? made.decision.facts : [];
  expect(JSON.parse(new TextDecoder().decode(await stage.planner.evidence.get(digest)))).toEqual(facts);
});

test('an output too large for the log fails the step with the way out, instead of coming again for ever', async () => {
  const goal = await stage.open([step('a')]);
  stage.work(stage.options(() => ({ kind: 'passed', output: { report: 'x'.repeat(70_000) } })));
  expect(await stage.until(goal, 'a', 'failed')).toMatchObject({ code: 'commit-too-large', message: expect.stringMatching(/belong in evidence/) });
});

test('a plan edit gets the version that follows the plan it is applied to', async () => {
  const goal = await stage.open([step('a'), step('b')]);
  stage.work(
    stage.options(({ step: { id } }) =>
      id.length > 1 ? { kind: 'passed', output: {} } : { kind: 'passed', output: {}, plan: { add: [step(`${id}2`, [id])], remove: [], changes: [] } },
    ),
  );
  await stage.until(goal, 'b2', 'passed');
  await stage.until(goal, 'a2', 'passed');
  const versions = (await stage.eventsOf(goal)).flatMap((e) => (e.type === 'plan.changed' ? [e.version] : []));
  expect(versions).toEqual([1, 2]);
});

test('a goal that has grown too large to go on says so, instead of being stuck without a word', async () => {
  const goal = await stage.open([step('a'), step('b', ['a'], 'relay', 'failed')]);
  const message = await stage.nextMessage();
  const grow = (n: number, bytes: number) =>
    stage.planner.write({
      goal,
      by: { author: 'planner', instance: 'planner-1' },
      head: undefined,
      events: () => [{ type: 'plan.changed', version: n, steps: [{ ...step(`pad${n}`, ['a']), input: { pad: 'x'.repeat(bytes) } }], remove: [], changes: [] }],
      now,
    });
  for (let [n, bytes] = [0, 8000]; bytes > 10; n++) await grow(n, bytes).catch(() => void (bytes /= 2));
  await takeUpCommit(
    message,
    stage.options(() => ({ kind: 'passed', output: {} })),
  );
  expect((await stage.stateOf(goal))?.steps[0]).toMatchObject({ status: 'failed', code: 'commit-too-large' });
  (await stage.nextMessage()).ack();
});
