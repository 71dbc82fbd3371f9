// Tests of gather in test.
import { createHash } from 'node:crypto';
import type { StepContext } from '@awo/agent';
import { RetryableError, type Digest, type GoalState, type StepState, type Suite, type SuiteRun, type TestReport, testsRun, vcsDescribe } from '@awo/contracts';
import { expect, test } from 'vitest';
import { reportTests } from './act.ts';
import { decideTests } from './decide.ts';
import { gatherTests } from './gather.ts';
import { noHistory } from './run-history.ts';

const head = 'f'.repeat(40);
const suite = (id: string): Suite => ({
  id,
  unit: id,
  dir: id,
  command: ['npm', 'test'],
  runner: 'node:test',
  timeoutMs: 1000,
  install: [{ dir: '.', command: ['npm', 'ci'], lockfile: 'package-lock.json' }],
  at: `${id}/package.json:3`,
});
const report = (id: string, verdict: TestReport['verdict'] = 'passed'): TestReport => ({
  suite: id,
  verdict,
  counts: { passed: 2, failed: verdict === 'failed' ? 1 : 0, skipped: 0, flaky: 0 },
  cases: verdict === 'failed' ? [{ name: 'totals', file: `${id}/a.test.js`, outcome: 'failed', durationMs: 1, message: '2 !== 3' }] : [],
  exitCode: 0,
  durationMs: 5,
  because: null,
  output: 'ok',
});

/** A step's context whose tools answer from a table, and that remembers what was asked of them. */
function context(suites: string[], known: string[], answer: (id: string) => Promise<TestReport> = async (id) => report(id)) {
  const asked: { capability: string; action: string | undefined; args: unknown }[] = [];
  const stored: Digest[] = [];
  const step = (kind: StepState['kind'], output?: object): StepState => ({
    id: kind,
    kind,
    role: 'planner',
    needs: [],
    when: 'passed',
    input: {},
    because: '',
    status: 'passed',
    ...(output ? { output: { ...output } } : {}),
  });
  const planned = { repo: '/repo', head, subject: 'change', base: null, environment: null, targets: [] };
  const impact = {
    base: null,
    head,
    kind: 'code',
    units: [{ id: 'lib', change: 'direct', because: '' }],
    services: [],
    suites,
    dropped: [],
    risk: 'low',
    riskBecause: '',
    fallback: null,
    filesChanged: 1,
    linesChanged: 1,
  };
  const state = { steps: [step('plan', planned), step('assess-impact', impact)] } as Partial<GoalState> as GoalState;
  const call = async (capability: { name: string }, args: unknown, action?: string): Promise<unknown> => {
    asked.push({ capability: capability.name, action, args });
    if (capability.name === vcsDescribe.name) return { units: [], services: [], suites: known.map(suite), environments: [], findings: [] };
    return answer((args as { suite: Suite }).suite.id);
  };
  const putEvidence = async (content: string | Uint8Array | object): Promise<Digest> => {
    const digest = `sha256:${createHash('sha256').update(JSON.stringify(content)).digest('hex')}` as Digest;
    stored.push(digest);
    return digest;
  };
  const ctx = {
    goal: 'g',
    state,
    step: { ...step('run-tests'), input: { suites } },
    now: () => new Date(0),
    signal: new AbortController().signal,
    call,
    putEvidence,
  } as Partial<StepContext> as StepContext;
  return { ctx, asked, stored };
}
const machine = (cores: number, memoryFreeMb = 8000) => ({ cores, memoryFreeMb });

test('each chosen suite is one call of its own, directly changed units first, with its own installs', async () => {
  const { ctx, asked } = context(['web', 'lib'], ['docs', 'lib', 'web']);
  const facts = await gatherTests(ctx, machine(1));
  expect(asked.map((each) => each.action ?? each.capability)).toEqual([vcsDescribe.name, 'run-lib', 'run-web']);
  expect(asked[1]?.args).toMatchObject({ repo: '/repo', sha: head, install: [{ command: ['npm', 'ci'] }] });
  expect(facts.order).toEqual([
    { suite: 'lib', because: 'its unit changed' },
    { suite: 'web', because: 'its unit is not touched' },
  ]);
  expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
});

