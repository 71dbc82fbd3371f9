// kill -9 of each process of an installation once, in the middle of a release: the goal ends as it would have.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bus } from '@awo/bus';
import { Diagnosis, LocalEnvironment, localFiles } from '@awo/contracts';
import type { GoalState } from '@awo/contracts';
import { makeRepo, startTestInstallation, temporaryFolder, waitFor } from '@awo/testing';
import type { TestInstallation, TestRepository } from '@awo/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { awo } from '../support/awo.ts';
import { chainOf, ended, eventsOf, reached } from '../support/goals.ts';
import { greeter } from '../support/services.ts';
import { startTraffic } from '../support/traffic.ts';
import type { Traffic } from '../support/traffic.ts';

let installation: TestInstallation;
let repo: TestRepository;
let bus: Bus;
let traffic: Traffic | undefined;
/** The repository's tests and the start of its service each go on when their file is there. */
const folder = temporaryFolder('hold');
const hold = { tests: join(folder.path, 'tests'), start: join(folder.path, 'start') };
const until = (file: string) => `while (!existsSync(${JSON.stringify(file)})) await new Promise((resolve) => setTimeout(resolve, 50));`;
const letGo = (what: keyof typeof hold) => writeFileSync(hold[what], '');
const HELD = `import { existsSync } from 'node:fs';
import { test } from 'node:test';
test('waits to be let go', async () => { ${until(hold.tests)} });
`;
const policy = (strategy: string) => `release: { strategy: ${strategy}, minRequests: 20, watchDeadline: 120s }\n`;

beforeAll(async () => {
  repo = makeRepo({ ...greeter(), 'held.test.js': HELD, 'awo.yaml': policy('full') });
  installation = await startTestInstallation();
  bus = await installation.as('operator');
});
afterAll(async () => {
  traffic?.stop();
  await installation?.stop();
  repo?.remove();
  folder.remove();
});
beforeEach(() => {
  letGo('tests');
  letGo('start');
});

const customers = () => (traffic = startTraffic(installation.home, 'production', { perSecond: 100 }));
const release = async (): Promise<string> => {
  const reply = await bus.submit({ kind: 'release', repo: repo.path, revision: 'HEAD', environment: 'production', strategy: 'auto' });
  return reply.accepted ? reply.goal : '';
};

async function pidOf(what: string): Promise<{ pid: number; up: boolean }> {
  const status = await installation.control.status();
  const one = status.instances.find((i) => i.service === what);
  const pid = what === 'nats-server' ? status.nats.pid : one?.pid;
  if (!pid) throw new Error(`${what} does not run`);
  return { pid, up: what === 'nats-server' || one?.state === 'up' };
}

/** kill -9, and wait until the supervisor has it up again. */
async function kill(what: string): Promise<void> {
  const { pid } = await pidOf(what);
  process.kill(pid, 'SIGKILL');
  await waitFor(async () => ((now) => now.up && now.pid !== pid)(await pidOf(what)), { what: `${what} to be up again`, timeoutMs: 30_000 });
}

/** Keeps a service from going on, so that what it is given stays in its hands however fast the machine is. */
async function freeze(what: string): Promise<() => void> {
  const { pid } = await pidOf(what);
  process.kill(pid, 'SIGSTOP');
  return () => process.kill(pid, 'SIGCONT');
}

const inHand = (kind: string) => (state: GoalState) => state.steps.some((s) => s.kind === kind && s.status === 'dispatched');
const watching = (state: GoalState) => state.steps.some((s) => s.kind === 'watch-rollout' && s.status === 'dispatched' && s.wait !== undefined);

/** Every effect of the goal has one record with a result, and toolgate called for it once. */
async function expectEffectsOnce(goal: string): Promise<void> {
  const kv = await (await installation.as('toolgate')).kv('effects');
  const events = await eventsOf(bus, goal);
  const called = events.flatMap((e) =>
    e.type === 'tool.called' && /^(rollout\.(start|stop)|traffic\.set)$/.test(e.call.capability) ? [`${goal}.${e.step}.${e.call.action}`] : [],
  );
  const effects = [...new Set(called)];
  expect(effects.length).toBeGreaterThan(0);
  for (const key of effects) expect((await kv.get(key))?.json(), key).toMatchObject({ state: 'done' });
}

