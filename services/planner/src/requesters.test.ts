// Answers to publishers that wait, on a real bus: who repeats a goal is answered, whoever else has asked before.
import { goalIdFor, intakeDigest } from '@awo/bus';
import type { Bus } from '@awo/bus';
import { createLogger } from '@awo/telemetry';
import { startTestNats } from '@awo/testing';
import type { TestNats } from '@awo/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openingPlan } from './plan/steps.ts';
import { answerRequesters } from './requesters.ts';

let nats: TestNats;
let planner: Bus;
let operator: Bus;
let stop: () => void;
beforeAll(async () => {
  nats = await startTestNats();
  [planner, operator] = await Promise.all([nats.as('planner'), nats.as('operator')]);
  stop = answerRequesters(planner, createLogger('planner', 'test', 'silent'));
  await planner.nc.flush();
});
afterAll(async () => {
  stop();
  await nats.stop();
});

const spec = { kind: 'assess' as const, revision: 'HEAD' };
const goalOf = (id: string) => goalIdFor(`msg:${id}`);
const takeIn = (id: string) =>
  planner.write({
    goal: goalOf(id),
    by: { author: 'planner', instance: 'planner-1' },
    head: null,
    events: () => [{ type: 'goal.accepted', goal: goalOf(id), spec, source: 'test', plan: openingPlan(spec) }],
    now: () => new Date(),
  });

test('a goal that was repeated while nobody took it in is answered at its next repetition, not those who have given up', async () => {
  for (let i = 0; i < 3; i++) await expect(operator.submit(spec, { id: 'again', timeoutMs: 100 })).rejects.toThrow(/timeout/i);
  await takeIn('again');
  expect(await operator.submit(spec, { id: 'again', timeoutMs: 2000 })).toMatchObject({ goal: goalOf('again'), accepted: true, duplicate: true });
});

test('an answer reaches everybody who asked for the same goal', async () => {
  const asked = [1, 2].map(() => operator.submit(spec, { id: 'twice', timeoutMs: 3000 }));
  const body = new TextEncoder().encode(JSON.stringify({ revision: 'HEAD' }));
  const header = (key: string) => (key === 'Nats-Msg-Id' ? 'twice' : '');
  await operator.nc.flush();
  const answer = { stream: 'INBOX', seq: 1, goal: goalOf('twice'), accepted: true };
  planner.nc.publish(`awo.intake.${intakeDigest('awo.goals.assess', body, { get: header })}`, JSON.stringify(answer));
  expect(await Promise.all(asked)).toMatchObject([answer, answer]);
});

test('without an id each message is a goal of its own, so one answer is for one of them', async () => {
  const asked = [1, 2].map(() => operator.submit(spec, { timeoutMs: 1000 }));
  const body = new TextEncoder().encode(JSON.stringify({ revision: 'HEAD' }));
  await operator.nc.flush();
  const answer = { stream: 'INBOX', seq: 1, goal: goalOf('own'), accepted: true };
  planner.nc.publish(`awo.intake.${intakeDigest('awo.goals.assess', body, undefined)}`, JSON.stringify(answer));
  expect((await Promise.allSettled(asked)).map((a) => a.status).toSorted()).toEqual(['fulfilled', 'rejected']);
});

test('what a person waits for is begun without the stream; what a machine sends is not', async () => {
  stop();
  stop = answerRequesters(planner, createLogger('planner', 'test', 'silent'), async (incoming, goal) =>
    incoming.source === 'cli' ? { stream: 'INBOX', seq: 0, goal, accepted: true } : null,
  );
  await planner.nc.flush();
  expect(await operator.submit(spec, { id: 'at-once', timeoutMs: 3000 })).toEqual({ stream: 'INBOX', seq: 0, goal: goalOf('at-once'), accepted: true });
  await expect(operator.submit(spec, { id: 'later', source: 'ci', timeoutMs: 500 })).rejects.toThrow(/timeout/i);
});
