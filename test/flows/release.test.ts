// Releases of a small repository through the whole road: real services, real processes, the real command.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeRepo, startTestInstallation, temporaryFolder } from '@awo/testing';
import type { TestInstallation, TestRepository } from '@awo/testing';
import type { Bus } from '@awo/bus';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { awo } from '../support/awo.ts';
import { chainOf, commitsOf, decisionsOf, ended, reached, stepOf } from '../support/goals.ts';
import { greeter } from '../support/services.ts';
import { startTraffic } from '../support/traffic.ts';
import type { Traffic } from '../support/traffic.ts';

let installation: TestInstallation;
let repo: TestRepository;
let bus: Bus;
let traffic: Traffic;
/** A test of the repository that goes on when this file is there: so a release is held where the tests want it. */
const folder = temporaryFolder('hold');
const open = join(folder.path, 'open');
const HELD = `import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
test('waits to be let go', async () => { while (!existsSync(${JSON.stringify(open)})) await setTimeout(50); });
`;
const POLICY = 'environments: [production, staging]\nrelease: { strategy: full, minRequests: 20, watchDeadline: 60s }\n';

/** A message with these fields and no others. */
const greeted = (...names: string[]) =>
  JSON.stringify({ type: 'object', properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])), additionalProperties: false });

beforeAll(async () => {
  repo = makeRepo({
    ...greeter(),
    'awo.yaml': POLICY,
  });
  installation = await startTestInstallation();
  bus = await installation.as('operator');
  traffic = startTraffic(installation.home, 'production', { perSecond: 100 });
});
afterAll(async () => {
  traffic?.stop();
  folder.remove();
  await installation?.stop();
  repo?.remove();
});

const run = (...args: string[]) => awo(args, installation.env);
const release = (...args: string[]) => run('release', '--repo', repo.path, ...args);
const accepted = (out: string) => /g[0-9a-z]{10}/.exec(out)?.[0] ?? '';
const body = async () => {
  const { environments } = JSON.parse((await run('ps', '-o', 'json')).out) as { environments: { services: { address: string }[] }[] };
  return (await fetch(environments[0]?.services[0]?.address ?? '')).text();
};

test('the first release takes all traffic at once, because nothing runs that could be compared', async () => {
  const { code, out, err } = await release('--wait', '-o', 'json');
  expect(err + out).toMatch(/promoted/);
  expect(code).toBe(0);
  const goal = accepted(out);
  expect(await decisionsOf(bus, goal)).toEqual(
    expect.arrayContaining([
      'plan/goal-understood',
      'assess-impact/first-release',
      'judge-tests/all-passed',
      'choose-strategy/environment-empty',
      'conclude/reached',
    ]),
  );
  expect(await body()).toBe('Hello, customer');
  expect(await chainOf(bus, goal)).toMatchObject({ ok: true });
});

test('a change whose test fails is stopped before any deploy, and the failing test is named', async () => {
  repo.commitFiles({ 'greet.js': 'export const greet = (word) => `${word}, customer!`;\n' }, 'Louder');
  const { code, out, err } = await release('--wait', '-o', 'json');
  expect(code).toBe(1);
  expect(out + err).toContain('everybody is greeted');
  const state = await ended(bus, accepted(out));
  expect(state.ended.outcome).toBe('stopped');
  expect(state.steps.filter((s) => s.role === 'deploy' && s.status !== 'skipped')).toEqual([]);
  expect(await body()).toBe('Hello, customer');
});

test.each<[what: string, args: (repo: string) => string[], said: RegExp]>([
  ['a service that the repository does not have', () => ['crat'], /No service "crat"\. Known: greeter/],
  ['an environment that nobody declared', () => ['--env', 'moon'], /No environment "moon"\. Known: production, staging/],
  ['what runs already', (head) => ['--ref', head], /already runs [0-9a-f]{12} in production/],
])('a release of %s is refused with what is known, and exits with 1', async (_what, args, said) => {
  const { code, out, err } = await release('--wait', ...args(repo.head));
  expect(out + err).toMatch(said);
  expect(code).toBe(1);
  expect(out + err).not.toMatch(/\n\s+at /);
});

