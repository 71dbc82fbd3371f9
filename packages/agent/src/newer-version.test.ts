// What a newer version wrote is left for a newer version: never dropped, never written to, and everybody is told why.
import type { Event } from '@awo/contracts';
import { COMMIT_VERSION } from '@awo/contracts';
import { draftCommit } from '@awo/goal';
import { waitFor } from '@awo/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { now, setStage, step } from './testing/stage.ts';
import type { Stage } from './testing/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterEach(() => stage.rest());
afterAll(() => stage.stop());

/** Passes a step as a replica of a newer version would, whose commits have a field that nobody here knows. */
async function passAsNewer(goal: string, id: string): Promise<void> {
  const head = (await stage.impact.lastCommit(goal))!;
  const passed: Event = { type: 'step.passed', step: id, startedAt: now().toISOString(), output: {}, evidence: [] };
  const draft = draftCommit({ state: head.commit.state, prev: head.hash }, goal, [passed], { author: 'impact', instance: 'impact-2' }, now().toISOString());
  await stage.impact.js.publish(`awo.log.${goal}.impact.${draft.to}`, JSON.stringify({ ...draft.commit, v: COMMIT_VERSION + 1, unheardOf: true }));
}
const patience = { deliveries: 3, backOffMs: [20] };
const redelivered = async () => (await stage.nats.as('provisioner')).jsm.consumers.info('GOALS', 'impact');

test('a commit of a newer version comes again more often than patience lasts, and is neither dropped nor failed', async () => {
  const goal = await stage.open([step('a'), step('b', ['a'])]);
  const first = await stage.nextMessage();
  await passAsNewer(goal, 'a');
  first.ack();
  let done = 0;
  const counted = stage.options(() => (done++, { kind: 'passed', output: {} }), { patience });
  const before = (await redelivered()).delivered.consumer_seq;
  stage.work(counted);
  const info = await waitFor(
    async () => {
      const found = await redelivered();
      return found.delivered.consumer_seq > before + 2 * patience.deliveries && found;
    },
    { what: 'the message to come again and again' },
  );
  expect(info.num_ack_pending + info.num_pending).toBe(1);
  expect(done).toBe(0);
  const log = await stage.planner.jsm.direct.getMessage('GOALS', { last_by_subj: `awo.log.${goal}.>` });
  expect(log?.json()).toMatchObject({ v: COMMIT_VERSION + 1, unheardOf: true });
  // A newer replica takes it; here it is only taken out of the way of the next test.
  await stage.rest();
  (await stage.nextMessage()).ack();
});

test('a worker that was overtaken by a newer version hands its step back instead of failing it', async () => {
  const goal = await stage.open([step('a')]);
  let looks = 0;
  stage.work(
    stage.options(
      async () => {
        if (looks++ === 0) await passAsNewer(goal, 'a');
        return { kind: 'passed', output: {} };
      },
      { patience },
    ),
  );
  await waitFor(async () => (await redelivered()).num_redelivered > 0, { what: 'the message to be handed back' });
  const log = await stage.planner.jsm.direct.getMessage('GOALS', { last_by_subj: `awo.log.${goal}.>` });
  expect(log?.json()).toMatchObject({ v: COMMIT_VERSION + 1 });
  expect(looks).toBe(1);
  await stage.rest();
  (await stage.nextMessage()).ack();
});

test('whoever reads such a goal is told to upgrade, and the list of goals names it beside the others', async () => {
  const [goal, plain] = [await stage.open([step('a')]), await stage.open([step('a')])];
  await passAsNewer(goal, 'a');
  await expect(stage.planner.lastCommit(goal)).rejects.toMatchObject({ code: 'newer-version', message: expect.stringMatching(/newer version.*upgrade awo/) });
  const { heads, unreadable } = await stage.planner.recent();
  expect(heads.map((head) => head.commit.goal)).toContain(plain);
  expect(unreadable).toContainEqual(expect.objectContaining({ goal, code: 'newer-version' }));
});
