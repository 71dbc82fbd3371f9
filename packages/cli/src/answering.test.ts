// approve and reject as real processes against a real nats-server that holds a repair which waits for a person.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { GoalState } from '@awo/contracts';
import { planStep, recorder } from './testing/recorder.ts';
import { realBus } from './testing/real-bus.ts';

const SHOWN = `sha256:${'ab'.repeat(32)}`;
const WAITS = 'Waits for somebody to approve: restart cart, a fresh process of the same revision';
let system: Awaited<ReturnType<typeof realBus>>;
beforeAll(async () => {
  system = await realBus();
});
afterAll(() => system.stop());

/** `asks`: what the repair's admission shows while it waits; null: it waits for its turn and asks nobody. */
async function repairThatWaits(goal: string, asks: string | null): Promise<void> {
  const { log, write, now } = recorder(goal, '2026-05-04T10:00:00.000Z');
  const spec = { kind: 'remediate', environment: 'production', service: 'cart', symptom: 'slow' } as const;
  const steps = [planStep({ id: 'admit-repair-1', kind: 'admit-repair', role: 'planner', needs: [], because: 'who may do it' })];
  write('planner', [{ type: 'goal.accepted', goal, spec, source: 'cli', traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', plan: steps }]);
  const memo = asks === null ? { asks: false } : { asks: true, digest: asks };
  write('planner', [{ type: 'step.waited', step: 'admit-repair-1', until: now(), because: WAITS, memo }]);
  await system.record(log);
}

const stateOf = async (goal: string): Promise<GoalState> => {
  const head = await (await system.as('operator')).lastCommit(goal);
  if (head === null) throw new Error(`${goal} has no log`);
  return head.commit.state;
};

test.each([
  ['approve', 'gaaaaaaaaa1', true],
  ['reject', 'gaaaaaaaaa2', false],
] as const)('%s answers exactly what was shown, with who and why, once', async (action, goal, yes) => {
  await repairThatWaits(goal, SHOWN);
  const env = { AWO_WHO: 'Ada' };
  const ran = await system.awo([action, goal, '--because', 'seen it too'], { env });
  expect(ran).toMatchObject({ code: 0, out: expect.stringContaining(WAITS) });
  const first = await stateOf(goal);
  expect(first.answers).toEqual([{ of: SHOWN, yes, who: 'Ada', because: 'seen it too', at: expect.any(String) }]);
  // The repair may be under way by the first answer: who comes second must not believe that theirs counted.
  const opposite = await system.awo([yes ? 'reject' : 'approve', goal, '--because', 'on second thoughts']);
  expect(opposite).toMatchObject({ code: 1, err: expect.stringMatching(/Ada has (approved|rejected) it already: seen it too[\s\S]*awo abort/) });
  expect(await system.awo([action, goal, '--because', 'sent twice'], { env })).toMatchObject({ code: 0 });
  expect((await stateOf(goal)).answers).toEqual(first.answers);
});

test('who answers where nothing is asked is told so, and nothing is written', async () => {
  const goal = 'gaaaaaaaaa3';
  await repairThatWaits(goal, null);
  const before = await stateOf(goal);
  const ran = await system.awo(['approve', goal, '--because', 'just in case']);
  expect(ran).toMatchObject({ code: 1, err: expect.stringContaining(`${goal} asks for nothing now`) });
  expect(await stateOf(goal)).toEqual(before);
});

test('for programs the answer names the digest that was approved', async () => {
  const goal = 'gaaaaaaaaa4';
  await repairThatWaits(goal, SHOWN);
  const { out } = await system.awo(['approve', goal, '-o', 'json']);
  expect(JSON.parse(out)).toMatchObject({ id: goal, answer: 'approve', of: SHOWN, what: expect.stringContaining(WAITS) });
});