test('a revision that is not in the repository is refused, also where the command could not know', async () => {
  const typed = await release('--wait', '--ref', 'v9');
  expect(typed.code).not.toBe(0);
  expect(typed.out + typed.err).toContain('v9');
  const reply = await bus.submit({ kind: 'release', repo: repo.path, revision: 'v9', environment: 'production', strategy: 'auto' });
  const state = await ended(bus, reply.accepted ? reply.goal : '');
  expect(state.ended).toMatchObject({ outcome: 'refused', because: expect.stringContaining('v9') });
});

test('a second release of a service waits its turn, so that two rollouts never fight over one environment', async () => {
  repo.commitFiles({ ...greeter({ greeting: 'Good morning' }), 'held.test.js': HELD }, 'Good morning');
  const first = accepted((await release('-o', 'json')).out);
  await reached(bus, first, 'its tests', (state) => stepOf(state, 'run-tests')?.status === 'dispatched');
  repo.commitFiles({ ...greeter({ greeting: 'Good day' }), 'held.test.js': null }, 'Good day');
  const second = accepted((await release('-o', 'json')).out);
  const waiting = await reached(bus, second, 'its wait', (state) => stepOf(state, 'plan')?.wait !== undefined);
  expect(stepOf(waiting, 'plan')?.wait?.because).toContain(first);
  expect(await decisionsOf(bus, second)).toContain('plan/waits-its-turn');
  writeFileSync(open, '');
  expect((await ended(bus, first)).ended.outcome).toBe('done');
  expect((await ended(bus, second)).ended.outcome).toBe('done');
  const [endOfFirst, planOfSecond] = await Promise.all([
    commitsOf(bus, first).then((c) => c.at(-1)?.seq ?? 0),
    commitsOf(bus, second).then((c) => c.find(({ commit }) => commit.events.some((e) => e.type === 'step.passed' && e.step === 'plan'))?.seq ?? 0),
  ]);
  expect(planOfSecond).toBeGreaterThan(endOfFirst);
  expect(await body()).toBe('Good day, customer');
});

test('rollback brings back the revision before', async () => {
  const { code, out, err } = await run('rollback', '--wait', '-o', 'json');
  expect(code, out + err).toBe(0);
  expect(await body()).toBe('Good morning, customer');
});

test('every decision so far comes out the same again from its recorded facts: nothing but these had a part in it', async () => {
  const { goals } = JSON.parse((await run('ps', '-o', 'json')).out) as { goals: { id: string }[] };
  expect(goals.length).toBeGreaterThan(4);
  for (const { id } of goals) {
    const { code, out, err } = await run('explain', id, '--replay');
    expect(code, out + err).toBe(0);
  }
});

test('a release that supersedes takes the place of the one under way, which ends without having changed anything', async () => {
  rmSync(open);
  repo.commitFiles({ ...greeter({ greeting: 'Old news' }), 'held.test.js': HELD }, 'Old news');
  const first = accepted((await release('-o', 'json')).out);
  await reached(bus, first, 'its tests', (state) => stepOf(state, 'run-tests')?.status === 'dispatched');
  repo.commitFiles({ ...greeter({ greeting: 'Good evening' }), 'held.test.js': null }, 'Good evening');
  const second = accepted((await release('--on-busy', 'supersede', '-o', 'json')).out);
  expect((await ended(bus, first)).ended).toMatchObject({ outcome: 'superseded', because: expect.stringContaining(second) });
  expect((await ended(bus, second)).ended.outcome).toBe('done');
  expect(await decisionsOf(bus, second)).toContain('plan/supersedes-running');
  expect(await body()).toBe('Good evening, customer');
});

