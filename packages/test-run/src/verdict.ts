// From one run, or two, to the suite's verdict. The exit code has the last word for green. Pure.
import type { TestCase, TestReport } from '@awo/contracts';
import type { Attempt } from './attempt.ts';
import { countsOf, loadErrorCase, testCase, type Counts } from './parse/parsed.ts';

/** `retry`: tests failed, so a second run can tell a flaky failure from a true one. */
export type Judged = { verdict: TestReport['verdict']; cases: TestCase[]; counts: Counts; because: string | null; retry: boolean };

export function judge({ command, result, parsed }: Attempt, runner: string): Judged {
  const { end } = result;
  const tail = result.output.trim().slice(-1000);
  const last = tail === '' ? ' It printed nothing.' : ` Last output: ${tail}`;
  const cases = [...(parsed?.cases ?? []), ...(parsed?.loadErrors.map(({ where, message }) => loadErrorCase(where, message)) ?? [])];
  const counts = parsed?.counts ?? countsOf(cases);
  const all = { cases, counts };
  const broken = (because: string): Judged => ({ ...all, verdict: 'broken', because: because.slice(0, 2000), retry: false });

  if (end.kind === 'not-started') return broken(`\`${command}\` could not be started: ${end.why}. Is its program installed and on PATH?`);
  if (end.kind === 'timed-out') return broken(`\`${command}\` was still running after ${end.afterMs / 1000} s and was ended.${last}`);
  if (end.kind === 'aborted') return broken(`\`${command}\` was ended before it had finished.`);
  if (counts.failed > (parsed?.loadErrors.length ?? 0)) return { ...all, verdict: 'failed', because: null, retry: true };
  const notLoaded = parsed?.loadErrors[0];
  if (notLoaded !== undefined) return broken(`\`${command}\`: could not load ${notLoaded.where}: ${notLoaded.message}`);
  if (end.kind === 'signalled') return broken(`\`${command}\` was ended by ${end.signal}.${last}`);
  if (end.code === 0) return green(command, runner, parsed !== null, all);
  if (end.code === 126 || end.code === 127)
    return broken(`\`${command}\` ended with exit code ${end.code}: a program in it was not found or is not executable.${last}`);
  if (parsed === null && runner !== 'exit-code') return broken(`\`${command}\` ended with exit code ${end.code} before any test was reported.${last}`);
  if (parsed !== null && counts.passed + counts.skipped + counts.flaky === 0)
    return broken(`\`${command}\` ended with exit code ${end.code}: no tests were found.${last}`);

  const because = parsed === null ? `\`${command}\` ended with exit code ${end.code}.` : `No test failed, yet \`${command}\` ended with exit code ${end.code}.`;
  return {
    cases: [testCase(command, 'failed', { message: `${because}${last}` }), ...cases],
    counts: { ...counts, failed: 1 },
    verdict: 'failed',
    because,
    retry: true,
  };
}

function green(command: string, runner: string, readable: boolean, all: { cases: TestCase[]; counts: Counts }): Judged {
  const passed = { verdict: 'passed', retry: false } as const;
  if (!readable) {
    const because = runner === 'exit-code' ? null : 'No test report in a known format was found in the output: the exit code decided.';
    const cases = [testCase(command, 'passed')];
    return { ...passed, cases, counts: countsOf(cases), because };
  }
  const { passed: ok, skipped, flaky } = all.counts;
  return { ...passed, ...all, because: ok + skipped + flaky === 0 ? 'No tests were found.' : null };
}

/** What failed first and passed then is flaky. `partial`: the second run left out what had passed. */
export function combine(first: Judged, second: Judged, partial: boolean): Judged {
  if (second.verdict === 'broken') return { ...first, because: `The second run broke: ${second.because ?? ''}`.slice(0, 2000) };
  const again = byName(second.cases);
  const failedFirst = first.cases.filter((test) => test.outcome === 'failed');
  const outcomeNow = (test: TestCase): TestCase['outcome'] =>
    again.get(test.name)?.find((other) => sameFile(test, other))?.outcome ?? (second.verdict === 'passed' ? 'passed' : 'failed');
  const flaky = failedFirst.filter((test) => outcomeNow(test) !== 'failed').map((test): TestCase => ({ ...test, outcome: 'flaky' }));
  const replaced = byName(flaky);
  const isReplaced = (test: TestCase): boolean => replaced.get(test.name)?.some((other) => sameFile(test, other)) ?? false;
  const unreported = failedFirst.filter((test) => outcomeNow(test) === 'failed' && !again.has(test.name));
  const kept = partial ? first.cases.filter((test) => test.outcome !== 'failed' && !again.has(test.name)) : [];
  const present = second.cases.filter((test) => !isReplaced(test));
  const cases = [...flaky, ...unreported, ...kept, ...present];
  // A text report counts tests that it does not name: then the totals come from the run that was complete.
  const complete = partial ? first : second;
  const namedGreen = complete.cases.filter((test) => test.outcome === 'passed').length;
  const flakyUnnamed = partial ? 0 : flaky.filter((test) => !again.has(test.name)).length;
  const unnamed = Math.max(0, complete.counts.passed - namedGreen - flakyUnnamed);
  const counts = countsOf(cases);
  return { cases, counts: { ...counts, passed: counts.passed + unnamed }, verdict: second.verdict, because: second.because, retry: false };
}

/** Whether a narrowed second run met every test that had failed. Where not, its green says nothing about them. */
export function seenAgain(first: Judged, second: Judged): boolean {
  const again = byName(second.cases);
  return second.verdict === 'failed' || first.cases.every((test) => test.outcome !== 'failed' || again.has(test.name));
}

const sameFile = (a: TestCase, b: TestCase): boolean => a.file === null || b.file === null || a.file === b.file;

function byName(cases: readonly TestCase[]): Map<string, TestCase[]> {
  const map = new Map<string, TestCase[]>();
  for (const test of cases) {
    const list = map.get(test.name);
    if (list === undefined) map.set(test.name, [test]);
    else list.push(test);
  }
  return map;
}
