// Tests of verdict.
import { describe, expect, test } from 'vitest';
import type { CommandEnd } from './process/group.ts';
import { testCase, type Parsed } from './parse/parsed.ts';
import { combine, judge, seenAgain } from './verdict.ts';

const exited = (code: number): CommandEnd => ({ kind: 'exited', code });
const parsed = (cases: Parsed['cases'], loadErrors: Parsed['loadErrors'] = []): Parsed => ({ format: 'tap', cases, loadErrors });
const ok = testCase('adds', 'passed', { file: 'a.js' });
const bad = testCase('totals', 'failed', { file: 'b.js', message: 'want 2' });
const run = (end: CommandEnd, found: Parsed | null, runner = 'tap') =>
  judge({ command: 'npm test', result: { end, durationMs: 5, output: 'said', stdout: '', stderr: '', truncated: false }, parsed: found }, runner);

describe('one run', () => {
  test.each([
    ['green', exited(0), parsed([ok]), 'tap', 'passed', null, false],
    ['a failing test', exited(1), parsed([ok, bad]), 'tap', 'failed', null, true],
    ['a failing test although the exit code is 0', exited(0), parsed([bad]), 'tap', 'failed', null, true],
    ['a failing test and a crash', { kind: 'signalled', signal: 'SIGSEGV' }, parsed([bad]), 'tap', 'failed', null, true],
    [
      'a file that cannot be loaded',
      exited(1),
      parsed([ok], [{ where: 'c.js', message: 'SyntaxError' }]),
      'tap',
      'broken',
      /could not load c\.js: SyntaxError/,
      false,
    ],
    ['a failing test beside a file that cannot be loaded', exited(1), parsed([bad], [{ where: 'c.js', message: 'x' }]), 'tap', 'failed', null, true],
    ['a bad exit code over green tests', exited(1), parsed([ok]), 'tap', 'failed', /No test failed, yet `npm test` ended with exit code 1/, true],
    ['a bad exit code and no tests', exited(1), parsed([]), 'tap', 'broken', /no tests were found/, false],
    ['exit code 0 and no tests', exited(0), parsed([]), 'tap', 'passed', /^No tests were found\.$/, false],
    ['nothing to read and a bad exit code of a known runner', exited(2), null, 'vitest', 'broken', /before any test was reported.*said/, false],
    ['nothing to read and a bad exit code of an unknown one', exited(2), null, 'exit-code', 'failed', /exit code 2/, true],
    ['a missing program', exited(127), null, 'exit-code', 'broken', /not found/, false],
    ['the end of memory', { kind: 'signalled', signal: 'SIGKILL' }, parsed([ok]), 'tap', 'broken', /SIGKILL/, false],
    ['the end of time, even after a failing test', { kind: 'timed-out', afterMs: 2000 }, parsed([bad]), 'tap', 'broken', /after 2 s/, false],
    ['a program that cannot be started', { kind: 'not-started', why: 'ENOENT' }, null, 'tap', 'broken', /`npm test` could not be started/, false],
  ] as const)('%s', (_, end, found, runner, verdict, because, retry) => {
    const judged = run(end, found, runner);
    expect(judged).toMatchObject({ verdict, retry });
    if (because === null) expect(judged.because).toBeNull();
    else expect(judged.because).toMatch(because);
  });
});

describe('two runs', () => {
  const first = run(exited(1), parsed([ok, bad]));

  test('green the second time: flaky, with the message of the first', () => {
    const both = combine(first, run(exited(0), parsed([ok, { ...bad, outcome: 'passed' }])), false);
    expect(both).toMatchObject({ verdict: 'passed', counts: { passed: 1, failed: 0, flaky: 1 } });
    expect(both.cases[0]).toMatchObject({ name: 'totals', outcome: 'flaky', message: 'want 2' });
  });

  test('failed both times: failed', () => {
    expect(combine(first, run(exited(1), parsed([ok, bad])), false)).toMatchObject({ verdict: 'failed', counts: { passed: 1, failed: 1, flaky: 0 } });
  });

  test('another one fails the second time: that one failed, the first is flaky', () => {
    const both = combine(
      first,
      run(
        exited(1),
        parsed([
          { ...ok, outcome: 'failed' },
          { ...bad, outcome: 'passed' },
        ]),
      ),
      false,
    );
    expect(both).toMatchObject({ verdict: 'failed', counts: { passed: 0, failed: 1, flaky: 1 } });
  });

  test('the second run breaks: the failure of the first stands', () => {
    expect(combine(first, run({ kind: 'timed-out', afterMs: 9 }, null), false)).toMatchObject({
      verdict: 'failed',
      counts: { failed: 1 },
      because: expect.stringContaining('second run broke'),
    });
  });

  test('a narrowed second run keeps what had passed', () => {
    const both = combine(first, run(exited(0), parsed([{ ...bad, outcome: 'passed' }])), true);
    expect(both).toMatchObject({ verdict: 'passed', counts: { passed: 1, failed: 0, flaky: 1 } });
  });

  test('a narrowed second run that did not meet the failed test proves nothing', () => {
    expect(seenAgain(first, run(exited(0), parsed([ok])))).toBe(false);
    expect(seenAgain(first, run(exited(0), parsed([{ ...bad, outcome: 'passed' }])))).toBe(true);
  });

  test('two tests of one name in two files are two tests', () => {
    const twin = testCase('totals', 'failed', { file: 'c.js' });
    const both = combine(run(exited(1), parsed([bad, twin])), run(exited(1), parsed([{ ...bad, outcome: 'passed' }, twin])), false);
    expect(both.cases.map((each) => [each.file, each.outcome])).toEqual([
      ['b.js', 'flaky'],
      ['c.js', 'failed'],
    ]);
  });

  test('totals of a text report that does not name its green tests are kept', () => {
    const text = (counts: Parsed['counts'], cases: Parsed['cases']): Parsed => ({ format: 'text', cases, loadErrors: [], counts });
    const both = combine(
      run(exited(1), text({ passed: 9, failed: 1, skipped: 0, flaky: 0 }, [bad])),
      run(exited(0), text({ passed: 10, failed: 0, skipped: 0, flaky: 0 }, [])),
      false,
    );
    expect(both).toMatchObject({ verdict: 'passed', counts: { passed: 9, flaky: 1 } });
  });
});