test('a release that is aborted in the middle is undone: the old revision has all traffic again and the new one is gone', async () => {
  const endless = POLICY.replace('strategy: full, minRequests: 20', 'strategy: canary, minRequests: 1000000');
  repo.commitFiles({ ...greeter({ greeting: 'Never' }), 'awo.yaml': endless }, 'Never');
  const goal = accepted((await release('-o', 'json')).out);
  await reached(bus, goal, 'a watch', (state) => state.steps.some((s) => s.kind === 'watch-rollout' && s.wait !== undefined));
  const { code, out, err } = await run('abort', goal, '--because', 'second thoughts', '--wait');
  expect(out + err).toMatch(/second thoughts/);
  expect(code).toBe(0);
  const state = await ended(bus, goal);
  expect(state.ended.outcome).toBe('aborted');
  expect(stepOf(state, 'undo')?.status).toBe('passed');
  expect(await body()).toBe('Good evening, customer');
  const ps = JSON.parse((await run('ps', '-o', 'json')).out) as {
    environments: { services: { revisions: { revision: string; weight: number; state: string }[] }[] }[];
  };
  const weights = ps.environments[0]?.services[0]?.revisions.filter((r) => r.weight > 0);
  expect(weights).toHaveLength(1);
  expect(weights?.[0]?.revision).not.toBe(repo.git('rev-parse', 'HEAD'));
  expect(await chainOf(bus, goal)).toMatchObject({ ok: true });
});

test('a dry run tells what would be planned with its numbers and changes nothing; what if decides it again with others', async () => {
  repo.commitFiles({ ...greeter({ greeting: 'Perhaps' }), 'awo.yaml': POLICY.replace('strategy: full, ', '') }, 'Perhaps');
  const before = (await run('ps', '-o', 'json')).out;
  const { code, out, err } = await run('plan', '--dry-run', '--repo', repo.path, '-o', 'json');
  expect(code, out + err).toBe(0);
  const plan = JSON.parse(out) as { id: string; steps: { id: string }[]; decisions: { kind: string; figures: Record<string, unknown> }[] };
  expect(plan.steps.map((s) => s.id)).toEqual(expect.arrayContaining(['start-greeter', 'promote-greeter', 'undo']));
  expect(plan.decisions.find((d) => d.kind === 'choose-strategy')?.figures).toMatchObject({
    secondsCanary: expect.any(Number),
    memoryFreeMb: expect.any(Number),
  });
  expect((await run('plan', '--repo', repo.path)).out).toMatch(/would be planned[\s\S]*Nothing was changed/);
  expect((await run('ps', '-o', 'json')).out.replaceAll(/g[0-9a-z]{10}/g, '').length).toBeGreaterThan(0);
  expect(JSON.parse(before).environments).toEqual(JSON.parse((await run('ps', '-o', 'json')).out).environments);
  const whatIf = JSON.parse((await run('whatif', plan.id, '--traffic', '0.1', '-o', 'json')).out) as {
    recorded: { because: string };
    whatIf: { because: string };
  };
  expect([whatIf.recorded.because, whatIf.whatIf.because]).toEqual([expect.stringMatching(/low-risk-direct|risk-needs-canary/), 'too-little-traffic']);
  expect(await run('whatif', 'last', '--ask', 'quicker')).toMatchObject({ code: 2, err: expect.stringContaining('No model is configured') });
  expect((await run('whatif', 'last', '--traffic', 'much')).err).toMatch(/"much" is no traffic[\s\S]*x10/);
});

