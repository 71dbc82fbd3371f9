// tests.run against real small projects, one for each runner that is here.
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { TestReport } from '@awo/contracts';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runOnce, project, suite, type Project } from './testing/project.ts';
import { pythonWithPytest } from './testing/pytest.ts';
import { suiteRunner } from './run-suite.ts';

let of: Project;
let python: string;
beforeAll(async () => {
  python = await pythonWithPytest();
}, 120_000);
beforeEach(() => {
  of = project();
});
afterEach(() => of.remove());

const names = (report: TestReport, outcome: string): string[] => report.cases.filter((each) => each.outcome === outcome).map((each) => each.name);
const NODE_TEST = ['node', '--test'];
const nodeTest = (body: string): string =>
  `import { test, describe } from 'node:test';\nimport assert from 'node:assert';\nimport * as fs from 'node:fs';\n${body}\n`;

describe('real runners on real commits', () => {
  test('node:test: the failing test is named with its path, file and error, so that a person knows where to look', async () => {
    const sha = of.commit({
      'package.json': '{"type":"module"}',
      'sub/cart.test.js': nodeTest(`describe('cart', () => { test('adds', () => {}); test('totals', () => assert.equal(1 + 1, 3)); });`),
    });
    const report = TestReport.parse(await runOnce(of, sha, suite(NODE_TEST, { runner: 'node:test' })));
    expect(report).toMatchObject({ verdict: 'failed', counts: { passed: 1, failed: 1, flaky: 0 }, exitCode: 1 });
    expect(report.cases[0]).toMatchObject({ name: 'cart > totals', file: 'sub/cart.test.js', outcome: 'failed', message: expect.stringContaining('2 == 3') });
    expect(report.output).toContain('[run 2 of 2');
  });

  test('npm test with a script is instrumented too, and a green run is green', async () => {
    const sha = of.commit({
      'package.json': '{"type":"module","scripts":{"test":"node --test"}}',
      'a.test.js': nodeTest(`test('adds', () => {}); test.skip('later', () => {});`),
    });
    const report = await runOnce(of, sha, suite(['npm', 'test'], { runner: 'node:test' }));
    expect(report).toMatchObject({ verdict: 'passed', counts: { passed: 1, skipped: 1, failed: 0 }, because: null });
  });

  test('vitest: results come from its JSON report, and files are named as in the repository', async () => {
    const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
    const api = createRequire(import.meta.url).resolve('vitest');
    const sha = of.commit({
      'web/package.json': '{"type":"module"}',
      'web/a.test.js': `import { test, expect } from ${JSON.stringify(api.replace('index.cjs', 'dist/index.js'))};\ntest('renders', () => {});\ntest('totals', () => expect(1).toBe(2));\n`,
    });
    const report = await runOnce(of, sha, suite(['node', vitest, 'run'], { runner: 'vitest', dir: 'web' }));
    expect(report).toMatchObject({ verdict: 'failed', counts: { passed: 1, failed: 1 } });
    expect(report.cases[0]).toMatchObject({ name: 'totals', file: 'web/a.test.js' });
  });

  test('pytest: parametrised and failing tests come from its JUnit report', async () => {
    const sha = of.commit({ 'test_cart.py': 'import pytest\n@pytest.mark.parametrize("n", [1, 2])\ndef test_total(n):\n    assert n == 1\n' });
    const report = await runOnce(of, sha, suite([python, '-m', 'pytest'], { runner: 'pytest' }));
    expect(report).toMatchObject({ verdict: 'failed', counts: { passed: 1, failed: 1 } });
    expect(report.cases[0]).toMatchObject({ name: 'test_cart > test_total[2]', file: 'test_cart.py', message: expect.stringContaining('assert 2 == 1') });
  });

  test('unittest: names come from its verbose text', async () => {
    const sha = of.commit({
      'test_cart.py': 'import unittest\nclass Cart(unittest.TestCase):\n    def test_ok(self): pass\n    def test_total(self): self.assertEqual(1, 2)\n',
    });
    const report = await runOnce(of, sha, suite(['python3', '-m', 'unittest'], { runner: 'unittest' }));
    expect(report).toMatchObject({ verdict: 'failed', counts: { passed: 1, failed: 1 } });
    expect(report.cases[0]).toMatchObject({ name: 'test_cart.Cart > test_total', file: 'test_cart.py' });
  });

  test('go test: a failing subtest and a package that does not compile are told apart', async () => {
    const ok = of.commit({
      'go.mod': 'module example.com/shop\n\ngo 1.21\n',
      'cart/cart_test.go': 'package cart\n\nimport "testing"\n\nfunc TestAdd(t *testing.T) { t.Run("two", func(t *testing.T) { t.Error("want 2") }) }\n',
    });
    const go = suite(['go', 'test', './...'], { runner: 'go', timeoutMs: 280_000 });
    const failed = await runOnce(of, ok, go);
    expect(failed).toMatchObject({ verdict: 'failed', counts: { failed: 1 } });
    expect(failed.cases[0]).toMatchObject({ name: 'example.com/shop/cart > TestAdd/two', message: expect.stringContaining('want 2') });
    const broken = of.commit({ 'cart/cart_test.go': 'package cart\n\nfunc TestAdd(\n' });
    expect(await runOnce(of, broken, go)).toMatchObject({ verdict: 'broken', because: expect.stringContaining('could not load example.com/shop/cart') });
  }, 290_000);
});

