// Results by content, on real commits: the same is not run again, anything else is.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runOnce, project, suite, type Project } from './testing/project.ts';
import { suiteRunner } from './run-suite.ts';

let of: Project;
beforeEach(() => {
  of = project();
});
afterEach(() => of.remove());

/** Writes a line outside of the work tree at every run. */
const counting = (end = '') => `require('node:fs').appendFileSync(${JSON.stringify(join(of.root, 'runs'))}, 'x');${end}\n`;
const runs = () => (existsSync(join(of.root, 'runs')) ? readFileSync(join(of.root, 'runs'), 'utf8').length : 0);
const command = suite(['node', 'check.js']);

test('a commit with the same files reuses the result and says of which commit; another file, command or a wish for a fresh run does not', async () => {
  const first = of.commit({ 'check.js': counting() });
  expect((await runOnce(of, first, command)).reused).toBeUndefined();
  const same = of.commit({});
  expect(await runOnce(of, same, command)).toMatchObject({ verdict: 'passed', counts: { passed: 1 }, reused: { sha: first } });
  expect(runs()).toBe(1);
  await runOnce(of, same, suite(['node', 'check.js', '--more']));
  await runOnce(of, of.commit({ 'data.txt': 'new' }), command);
  await suiteRunner(of.settings)({ repo: of.repo, sha: first, suite: command, install: [], fresh: true }, { signal: new AbortController().signal });
  expect(runs()).toBe(4);
  of.settings.callerEnv = { ...of.settings.callerEnv, TZ: 'Asia/Tokyo' };
  await runOnce(of, same, command);
  expect(runs()).toBe(5);
});

test('a failure is run again each time, because it may be flaky', async () => {
  const sha = of.commit({ 'check.js': counting('process.exit(1)') });
  await runOnce(of, sha, command);
  expect(await runOnce(of, sha, command)).toMatchObject({ verdict: 'failed' });
  expect(runs()).toBe(4);
});

test('a suite whose installs no lock file holds is run again, because something else may be installed', async () => {
  const sha = of.commit({ 'check.js': counting() });
  const open = { ...command, install: [{ dir: '.', command: ['true'], lockfile: null }] };
  await runOnce(of, sha, open);
  await runOnce(of, sha, open);
  expect(runs()).toBe(2);
});

test('files that failed lately go first: if they fail again the rest is not run; if they pass all of it is', async () => {
  const body = (ok: boolean) =>
    `import { test } from 'node:test';\nimport assert from 'node:assert';\nimport fs from 'node:fs';\ntest('t', () => { fs.appendFileSync(${JSON.stringify(join(of.root, 'runs'))}, 'x'); assert.ok(${ok}); });\n`;
  const tests = suite(['node', '--test'], { runner: 'node:test' });
  const run = (sha: string) =>
    suiteRunner(of.settings)(
      { repo: of.repo, sha, suite: tests, install: [], first: ['b.test.mjs', '../x', 'gone.test.mjs'] },
      { signal: new AbortController().signal },
    );
  const bad = await run(of.commit({ 'a.test.mjs': body(true), 'b.test.mjs': body(false) }));
  expect(bad).toMatchObject({ verdict: 'failed', counts: { passed: 0, failed: 1 }, because: expect.stringContaining('Ended after b.test.mjs') });
  expect(runs()).toBe(2);
  const good = await run(of.commit({ 'b.test.mjs': body(true) }));
  expect(good).toMatchObject({ verdict: 'passed', counts: { passed: 2 } });
});

test('where some files are wanted and pass, they alone run and are kept as such; where they fail and fail again that is the result', async () => {
  const body = (ok: boolean, name = 'b') =>
    `import { test } from 'node:test';\nimport assert from 'node:assert';\nimport fs from 'node:fs';\ntest('${name}', () => { fs.appendFileSync(${JSON.stringify(join(of.root, 'runs'))}, 'x'); assert.ok(${ok}); });\n`;
  const tests = suite(['node', '--test'], { runner: 'node:test' });
  const run = (sha: string, only: string[]) =>
    suiteRunner(of.settings)({ repo: of.repo, sha, suite: tests, install: [], only }, { signal: new AbortController().signal });
  const sha = of.commit({ 'a.test.mjs': body(true, 'a'), 'b.test.mjs': body(true), 'c.test.mjs': body(true, 'c') });
  expect(await run(sha, ['b.test.mjs'])).toMatchObject({ verdict: 'passed', counts: { passed: 1 }, only: ['b.test.mjs'] });
  expect(await run(sha, ['b.test.mjs'])).toMatchObject({ reused: { sha }, only: ['b.test.mjs'] });
  expect(runs()).toBe(1);
  // What ran in part is no result of the whole; the whole is one of each part.
  expect(await run(sha, [])).toMatchObject({ counts: { passed: 3 } });
  expect(await run(sha, ['a.test.mjs'])).toMatchObject({ counts: { passed: 3 }, reused: { sha } });
  expect(runs()).toBe(4);
  const broken = of.commit({ 'b.test.mjs': body(false) });
  const told = await run(broken, ['b.test.mjs']);
  expect(told).toMatchObject({ verdict: 'failed', counts: { passed: 0, failed: 1 }, because: expect.stringContaining('Ended after b.test.mjs') });
  expect(told.only).toBeUndefined();
  expect(await run(of.commit({ 'b.test.mjs': body(true), 'd.txt': '' }), ['gone.test.mjs'])).toMatchObject({ counts: { passed: 3 } });
});

test('of go the packages of failed files run again: a test file without the rest of its package does not compile, and would say nothing', async () => {
  const go = suite(['go', 'test', './...'], { runner: 'go', timeoutMs: 280_000 });
  const testOf = (name: string, sum: number) =>
    `package ${name}\n\nimport "testing"\n\nfunc TestAdd(t *testing.T) {\n\tif add(1, 1) != ${sum} {\n\t\tt.Fatal("wrong")\n\t}\n}\n`;
  const codeOf = (name: string) => `package ${name}\n\nfunc add(a, b int) int { return a + b }\n`;
  const sha = of.commit({
    'go.mod': 'module example.com/shop\n\ngo 1.21\n',
    'a/a.go': codeOf('a'),
    'a/a_test.go': testOf('a', 2),
    'b/b.go': codeOf('b'),
    'b/b_test.go': testOf('b', 3),
  });
  const told = await suiteRunner(of.settings)({ repo: of.repo, sha, suite: go, install: [], only: ['b/b_test.go'] }, { signal: new AbortController().signal });
  expect(told).toMatchObject({ verdict: 'failed', counts: { passed: 0, failed: 1 }, because: expect.stringContaining('Ended after b/b_test.go') });
}, 290_000);

test('looking for a result ends no process but its own: others are looking at the same time', async () => {
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { env: { ...process.env, AWO_TEST_RUN: '' }, stdio: 'ignore' });
  await once(other, 'spawn');
  await runOnce(of, of.commit({ 'check.js': counting() }), command);
  expect([other.exitCode, other.signalCode]).toEqual([null, null]);
  other.kill();
});
