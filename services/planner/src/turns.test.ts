// Turns on a real bus: one goal at a time holds a service, all or none, and a holder that ended holds nothing.
import { goalIdFor } from '@awo/bus';
import type { Bus } from '@awo/bus';
import { startTestNats } from '@awo/testing';
import type { TestNats } from '@awo/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openingPlan } from './plan/steps.ts';
import { leaveQueues, queueUp, waitingBefore } from './turn-queues.ts';
import { giveTurnBack, holders, takeTurn } from './turns.ts';

let nats: TestNats;
let bus: Bus;
beforeAll(async () => {
  nats = await startTestNats();
  bus = await nats.as('planner');
});
afterAll(() => nats.stop());

let count = 0;
const by = { author: 'planner' as const, instance: 'planner-1' };
const now = () => new Date();
async function open(): Promise<string> {
  const goal = goalIdFor(`turns:${process.pid}:${count++}`);
  const spec = { kind: 'release' as const, revision: 'HEAD', environment: 'production', strategy: 'auto' as const };
  await bus.write({ goal, by, head: null, events: () => [{ type: 'goal.accepted', goal, spec, source: 'test', plan: openingPlan(spec) }], now });
  return goal;
}
const end = (goal: string) => bus.write({ goal, by, head: undefined, events: () => [{ type: 'goal.ended', outcome: 'done', because: 'test' }], now });

test('two goals cannot hold one service, but each may hold its own', async () => {
  const [one, two] = [await open(), await open()];
  expect(await takeTurn(bus, 'a', ['cart'], one)).toBe(true);
  expect(await takeTurn(bus, 'a', ['cart'], two)).toBe(false);
  expect(await takeTurn(bus, 'a', ['web'], two)).toBe(true);
  expect(await takeTurn(bus, 'b', ['cart'], two)).toBe(true);
  expect(await holders(bus, 'a', ['cart', 'web'], two)).toEqual([{ service: 'cart', goal: one }]);
});

test('taking what one already has is no conflict, so that a repeated step goes on', async () => {
  const one = await open();
  expect(await takeTurn(bus, 'c', ['cart', 'web'], one)).toBe(true);
  expect(await takeTurn(bus, 'c', ['cart', 'web'], one)).toBe(true);
});

test('who cannot have all has none: a half-taken turn would block others for nothing', async () => {
  const [one, two, three] = [await open(), await open(), await open()];
  expect(await takeTurn(bus, 'd', ['web'], one)).toBe(true);
  expect(await takeTurn(bus, 'd', ['cart', 'web'], two)).toBe(false);
  expect(await holders(bus, 'd', ['cart'], three)).toEqual([]);
  expect(await takeTurn(bus, 'd', ['cart'], three)).toBe(true);
});

test('a holder that has ended is no holder, also where it died before giving its turn back', async () => {
  const [one, two] = [await open(), await open()];
  await takeTurn(bus, 'e', ['cart'], one);
  await end(one);
  expect(await holders(bus, 'e', ['cart'], two)).toEqual([]);
  expect(await takeTurn(bus, 'e', ['cart'], two)).toBe(true);
  expect(await takeTurn(bus, 'e', ['cart'], await open())).toBe(false);
});

test('giving back frees one’s own and nobody else’s', async () => {
  const [one, two] = [await open(), await open()];
  await takeTurn(bus, 'f', ['cart'], one);
  await giveTurnBack(bus, 'f', ['cart'], two);
  expect(await takeTurn(bus, 'f', ['cart'], two)).toBe(false);
  await giveTurnBack(bus, 'f', ['cart'], one);
  expect(await takeTurn(bus, 'f', ['cart'], two)).toBe(true);
});

test('of many that want the same services at the same time exactly one gets them, and none is left half-way', async () => {
  const goals = await Promise.all(Array.from({ length: 8 }, open));
  const services = ['cart', 'catalog', 'web'];
  const orders = goals.map((_, i) => (i % 2 === 0 ? services : services.toReversed()));
  const taken = await Promise.all(goals.map((goal, i) => takeTurn(bus, 'g', orders[i] ?? services, goal)));
  expect(taken.filter(Boolean).length).toBeLessThanOrEqual(1);
  const held = await holders(bus, 'g', services, 'nobody');
  const winner = goals[taken.indexOf(true)];
  expect(held).toEqual(winner ? services.map((service) => ({ service, goal: winner })) : []);
});

test('who waits is served in the order of acceptance, whoever looks first; who has ended or left stands in nobody’s way', async () => {
  const waiters = (await Promise.all([1, 2, 3].map(open))).map((goal, i) => ({ goal, acceptedAt: `2026-01-01T00:00:0${i}.000Z` }));
  const [first, second, third] = waiters as [(typeof waiters)[0], (typeof waiters)[0], (typeof waiters)[0]];
  await Promise.all([third, first, second].map((one) => queueUp(bus, 'h', ['cart', 'web'], one)));
  await queueUp(bus, 'h', ['cart'], second);
  const before = async (one: typeof first) => (await waitingBefore(bus, 'h', ['cart'], one)).map(({ goal }) => goal);
  expect(await before(first)).toEqual([]);
  expect(await before(third)).toEqual([first.goal, second.goal]);
  await leaveQueues(bus, 'h', ['cart'], first);
  expect(await before(third)).toEqual([second.goal]);
  expect(await waitingBefore(bus, 'h', ['web'], second)).toEqual([{ service: 'web', goal: first.goal }]);
  await end(second.goal);
  expect(await before(third)).toEqual([]);
});
