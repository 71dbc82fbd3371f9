// The report of a suite within the bounds of the contract and of one message on the bus. Pure.
import type { TestCase, TestReport } from '@awo/contracts';
import type { Attempt } from './attempt.ts';
import { fromRoot } from './attempt.ts';
import { boundedOutput } from './process/bounded-output.ts';
import type { Judged } from './verdict.ts';

const MESSAGE_BUDGET = 100_000;
const ORDER: Readonly<Record<TestCase['outcome'], number>> = { failed: 0, flaky: 1, skipped: 3, passed: 2 };

export function reportOf(suite: { id: string; dir: string }, judged: Judged, attempts: readonly Attempt[]): TestReport {
  const last = attempts.at(-1)?.result.end;
  return {
    suite: suite.id,
    verdict: judged.verdict,
    counts: judged.counts,
    cases: boundCases(judged.cases).map((test) => fromRoot(suite.dir, test)),
    exitCode: last?.kind === 'exited' ? last.code : null,
    durationMs: attempts.reduce((sum, each) => sum + each.result.durationMs, 0),
    because: judged.because,
    output: joinOutputs(attempts),
  };
}

/** A suite that never got to its command. */
export const brokenReport = (suite: string, because: string, output: string): TestReport => ({
  suite,
  verdict: 'broken',
  counts: { passed: 0, failed: 0, skipped: 0, flaky: 0 },
  cases: [],
  exitCode: null,
  durationMs: 0,
  because: because.slice(0, 2000),
  output,
});

/** Failed ones first, at most 500, and their messages together at most 100 KB: the first ones in full. */
function boundCases(cases: readonly TestCase[]): TestCase[] {
  const sorted = cases.map((test, index) => ({ test, index })).sort((a, b) => ORDER[a.test.outcome] - ORDER[b.test.outcome] || a.index - b.index);
  let left = MESSAGE_BUDGET;
  return sorted.slice(0, 500).map(({ test }) => {
    if (test.message === undefined) return test;
    const message = test.message.slice(0, Math.max(200, Math.min(4000, left)));
    left -= message.length;
    return { ...test, message };
  });
}

function joinOutputs(attempts: readonly Attempt[]): string {
  if (attempts.length === 1) return attempts[0]?.result.output ?? '';
  const joined = boundedOutput(100 * 1024, 100 * 1024);
  for (const [index, each] of attempts.entries())
    joined.push(Buffer.from(`${index > 0 ? '\n' : ''}[run ${index + 1} of ${attempts.length}: ${each.command}]\n${each.result.output}`));
  return joined.text();
}