describe('broken is not failed', () => {
  test.each([
    ['a syntax error in a test file', NODE_TEST, 'node:test', { 'a.test.mjs': 'const x = ;\n' }, /could not load a\.test\.mjs.*SyntaxError/s],
    ['a program that is not there', ['no-such-program', 'x'], 'exit-code', {}, /`no-such-program x` could not be started.*PATH/],
    ['a program that a script does not find', ['npm', 'test'], 'vitest', { 'package.json': '{"scripts":{"test":"no-such-program"}}' }, /exit code 127/],
    ['a runner that stops before any test', ['PYTHON', '-m', 'pytest', '--no-such-option'], 'pytest', { 'test_a.py': 'def test_a(): pass\n' }, /exit code 4/],
    ['a suite whose folder is not there', ['true'], 'exit-code', {}, /no folder gone/],
  ] as const)('%s: the reason names the command', async (title, command, runner, files, because) => {
    const sha = of.commit(files);
    const report = await runOnce(
      of,
      sha,
      suite(
        command.map((word) => (word === 'PYTHON' ? python : word)),
        { runner, dir: title.includes('folder') ? 'gone' : '.' },
      ),
    );
    expect(report.verdict).toBe('broken');
    expect(report.because).toMatch(because);
  });

  test('an install that fails: nothing is run, and its last output is the reason', async () => {
    const sha = of.commit({ 'a.txt': '' });
    const install = [{ dir: '.', command: ['node', '-e', 'console.error("registry says no"); process.exit(3)'], lockfile: null }];
    const report = await runOnce(of, sha, suite(['touch', '../ran'], { install }));
    expect(report).toMatchObject({ verdict: 'broken', because: expect.stringMatching(/Install failed: `node -e .* exit code 3.*registry says no/s) });
  });

  test('a suite that outlives its time is ended with everything it started', async () => {
    // A shell starts in milliseconds, so that its time is not over before it has begun. It does not listen to SIGTERM.
    const script = `trap '' TERM\nsleep 300 &\nfirst=$!\nsetsid sleep 301 &\necho $$ $first $! > "$1"\nwhile :; do sleep 1; done\n`;
    const sha = of.commit({ 'hang.sh': script });
    const pids = join(of.root, 'pids');
    const report = await runOnce(of, sha, suite(['sh', 'hang.sh', pids], { timeoutMs: 4000 }));
    expect(report).toMatchObject({ verdict: 'broken', because: expect.stringContaining('still running after 4 s') });
    const left = readFileSync(pids, 'utf8')
      .split(' ')
      .filter((pid) => isRunning(Number(pid)));
    expect(readFileSync(pids, 'utf8').trim().split(' ').length).toBe(3);
    expect(left).toEqual([]);
  });
});

describe('the second run', () => {
  const once = (green: string): string =>
    nodeTest(`test('settles', () => { if (!fs.existsSync('ran')) { fs.writeFileSync('ran', ''); assert.fail('first time'); } });\n${green}`);

  test('a test that fails first and passes then is flaky, and never green without a word', async () => {
    const sha = of.commit({ 'a.test.mjs': once(`test('adds', () => {});`) });
    const report = await runOnce(of, sha, suite(NODE_TEST, { runner: 'node:test' }));
    expect(report).toMatchObject({ verdict: 'passed', counts: { passed: 1, failed: 0, flaky: 1 }, exitCode: 0 });
    expect(report.cases[0]).toMatchObject({ name: 'settles', outcome: 'flaky', message: expect.stringContaining('first time') });
  });

  test('a flaky test beside one that truly fails: the suite failed, and both are named as what they are', async () => {
    const sha = of.commit({ 'a.test.mjs': once(''), 'b.test.mjs': nodeTest(`test('totals', () => assert.fail('always'));`) });
    const report = await runOnce(of, sha, suite(NODE_TEST, { runner: 'node:test' }));
    expect(report).toMatchObject({ verdict: 'failed', counts: { failed: 1, flaky: 1 } });
    expect([names(report, 'failed'), names(report, 'flaky')]).toEqual([['totals'], ['settles']]);
  });

  test('only files that failed run again where each file is a process of its own', async () => {
    const count = `fs.appendFileSync('runs.txt', '.');`;
    const sha = of.commit({
      '.gitignore': 'runs.txt\n',
      'a.test.mjs': nodeTest(`test('adds', () => { ${count} });`),
      'b.test.mjs': nodeTest(`test('totals', () => assert.fail());`),
    });
    const report = await runOnce(of, sha, suite(NODE_TEST, { runner: 'node:test' }));
    expect(report.counts).toMatchObject({ passed: 1, failed: 1 });
    expect(readFileSync(join(treeOf(sha), 'runs.txt'), 'utf8')).toBe('.');
  });

  test('an unknown command that fails once and then works is flaky by its name', async () => {
    const sha = of.commit({ 'run.sh': 'test -e ran || { touch ran; exit 1; }\n' });
    const report = await runOnce(of, sha, suite(['sh', 'run.sh']));
    expect(report).toMatchObject({ verdict: 'passed', counts: { flaky: 1, failed: 0 } });
    expect(report.cases[0]).toMatchObject({ name: 'sh run.sh', outcome: 'flaky' });
  });
});

describe('the exit code has the last word', () => {
  test('green tests and a bad exit code are a failure that names the command', async () => {
    const sha = of.commit({ 'run.sh': "printf 'TAP version 13\\n1..1\\nok 1 - adds\\n'; exit 4\n" });
    const report = await runOnce(of, sha, suite(['sh', 'run.sh'], { runner: 'tap' }));
    expect(report).toMatchObject({
      verdict: 'failed',
      counts: { passed: 1, failed: 1 },
      because: expect.stringContaining('No test failed, yet `sh run.sh` ended with exit code 4'),
    });
  });

  test('no tests and exit code 0 pass, but the report says that nothing was tested', async () => {
    const sha = of.commit({ 'package.json': '{}' });
    const report = await runOnce(of, sha, suite(NODE_TEST, { runner: 'node:test' }));
    expect(report).toMatchObject({ verdict: 'passed', counts: { passed: 0 }, because: 'No tests were found.' });
  });

  test('output in no known format: one case that is the command', async () => {
    const sha = of.commit({ 'a.txt': '' });
    const report = await runOnce(of, sha, suite(['echo', 'fine'], { runner: 'vitest' }));
    expect(report).toMatchObject({
      verdict: 'passed',
      cases: [{ name: 'echo fine', outcome: 'passed' }],
      because: expect.stringContaining('exit code decided'),
    });
  });
});

describe('what a suite is given', () => {
  test('no secret of the caller, a private HOME, CI, this Node first, and no NODE_ENV', async () => {
    const sha = of.commit({ 'a.txt': '' });
    const script = 'console.log(JSON.stringify({ ...process.env, version: process.version, cwd: process.cwd() }))';
    const { output } = await runOnce(of, sha, suite(['node', '-e', script]));
    const seen = JSON.parse(output.trim().split('\n').at(-1) ?? '{}');
    expect(seen).toMatchObject({ CI: 'true', HOME: join(of.settings.root, 'home'), version: process.version, cwd: treeOf(sha) });
    expect(seen).not.toHaveProperty('SECRET_TOKEN');
    expect(seen).not.toHaveProperty('NODE_ENV');
  });

  test('output is bounded and without colours, and the end of it is kept', async () => {
    const sha = of.commit({ 'a.txt': '' });
    const script = `for (let n = 0; n < 60000; n++) console.log('\\u001b[31mline ' + n + '\\u001b[0m of a very talkative test'); console.log('the end')`;
    const report = TestReport.parse(await runOnce(of, sha, suite(['node', '-e', script])));
    expect(report.output.length).toBeLessThan(210 * 1024);
    expect(report.output).toMatch(/^line 0 of.*bytes left out.*the end\s*$/s);
  });

  test('a report stays within one message on the bus, whatever the suite prints', async () => {
    const sha = of.commit({
      'run.mjs': `console.log('TAP version 13\\n1..3000'); for (let n = 1; n <= 3000; n++) console.log('not ok ' + n + ' - ' + 'n'.repeat(900) + "\\n  ---\\n  error: '" + 'e'.repeat(9000) + "'\\n  ..."); process.exitCode = 1;`,
    });
    const report = TestReport.parse(await runOnce(of, sha, suite(['node', 'run.mjs'], { runner: 'tap' })));
    expect(report.counts.failed).toBeGreaterThan(1000);
    expect(Buffer.byteLength(JSON.stringify(report))).toBeLessThan(900 * 1024);
  });
});

describe('stopping', () => {
  test('an aborted call ends its processes and can be tried again', async () => {
    const sha = of.commit({ 'a.txt': '' });
    const stop = new AbortController();
    const pid = join(of.root, 'pid');
    const running = runOnce(of, sha, suite(['sh', '-c', `echo $$ > ${pid}; sleep 300`]), stop.signal);
    await expect.poll(() => existsSync(pid) && readFileSync(pid, 'utf8').trim(), { timeout: 20_000 }).toBeTruthy();
    stop.abort();
    await expect(running).rejects.toMatchObject({ name: 'RetryableError', code: 'tool-unavailable' });
    expect(isRunning(Number(readFileSync(pid, 'utf8')))).toBe(false);
  });

  test('suites of one server run no more at a time than it has cores', async () => {
    const sha = of.commit({
      'run.mjs': `import * as fs from 'node:fs'; const d = process.argv[2]; fs.writeFileSync(d + '/' + process.pid, ''); console.log('peak ' + fs.readdirSync(d).length); setTimeout(() => fs.rmSync(d + '/' + process.pid), 400);`,
    });
    const run = suiteRunner({ ...of.settings, cores: 1 });
    const folder = join(of.root, 'running');
    mkdirSync(folder);
    const args = { repo: of.repo, sha, suite: suite(['node', 'run.mjs', folder]), install: [] };
    const reports = await Promise.all([1, 2, 3].map(() => run(args, { signal: new AbortController().signal })));
    expect(reports.map((each) => each.output.trim())).toEqual(['peak 1', 'peak 1', 'peak 1']);
    expect(readdirSync(folder)).toEqual([]);
  });
});

const treeOf = (sha: string): string => {
  const [folder = ''] = readdirSync(of.settings.root).filter((name) => /^[0-9a-f]{12}$/.test(name));
  return join(of.settings.root, folder, sha.slice(0, 12));
};

function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
