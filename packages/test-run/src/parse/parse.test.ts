// Tests of parse.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { plain } from '../process/bounded-output.ts';
import { parseOutput } from './index.ts';
import { countsOf, type RunOutput } from './parsed.ts';

const fixture = (name: string): string => plain(readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8'));
const output = (more: Partial<RunOutput>): RunOutput => ({ stdout: '', stderr: '', truncated: false, reports: [], isFile: () => false, ...more });
const report = (name: string): RunOutput => output({ reports: [{ path: name, text: fixture(name) }] });
const read = (runner: Parameters<typeof parseOutput>[0], from: RunOutput) => {
  const parsed = parseOutput(runner, from);
  if (parsed === null) throw new Error('nothing was recognised');
  return { ...parsed, counts: parsed.counts ?? countsOf(parsed.cases), failed: parsed.cases.filter((each) => each.outcome === 'failed') };
};

describe('what real runners wrote', () => {
  test.each([
    [
      'node:test',
      'tap',
      output({ stdout: fixture('node-test.tap') }),
      { passed: 3, failed: 1, skipped: 2 },
      ['outer > inner > deep # fails'],
      ['b.test.js', 'c.test.js'],
    ],
    ['vitest', 'jest-json', report('vitest.json'), { passed: 1, failed: 1, skipped: 2 }, ['outer > deep fails'], ['/repo/sub/b.test.ts']],
    ['jest', 'jest-json', report('jest.json'), { passed: 1, failed: 1, skipped: 2 }, ['outer > deep fails'], ['/repo/k.test.js']],
    ['pytest', 'junit', report('pytest.xml'), { passed: 2, failed: 2, skipped: 2 }, ['test_a.TestX > test_fail[2]', 'test_a > test_err'], ['test_b']],
    ['pytest', 'junit', report('pytest-collection.xml'), { passed: 0, failed: 0, skipped: 0 }, [], ['test_b']],
    ['maven', 'junit', report('surefire.xml'), { passed: 1, failed: 2, skipped: 1 }, ['ATest > bad', 'ATest > err'], []],
    [
      'go',
      'go',
      output({ stdout: fixture('go.jsonl') }),
      { passed: 3, failed: 2, skipped: 1 },
      ['example.com/g/p > TestFail/sub_one', 'example.com/g/pan > TestPanic'],
      ['example.com/g/broken'],
    ],
    [
      'unittest',
      'unittest',
      output({ stdout: 'noise\n', stderr: fixture('unittest.txt') }),
      { passed: 2, failed: 5, skipped: 1 },
      ['test_a.A > test_err', 'test_a.B > setUpClass', 'test_a.A > test_fail', 'test_a.A > test_sub (i=1)', 'test_a.A > test_us'],
      ['unittest.loader._FailedTest > test_b'],
    ],
    ['unittest', 'unittest', output({ stderr: fixture('unittest-dots.txt') }), { passed: 1, failed: 1, skipped: 0 }, ['test_a.A > test_fail'], []],
    ['cargo', 'cargo', output({ stdout: fixture('cargo.txt') }), { passed: 2, failed: 1, skipped: 1 }, ['tests::bad'], []],
    ['cargo', 'cargo', output({ stderr: fixture('cargo-error.txt') }), { passed: 0, failed: 0, skipped: 0 }, [], ['c']],
    [
      'mocha',
      'mocha-json',
      output({ stdout: `noise of a test\n${fixture('mocha.json')}` }),
      { passed: 2, failed: 2, skipped: 1 },
      ['outer inner > deep fails', 'hooky > "before all" hook for "never"'],
      [],
    ],
    [
      'mocha',
      'text',
      output({ stdout: fixture('mocha.txt') }),
      { passed: 2, failed: 2, skipped: 1 },
      ['outer > inner > deep fails', 'hooky > "before all" hook for "never"'],
      [],
    ],
  ] as const)('%s is read as %s, with every failing test by its full name', (runner, format, from, counts, failed, notLoaded) => {
    const parsed = read(runner, from);
    expect(parsed.format).toBe(format);
    expect(parsed.counts).toMatchObject(counts);
    expect(parsed.failed.map((each) => each.name)).toEqual(failed);
    expect(parsed.loadErrors.map((each) => each.where)).toEqual(notLoaded);
  });

  test.each([
    ['node spec', 'node-test-spec.txt', { passed: 2, failed: 1, skipped: 2 }, ['outer > inner > deep # fails']],
    ['vitest with colours', 'vitest-colour.txt', { passed: 1, failed: 1, skipped: 2 }, ['outer > deep fails']],
    ['jest', 'jest.txt', { passed: 1, failed: 1, skipped: 2 }, ['outer > deep fails']],
    ['pytest', 'pytest.txt', { passed: 3, failed: 3, skipped: 1 }, ['TestX > test_fail[2]', 'test_b.py', 'test_err']],
    ['go', 'go.txt', undefined, ['TestFail', 'TestFail/sub_one', 'TestPanic']],
  ])('the text that %s prints for people is enough where a script hides the runner', (_, name, counts, failed) => {
    const parsed = read('exit-code', output({ stdout: fixture(name) }));
    if (counts !== undefined) expect(parsed.counts).toMatchObject(counts);
    expect(parsed.failed.map((each) => each.name)).toEqual(expect.arrayContaining(failed));
    expect(parsed.failed.length).toBeLessThanOrEqual(failed.length + 2);
  });

  test('a failing case says what went wrong and where, so that nobody has to search the output', () => {
    const node = read('node:test', output({ stdout: fixture('node-test.tap') }));
    expect(node.failed[0]).toMatchObject({ file: '/repo/a.test.js', message: expect.stringContaining('1 !== 2') });
    expect(node.loadErrors[0]?.message).toContain('SyntaxError');
    const go = read('go', output({ stdout: fixture('go.jsonl') }));
    expect(go.failed[0]).toMatchObject({ file: 'p_test.go', message: expect.stringContaining('want 1') });
    expect(go.loadErrors[0]?.message).toContain('undefined: undefined');
    const python = read('pytest', { ...report('pytest.xml'), isFile: (path) => path === 'test_a.py' });
    expect(python.failed[0]).toMatchObject({ file: 'test_a.py', message: expect.stringContaining('AssertionError: no\nassert 2 == 1') });
    expect(read('cargo', output({ stdout: fixture('cargo.txt') })).failed[0]).toMatchObject({
      file: 'src/lib.rs',
      message: expect.stringContaining('no good'),
    });
  });
});

describe('TAP', () => {
  test('plain TAP 13 with directives and a diagnostic block, because many tools print no more than that', () => {
    const parsed = read(
      'tap',
      output({
        stdout:
          'TAP version 13\n1..4\nok 1 - adds\nnot ok 2 - subtracts\n  ---\n  message: "wanted 1"\n  file: t/sub.t\n  ...\nok 3 # SKIP no network\nnot ok 4 - later # TODO\n',
      }),
    );
    expect(parsed.cases.map((each) => [each.name, each.outcome])).toEqual([
      ['adds', 'passed'],
      ['subtracts', 'failed'],
      ['(no name)', 'skipped'],
      ['later', 'skipped'],
    ]);
    expect(parsed.failed[0]).toMatchObject({ file: 't/sub.t', message: 'wanted 1' });
  });

  test('TAP 14 subtests give their parent name to each case', () => {
    const parsed = read(
      'tap',
      output({ stdout: 'TAP version 14\n# Subtest: cart\n    1..2\n    ok 1 - adds\n    not ok 2 - removes\nnot ok 1 - cart\n1..1\n' }),
    );
    expect(parsed.cases.map((each) => each.name)).toEqual(['cart > adds', 'cart > removes']);
  });

  test('a parent that fails by itself is a case, or a failed hook would be lost', () => {
    const parsed = read('tap', output({ stdout: "TAP version 14\n    ok 1 - adds\n    1..1\nnot ok 1 - cart\n  ---\n  error: 'after hook'\n  ...\n1..1\n" }));
    expect(parsed.cases.map((each) => [each.name, each.outcome])).toEqual([
      ['cart > adds', 'passed'],
      ['cart', 'failed'],
    ]);
  });

  test.each([
    ['fewer results than planned', '1..3\nok 1\nok 2\n', '3 tests were planned, 2 reported.'],
    ['a bail-out', 'TAP version 13\nok 1\nBail out! database is down\n', 'Bail out! database is down'],
  ])('%s is no green run', (_, stdout, message) => {
    expect(read('tap', output({ stdout })).loadErrors).toEqual([{ where: 'the test run', message }]);
  });

  test('a plan that does not add up proves nothing when the middle of the output is missing', () => {
    expect(read('tap', output({ stdout: 'TAP version 13\n1..900\nok 1\n', truncated: true })).loadErrors).toEqual([]);
  });
});

describe('choosing the format', () => {
  test('content decides where the declared runner is not what ran', () => {
    expect(read('mocha', output({ stdout: fixture('node-test.tap') })).format).toBe('tap');
    expect(read('go', report('pytest.xml')).format).toBe('junit');
  });

  test("unknown output is nobody's format, so the exit code decides", () => {
    expect(parseOutput('vitest', output({ stdout: 'all good\n', stderr: 'Done in 3s\n' }))).toBeNull();
  });

  test('entities of XML are read without a bound, and text that looks like one is left as it is', () => {
    const cases = Array.from({ length: 3000 }, (_, n) => `<testcase classname="a" name="&lt;${n}&gt; &amp;lt; &#228;"/>`).join('');
    const parsed = read('junit', output({ reports: [{ path: 'x.xml', text: `<testsuites><testsuite>${cases}</testsuite></testsuites>` }] }));
    expect(parsed.cases).toHaveLength(3000);
    expect(parsed.cases[2999]?.name).toBe('a > <2999> &lt; ä');
  });

  test('a report that ends in the middle is an error and not a green run', () => {
    const parsed = read('junit', output({ reports: [{ path: 'x.xml', text: '<testsuites><testsuite><testcase name="a"><fail' }] }));
    expect(parsed.loadErrors).toHaveLength(1);
  });
});
