// awo test run as a process on a real repository: what is chosen, reused, stopped, and what is said of the rest.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runAwo } from '../testing/real-bus.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'awo-test-run-')));
const repo = join(root, 'repo');
afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 3 }));
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@localhost', '-c', 'commit.gpgsign=false', ...args], { cwd: repo });
function commit(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(repo, path)), { recursive: true });
    writeFileSync(join(repo, path), text);
  }
  git('add', '--all');
  git('commit', '--quiet', '--message', 'change');
}
const run = async (...args: string[]) => {
  const { code, out, err } = await runAwo(['test', 'run', '--repo', repo, '-o', 'json', ...args], { cwd: root, env: { AWO_HOME: join(root, 'home') } });
  return { code, err, answer: out.trim() === '' ? null : JSON.parse(out) };
};
const unit = (name: string, body: string): Record<string, string> => ({
  [`${name}/package.json`]: JSON.stringify({ name, type: 'module', scripts: { test: 'node --test' } }),
  [`${name}/${name}.test.js`]: `import { test } from 'node:test';\nimport { setTimeout } from 'node:timers/promises';\ntest('${name} works', async () => {\n  ${body}\n});\n`,
});

beforeAll(() => {
  mkdirSync(repo);
  git('init', '--quiet', '--initial-branch=main');
  commit({ ...unit('cart', ''), ...unit('web', ''), ...unit('lib', '') });
  commit({ 'cart/index.js': 'export const tax = 1;\n' });
});

test('what the change reaches runs and the rest is named with its reason; the same content is not run again', async () => {
  const { code, answer } = await run('--junit', 'out/j.xml', '--ctrf', 'out/c.json');
  expect(code).toBe(0);
  expect(answer).toMatchObject({ proven: true, suites: [{ suite: 'cart', verdict: 'passed', reused: null }], unproven: [] });
  expect(answer.leftOut.map((one: { suite: string }) => one.suite)).toEqual(['lib', 'web']);
  expect(readFileSync(join(root, 'out/j.xml'), 'utf8')).toContain('<testcase name="cart works" classname="cart"');
  expect(JSON.parse(readFileSync(join(root, 'out/c.json'), 'utf8')).results.summary).toMatchObject({ tests: 1, passed: 1, failed: 0 });
  const again = await run('--all');
  expect(again.answer.suites.filter((one: { reused: unknown }) => one.reused).map((one: { suite: string }) => one.suite)).toEqual(['cart']);
});

test('the first failure ends what runs, and what is not proven is said; the exit code is 1', async () => {
  commit({ ...unit('cart', 'throw new Error("no");'), ...unit('web', 'await setTimeout(60_000);') });
  const { code, answer } = await run('--stop-at-first-failure');
  expect(code).toBe(1);
  expect(answer).toMatchObject({ proven: false, suites: [{ suite: 'cart', verdict: 'failed', failing: [{ name: 'cart works' }] }] });
  expect(existsSync(answer.suites[0].evidence)).toBe(true);
  expect(answer.unproven.map((one: { suite: string }) => one.suite)).toEqual(['web']);
  expect(answer.unproven[0].because).toMatch(/cart had failed|when cart failed/);
});

test('at the end of its time a run ends what it started and says what is open; a quarantined failure does not count until its day', async () => {
  commit({
    'awo.yaml': "quarantine:\n  - { test: 'cart *', until: 2999-01-01, owner: '@ada' }\n",
  });
  const { code, answer } = await run('--all', '--budget', '4s');
  expect(code).toBe(1);
  expect(answer.unproven.map((one: { suite: string }) => one.suite)).toContain('web');
  commit({ ...unit('web', '') });
  const last = await run('--all');
  expect(last.code).toBe(0);
  expect(last.answer.quarantined).toEqual(['cart: cart works, until 2999-01-01, @ada']);
  const { out } = await runAwo(['test', 'flaky', '--repo', repo], { cwd: root, env: { AWO_HOME: join(root, 'home') } });
  expect(JSON.parse(out)).toMatchObject({ quarantine: [{ owner: '@ada', expired: false }], tests: [{ test: 'cart: cart works', verdict: 'broken' }] });
});

test('wrong use says what is right', async () => {
  expect(await run('--all', '--base', 'HEAD~1')).toMatchObject({ code: 2, err: expect.stringContaining('exclude each other') });
  expect(await run('--budget', 'soon')).toMatchObject({ code: 2, err: expect.stringContaining('"soon" is no budget') });
  expect(await run('--base', 'nowhere')).toMatchObject({ code: 1, err: expect.stringContaining('nowhere') });
});
