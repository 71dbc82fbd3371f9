// What a plan is built on, read in the right order: who is at work first, what runs after that.
import type { StepContext } from '@awo/agent';
import { TerminalError } from '@awo/contracts';
import type { GoalSpec, ServiceStatus } from '@awo/contracts';
import { goalIdFor } from '@awo/bus';
import type { Bus } from '@awo/bus';
import { startTestNats } from '@awo/testing';
import type { TestNats } from '@awo/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { takeTurn } from '../turns.ts';
import { decidePlan } from './decide.ts';
import { gatherPlan } from './gather.ts';
import { openingPlan } from './steps.ts';
import { facts, release, running, sha } from './testing.fixture.ts';

let nats: TestNats;
let bus: Bus;
beforeAll(async () => {
  nats = await startTestNats();
  bus = await nats.as('planner');
});
afterAll(() => nats.stop());

const by = { author: 'planner' as const, instance: 'planner-1' };
const now = () => new Date();
let count = 0;
async function open(): Promise<string> {
  const goal = goalIdFor(`gather:${process.pid}:${count++}`);
  await bus.write({
    goal,
    by,
    head: null,
    events: () => [{ type: 'goal.accepted', goal, spec: release(), source: 'test', plan: openingPlan(release()) }],
    now,
  });
  return goal;
}

/** A context whose tools answer from here; `onCall` may change the world in between. */
function context(
  goal: string,
  spec: GoalSpec,
  world: { services: ServiceStatus[] },
  onCall: (capability: string) => Promise<void> | void = () => {},
): StepContext {
  const { model, head } = facts();
  const answers: Record<string, () => unknown> = {
    'rollout.status': () => world,
    'vcs.resolve': () => ({ ...head, root: '/repo', author: 'Ada' }),
    'vcs.describe': () => ({ units: [], findings: [], ...model }),
  };
  const call = async (capability: { name: string }) => {
    await onCall(capability.name);
    return answers[capability.name]?.();
  };
  return { goal, state: { spec }, call, now: () => new Date('2026-01-09T12:00:00Z') } as unknown as StepContext;
}

test('a release that ends while this one looks leaves its new revision as the base, never its old one', async () => {
  const [one, two] = [await open(), await open()];
  await takeTurn(bus, 'production', ['cart'], one);
  const world = { services: [running('cart', sha('1'))] };
  const endsMeanwhile = async (capability: string) => {
    if (capability !== 'vcs.describe') return;
    world.services = [running('cart', sha('2'))];
    await bus.write({ goal: one, by, head: undefined, events: () => [{ type: 'goal.ended', outcome: 'done', because: 'test' }], now });
  };
  const gathered = await gatherPlan(bus, context(two, release({ service: 'cart' }), world, endsMeanwhile));
  expect(gathered.busy).toEqual([]);
  expect(decidePlan(gathered).planned?.base).toBe(sha('2'));
});

test('who holds a service that this goal wants is named', async () => {
  const [one, two] = [await open(), await open()];
  await takeTurn(bus, 'production', ['cart'], one);
  const gathered = await gatherPlan(bus, context(two, release({ service: 'cart' }), { services: [] }));
  expect(gathered.busy).toEqual([{ service: 'cart', goal: one }]);
});

test('a goal without a repository means the one whose services run there', async () => {
  const { repo: _, ...spec } = release();
  const gathered = await gatherPlan(bus, context(await open(), spec, { services: [running('cart', sha('1'))] }));
  expect(gathered).toMatchObject({ repo: '/repo', problem: null });
});

test.each<[string, ServiceStatus[], RegExp]>([
  ['nothing runs', [], /nothing runs that could tell\..*Give "repo"/],
  ['services of two run', [running('cart', sha('1')), { ...running('web', sha('1')), repo: '/other' }], /services of 2 run: \/repo, \/other\..*Give "repo"/],
])('a goal without a repository is hopeless where %s', async (_title, services, said) => {
  const { repo: _, ...spec } = release();
  const gathered = await gatherPlan(bus, context(await open(), spec, { services }));
  expect(gathered.problem).toMatchObject({ code: 'unknown-repository', message: expect.stringMatching(said) });
});

test('what a tool cannot find makes the goal hopeless, in the tool’s words', async () => {
  const lost = (capability: string) => {
    if (capability === 'vcs.resolve') throw new TerminalError('unknown-revision', 'No revision "v9".', 'Known tags: v1.');
  };
  const gathered = await gatherPlan(bus, context(await open(), release({ revision: 'v9' }), { services: [] }, lost));
  expect(gathered.problem).toEqual({ code: 'unknown-revision', message: 'No revision "v9". Known tags: v1.' });
});

test('a tool that is away is no answer: the step is tried again', async () => {
  const away = () => {
    throw new Error('away');
  };
  await expect(gatherPlan(bus, context(await open(), release(), { services: [] }, away))).rejects.toThrow('away');
});