const greeting = async () => (await fetch(runsNow().address)).text();
function runsNow() {
  const state = LocalEnvironment.parse(JSON.parse(readFileSync(localFiles(installation.home, 'production').state, 'utf8')));
  const service = state.services[0];
  return { generation: state.generation, address: `http://127.0.0.1:${service?.port}/`, current: service?.current };
}

test('the first release, so that there is something to be careful with', async () => {
  customers();
  expect((await ended(bus, await release())).ended.outcome).toBe('done');
});

/** What is killed at which moment of one release. */
const DEATHS: { assess: string; tests: string; start: string; watch: string }[] = [
  { assess: 'planner', tests: 'mcp-tests', start: 'mcp-local', watch: 'mcp-metrics' },
  { assess: 'impact', tests: 'test', start: 'deploy', watch: 'monitor' },
  { assess: 'mcp-git', tests: 'nats-server', start: 'toolgate', watch: 'planner' },
];

test.each(DEATHS)(
  'kill -9 of $assess while the impact is assessed, of $tests during the tests, of $start at the start and of $watch while watching',
  async (deaths) => {
    const before = runsNow();
    const word = `Hello from ${deaths.assess}`;
    repo.commitFiles({
      ...greeter({ greeting: word }),
      'server.js': `import { existsSync } from 'node:fs';\n${until(hold.start)}\n${greeter({ greeting: word })['server.js'] ?? ''}`,
    });
    for (const file of Object.values(hold)) rmSync(file);
    const thaw = await freeze('impact');
    const goal = await release();
    await reached(bus, goal, 'the assessment', inHand('assess-impact'));
    await kill(deaths.assess);
    if (deaths.assess !== 'impact') thaw();
    await reached(bus, goal, 'its tests', inHand('run-tests'));
    await kill(deaths.tests);
    letGo('tests');
    await reached(bus, goal, 'a start', inHand('start-revision'));
    await kill(deaths.start);
    traffic?.stop();
    letGo('start');
    await reached(bus, goal, 'a watch', watching);
    await kill(deaths.watch);
    customers();
    const state = await ended(bus, goal);
    expect(state.ended, installation.logs(3)).toMatchObject({ outcome: 'done' });
    expect(await greeting()).toBe(`${word}, customer`);
    expect(await chainOf(bus, goal)).toMatchObject({ ok: true });
    await expectEffectsOnce(goal);
    // One fresh start of one revision, which takes two numbers as one is its control's: nothing was done twice outside, whatever died inside.
    expect(runsNow().generation).toBe(before.generation + 2);
  },
);

test('kill -9 of diagnosis while it looks for the cause of a roll-back: the report comes all the same', async () => {
  const before = runsNow();
  const faulty = greeter({ greeting: 'Broken', more: "  if (Math.random() < 0.3) return response.writeHead(500).end('no greeting today');\n" });
  repo.commitFiles({ ...faulty, 'awo.yaml': policy('canary') });
  await freeze('diagnosis');
  const goal = await release();
  await reached(bus, goal, 'the diagnosis', inHand('diagnose'));
  await kill('diagnosis');
  const state = await ended(bus, goal);
  expect(state.ended.outcome).toBe('rolled-back');
  const diagnosed = state.steps.find((s) => s.kind === 'diagnose');
  expect(diagnosed?.status).toBe('passed');
  const { verdict, hypotheses, ruledOut, commits } = Diagnosis.parse(diagnosed?.output);
  expect([verdict, hypotheses[0]?.entity, hypotheses[0]?.cause, commits.map((c) => c.files)]).toEqual([
    'found',
    'greeter',
    'recent-change',
    [expect.arrayContaining(['server.js'])],
  ]);
  expect(hypotheses[0]?.for[0]?.says).toMatch(/\d+ of \d+ requests failed, of greeter@[0-9a-f]{7} 0 of \d+ at the same time/);
  expect(ruledOut?.map((r) => r.entity)).toContain('traffic of greeter');
  const explain = (...args: string[]) => awo(['explain', goal, '--step', diagnosed?.id ?? '', ...args], installation.env);
  expect((await explain()).out).toMatch(/cause 1 +recent-change on greeter[\s\S]*for: \d+ of[\s\S]*next check: Read what commit/);
  expect(await explain('--replay')).toMatchObject({ code: 0 });
  expect(runsNow().current).toBe(before.current);
  expect(await greeting()).not.toContain('Broken');
  await expectEffectsOnce(goal);
  expect(await chainOf(bus, goal)).toMatchObject({ ok: true });
});