test('where requests change nothing a bad release answers copies of them first: it is taken back, and no customer has met it', async () => {
  const readOnly = `${POLICY.replace('strategy: full', 'strategy: canary')}services: { greeter: { readOnly: true } }\n`;
  const broken = "  if (request.headers['x-customer']) return response.writeHead(500).end('out of greetings');\n";
  repo.commitFiles({ ...greeter({ greeting: 'Broken', more: broken }), 'awo.yaml': readOnly }, 'Broken');
  const goal = accepted((await release('-o', 'json')).out);
  const state = await ended(bus, goal);
  expect(state.ended.outcome).toBe('rolled-back');
  expect(await decisionsOf(bus, goal)).toEqual(expect.arrayContaining(['shift-traffic/copies-first', 'watch-rollout/error-rate-worse', 'undo/rollout-failed']));
  expect(state.steps.filter((s) => s.kind === 'shift-traffic' && s.status === 'passed').map((s) => s.id)).toEqual(['shift-greeter-copies']);
  // What the new one said is found all the same, by its copies.
  expect((await run('explain', goal)).out).toContain('out of greetings');
  repo.commitFiles({ ...greeter({ greeting: 'Good night' }), 'awo.yaml': readOnly }, 'Good night');
  const good = accepted((await release('-o', 'json')).out);
  expect((await ended(bus, good)).ended.outcome).toBe('done');
  expect(await decisionsOf(bus, good)).toEqual(expect.arrayContaining(['shift-traffic/copies-first', 'shift-traffic/next-step']));
  expect(await body()).toBe('Good night, customer');
});

test('a roll-back that would break is not done: the release stays where it is, a person is called, and the ways out are prepared', async () => {
  const frozen = POLICY.replace('strategy: full, minRequests: 20', 'strategy: canary, minRequests: 1000000') + 'services: { greeter: { reversible: false } }\n';
  repo.commitFiles({ ...greeter({ greeting: 'No way back' }), 'awo.yaml': frozen, 'events/greeted.schema.json': greeted('name') }, 'No way back');
  const goal = accepted((await release('-o', 'json')).out);
  await reached(bus, goal, 'a watch', (state) => state.steps.some((s) => s.kind === 'watch-rollout' && s.wait !== undefined));
  await run('abort', goal, '--because', 'second thoughts', '--wait');
  const state = await ended(bus, goal);
  expect(state.ended).toMatchObject({
    outcome: 'needs-human',
    because: expect.stringMatching(/point of no return[\s\S]*roll forward: npx awo release greeter/),
  });
  expect(await decisionsOf(bus, goal)).toEqual(expect.arrayContaining(['undo/roll-back-frozen', 'conclude/roll-back-frozen']));
  // So little traffic shows nothing to a canary: everything had gone to the new one, and there it stays.
  expect(await body()).toBe('No way back, customer');
});

test('a bad release whose messages the old one cannot read is held where it is, and a person is called: going back would put the old one before them', async () => {
  const slow = "  if (request.headers['x-customer']) return setTimeout(() => response.end('late'), 400);\n";
  const policy = POLICY.replace('strategy: full', 'strategy: canary');
  repo.commitFiles({ ...greeter({ greeting: 'Late', more: slow }), 'awo.yaml': policy, 'events/greeted.schema.json': greeted('name', 'mood') }, 'Late');
  const goal = accepted((await release('-o', 'json')).out);
  const state = await ended(bus, goal);
  expect(state.ended).toMatchObject({
    outcome: 'needs-human',
    because: expect.stringMatching(/point of no return[\s\S]*greeted\.schema\.json:1 \(mood\): who has the old version cannot read new messages/),
  });
  expect(await decisionsOf(bus, goal)).toEqual(expect.arrayContaining(['watch-rollout/latency-worse', 'undo/roll-back-frozen', 'conclude/roll-back-frozen']));
  // Known before anything was touched, and told.
  expect((await run('explain', goal, '--step', 'choose-strategy')).out).toContain('greeted.schema.json:1 (mood)');
  expect(state.steps.find((s) => s.kind === 'undo')?.because).toContain('unless greeter has had traffic: then it is held');
  const ps = JSON.parse((await run('ps', '-o', 'json')).out) as { environments: { services: { revisions: { weight: number }[] }[] }[] };
  expect(ps.environments[0]?.services[0]?.revisions.filter((r) => r.weight > 0)).toHaveLength(2);
});

test('no customer saw an error in all of this', () => {
  expect(traffic.ok('greeter')).toBeGreaterThan(100);
  expect(traffic.failed('greeter')).toBe(0);
});
