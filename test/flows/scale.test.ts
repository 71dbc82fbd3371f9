// A second replica shares the work without any configuration, and one that is told to stop hands back what it has.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bus } from '@awo/bus';
import { makeRepo, startTestInstallation, temporaryFolder, waitFor } from '@awo/testing';
import type { TestInstallation, TestRepository } from '@awo/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { awo } from '../support/awo.ts';
import { commitsOf, ended, reached, stepOf } from '../support/goals.ts';
import { greeter } from '../support/services.ts';

let installation: TestInstallation;
let repo: TestRepository;
let bus: Bus;
const folder = temporaryFolder('hold');
const open = join(folder.path, 'open');
const HELD = `import { existsSync } from 'node:fs';
import { test } from 'node:test';
test('waits to be let go', async () => { while (!existsSync(${JSON.stringify(open)})) await new Promise((resolve) => setTimeout(resolve, 50)); });
`;

beforeAll(async () => {
  repo = makeRepo(greeter());
  repo.commitFiles({ 'held.test.js': HELD }, 'Slow tests');
  installation = await startTestInstallation();
  bus = await installation.as('operator');
});
afterAll(async () => {
  writeFileSync(open, '');
  await installation?.stop();
  repo?.remove();
  folder.remove();
});

const submit = async (kind: 'assess' | 'test') => {
  const reply = await bus.submit({ kind, repo: repo.path, revision: 'HEAD' });
  return reply.accepted ? reply.goal : '';
};
/** Which instances wrote to these goals as `role`. */
const authors = async (goals: string[], role: string) => {
  const commits = (await Promise.all(goals.map((goal) => commitsOf(bus, goal)))).flat();
  return [...new Set(commits.filter((c) => c.commit.by.author === role).map((c) => c.commit.by.instance))].toSorted();
};
const up = async (instance: string) => (await installation.control.status()).instances.find((i) => i.instance === instance)?.state === 'up';

test('one more impact agent shares the work: both write, and no step is done by two', async () => {
  expect((await awo(['scale', 'impact=2'], installation.env)).code).toBe(0);
  await waitFor(() => up('impact-2'), { what: 'the second replica', timeoutMs: 20_000 });
  const goals: string[] = [];
  await waitFor(
    async () => {
      goals.push(...(await Promise.all(Array.from({ length: 8 }, () => submit('assess')))));
      await Promise.all(goals.map((goal) => ended(bus, goal)));
      return (await authors(goals, 'impact')).length === 2;
    },
    { what: 'both replicas to have written', timeoutMs: 60_000 },
  );
  expect(await authors(goals, 'impact')).toEqual(['impact-1', 'impact-2']);
  for (const goal of goals) {
    const passed = (await commitsOf(bus, goal)).flatMap((c) => c.commit.events.flatMap((e) => (e.type === 'step.passed' ? [e.step] : [])));
    expect(new Set(passed).size).toBe(passed.length);
  }
});

test('an agent that is told to stop in the middle of a step hands it back, and the other one finishes it', async () => {
  rmSync(open, { force: true });
  const goal = await submit('test');
  await reached(bus, goal, 'its tests', (state) => stepOf(state, 'run-tests')?.status === 'dispatched');
  const one = (await installation.control.status()).instances.find((i) => i.instance === 'test-1');
  await installation.control.scale('test', 2);
  await waitFor(() => up('test-2'), { what: 'the second test agent', timeoutMs: 20_000 });
  process.kill(one?.pid ?? 0, 'SIGTERM');
  const again = await waitFor(
    async () => {
      const now = (await installation.control.status()).instances.find((i) => i.instance === 'test-1');
      return now && now.pid !== one?.pid && now;
    },
    { what: 'the first one to have ended', timeoutMs: 15_000 },
  );
  expect(again.lastExit).toBe('code 0');
  writeFileSync(open, '');
  expect((await ended(bus, goal)).ended.outcome).toBe('done');
});

test('scaling down ends the surplus and loses nothing', async () => {
  const goals = await Promise.all(Array.from({ length: 6 }, () => submit('assess')));
  await installation.control.scale('impact', 1);
  for (const goal of goals) expect((await ended(bus, goal)).ended.outcome).toBe('done');
  expect((await installation.control.status()).instances.map((i) => i.instance)).not.toContain('impact-2');
});
