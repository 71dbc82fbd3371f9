// A selection that misses: the audit finds it after the verdict, says it aloud, and from then on nothing is left out.
import { makeRepo, startTestInstallation, temporaryFolder, waitFor } from '@awo/testing';
import type { TestInstallation, TestRepository } from '@awo/testing';
import type { Bus } from '@awo/bus';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { awo } from '../support/awo.ts';
import { fewServices } from '../support/few-services.ts';
import { decisionsOf, ended, eventsOf, stepOf } from '../support/goals.ts';

let installation: TestInstallation;
let repo: TestRepository;
let bus: Bus;
const folder = temporaryFolder('services');

const unit = (name: string, body: string) => ({
  [`${name}/package.json`]: JSON.stringify({ name, version: '1.0.0', type: 'module', scripts: { test: 'node --test' } }),
  [`${name}/test/${name}.test.js`]: `import { test } from 'node:test';\nimport assert from 'node:assert';\n${body}\n`,
});
/** No detector can know which file that is. */
const HIDDEN = `import { readFileSync } from 'node:fs';
const parts = ['ca', 'rt', '/lim', 'its.js'];
test('the page shows the limit', () => assert.match(readFileSync('../' + parts.join(''), 'utf8'), /limit = [1-5];/));`;
const limits = (limit: number) => ({ 'cart/limits.js': `export const limit = ${limit};\n` });

beforeAll(async () => {
  repo = makeRepo({
    ...unit('cart', "import { limit } from '../limits.js';\ntest('there is a limit', () => assert.ok(limit > 0));"),
    ...limits(3),
    ...unit('web', HIDDEN),
    'awo.yaml': 'audit: { share: 1 }\n',
  });
  const servicesFile = fewServices(folder.path, ['planner', 'impact', 'test', 'toolgate', 'mcp-git', 'mcp-tests']);
  installation = await startTestInstallation({ servicesFile });
  bus = await installation.as('operator');
});
afterAll(async () => {
  await installation?.stop();
  repo?.remove();
  folder.remove();
});

const run = async (...args: string[]) => awo([...args, '-o', 'json'], installation.env);
/** Tests the last commit against its parent. */
async function tested() {
  const { out, err } = await run('test', '--repo', repo.path, '--wait');
  const goal = /g[0-9a-z]{10}/.exec(out + err)?.[0] ?? '';
  return { goal, state: await ended(bus, goal) };
}
const auditOf = (goal: string) =>
  waitFor(async () => (await bus.goals()).find(({ commit: { state } }) => state.spec.kind === 'test' && state.spec.audit?.of === goal)?.commit.goal ?? null, {
    what: `an audit of ${goal}`,
    timeoutMs: 60_000,
  });
const suitesRun = (state: Awaited<ReturnType<typeof ended>>) => stepOf(state, 'run-tests')?.input.suites;

test('what a selection left out runs after the verdict; a miss needs a person, and widens the next selection', async () => {
  repo.commitFiles(limits(4), 'Four');
  const harmless = await tested();
  expect(harmless.state.ended.outcome).toBe('done');
  expect(suitesRun(harmless.state)).toEqual(['cart']);
  expect((await ended(bus, await auditOf(harmless.goal))).ended.outcome).toBe('done');

  repo.commitFiles(limits(9), 'Nine');
  const { goal, state } = await tested();
  expect(state.ended.outcome).toBe('done');
  const changes = (await eventsOf(bus, goal)).flatMap((event) => (event.type === 'plan.changed' ? event.changes : []));
  expect(changes).toContainEqual({ change: 'removed', step: 'tests web', because: expect.stringContaining('leads from what changed') });
  const audit = await auditOf(goal);
  const { outcome, because } = (await ended(bus, audit)).ended;
  expect([outcome, because]).toEqual(['needs-human', expect.stringMatching(/left out what this change breaks: web: the page shows the limit/)]);
  expect(await decisionsOf(bus, audit)).toContain('audit-selection/selection-missed');

  const said = await run('test', 'audit', '--repo', repo.path);
  expect([said.code, JSON.parse(said.out)]).toMatchObject([1, { audited: 2, missed: 1, widens: expect.stringContaining('1 of 2 missed') }]);
  expect((await awo(['explain', 'last', '-o', 'json'], installation.env)).out).toContain(goal);

  repo.commitFiles({ ...limits(8), 'cart/more.js': 'export const more = 1;\n' }, 'Eight');
  const wider = await tested();
  expect(await decisionsOf(bus, wider.goal)).toContain('refine-plan/misses-measured-so-wider');
  expect(suitesRun(wider.state)).toEqual(['cart', 'web']);
  expect(wider.state.ended.outcome).toBe('stopped');
});