test.each([
  ['cores', machine(2), 2],
  ['memory', machine(8, 1100), 2],
  ['one at least, or nothing would ever run', machine(8, 10), 1],
  ['the number of suites', machine(64, 64_000), 4],
])('suites run side by side, held back by %s', async (_, having, expected) => {
  let running = 0;
  let peak = 0;
  const { ctx } = context(['a', 'b', 'c', 'd'], ['a', 'b', 'c', 'd'], async (id) => {
    peak = Math.max(peak, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    return report(id);
  });
  const facts = await gatherTests(ctx, having);
  expect([facts.parallel, peak]).toEqual([expected, expected]);
});

test('a suite that takes long runs the files that see the change alone; the rest of it counts as left out, and can be drawn', async () => {
  const { ctx, asked } = context(['lib', 'web'], ['docs', 'lib', 'web'], async (id) => ({
    ...report(id),
    ...(id === 'lib' ? { only: ['lib/a.test.js'] } : {}),
  }));
  Object.assign(ctx.state.steps[0]?.output ?? {}, { base: 'a'.repeat(40) });
  ctx.step.input = { suites: ['lib', 'web'], narrow: ['lib', 'web'].map((id) => ({ suite: id, files: [`${id}/a.test.js`], of: 9 })) };
  const run = (id: string, durationMs: number): SuiteRun => ({ goal: 'g0', head, line: { cycle: 1, test: id, outcome: 'passed', durationMs } });
  const facts = await gatherTests(ctx, machine(1), { ...noHistory, runsOf: async () => [run('lib', 60_000), run('web', 800)] });
  expect(asked.map(({ args }) => (args as { only?: string[] }).only)).toEqual([undefined, ['lib/a.test.js'], undefined]);
  expect(facts.results.map(({ suite: id, narrowed }) => [id, narrowed])).toEqual([
    ['lib', { files: 1, of: 9 }],
    ['web', undefined],
  ]);
  expect(facts.audit?.leftOut).toEqual(['docs', 'lib']);
  expect(decideTests(facts).choice).toBe('4 tests of 2 suites passed. Only what sees the change ran of lib: 1 of 9 test files.');
});

test('a suite that is not in the revision is a fact, so that the verdict can name it', async () => {
  const { ctx } = context(['lib', 'gone'], ['lib']);
  expect(await gatherTests(ctx, machine(2))).toMatchObject({ unknown: ['gone'], results: [{ suite: 'lib' }] });
});

test('no chosen suites: no tool is asked', async () => {
  const { ctx, asked } = context([], ['lib']);
  const facts = await gatherTests(ctx, machine(2));
  expect(asked).toEqual([]);
  expect(decideTests(facts).because).toBe('nothing-to-run');
});

test('a tool server that went away ends the look, and no further suite is started: the runtime tries again', async () => {
  const { ctx, asked } = context(['a', 'b', 'c'], ['a', 'b', 'c'], async () => Promise.reject(new RetryableError('tool-unavailable', 'gone')));
  await expect(gatherTests(ctx, machine(1))).rejects.toMatchObject({ code: 'tool-unavailable' });
  expect(asked.filter((each) => each.capability === testsRun.name)).toHaveLength(1);
});

test('a report that names another suite counts for the one that was asked for: nobody waits for ever for a name', async () => {
  const { ctx } = context(['a'], ['a'], async () => report('somebody else'));
  expect((await gatherTests(ctx, machine(1))).results).toMatchObject([{ suite: 'a', verdict: 'passed' }]);
});

test('a goal without a plan output ends with what is missing', async () => {
  const { ctx } = context(['a'], ['a']);
  ctx.state.steps.length = 0;
  await expect(gatherTests(ctx, machine(1))).rejects.toMatchObject({ name: 'TerminalError', message: expect.stringContaining('"plan" step') });
});

test('a failed suite fails the step by the name of its test, with the full reports as evidence', async () => {
  const { ctx, stored } = context(['lib', 'web'], ['lib', 'web'], async (id) => report(id, id === 'web' ? 'failed' : 'passed'));
  const facts = await gatherTests(ctx, machine(2));
  const outcome = await reportTests(ctx, decideTests(facts), facts);
  expect(outcome).toMatchObject({ kind: 'failed', code: 'tests-failed', message: 'web: totals (web/a.test.js) failed.' });
  expect(outcome).toMatchObject({ output: { failing: [{ suite: 'web', name: 'totals', message: '2 !== 3' }] } });
  if (outcome.kind !== 'failed') throw new Error('expected a failure');
  expect([...(outcome.evidence ?? [])].sort()).toEqual([...stored].sort());
});

test('green suites pass the step with their numbers', async () => {
  const { ctx } = context(['lib'], ['lib']);
  const facts = await gatherTests(ctx, machine(2));
  expect(await reportTests(ctx, decideTests(facts), facts)).toMatchObject({
    kind: 'passed',
    output: { suites: [{ suite: 'lib', verdict: 'passed', passed: 2 }], failing: [], flaky: [] },
  });
});

test('more suites than a commit takes digests of: one list holds them all', async () => {
  const ids = Array.from({ length: 60 }, (_, n) => `s${n}`);
  const { ctx } = context(ids, ids);
  const facts = await gatherTests(ctx, machine(4));
  const outcome = await reportTests(ctx, decideTests(facts), facts);
  expect(outcome.kind === 'passed' ? outcome.evidence : []).toHaveLength(1);
});
