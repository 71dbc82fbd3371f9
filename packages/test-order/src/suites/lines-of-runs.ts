// The lines of single tests from what is kept of suites' runs. Pure.
import type { SuiteRun } from '@awo/contracts';
import type { HistoryLine } from '../lines.ts';

/**
 * Every test that ever failed, in every run of its suite that told of single tests: not named there it passed. A cycle is a revision,
 * so that both verdicts of one revision stand in one cycle. A run that broke tells of no test; the suite itself has a line instead.
 */
export function linesOfRuns(runs: readonly SuiteRun[]): HistoryLine[] {
  const byAge = runs.toSorted((a, b) => a.line.cycle - b.line.cycle);
  const revisions = new Map<string, number>();
  for (const { head } of byAge) if (!revisions.has(head)) revisions.set(head, revisions.size + 1);
  return [...Map.groupBy(byAge, ({ line }) => line.test)].flatMap(([suite, own]) => {
    const ever = new Set(own.flatMap(({ bad = [] }) => bad.map(({ test }) => test)));
    return own.flatMap(({ head, line, bad = [] }): HistoryLine[] => {
      const cycle = revisions.get(head) ?? 0;
      if (line.outcome === 'error' || (line.outcome === 'failed' && bad.length === 0)) return [{ ...line, cycle }];
      const named = new Map(bad.map(({ test, outcome }) => [test, outcome]));
      return [...ever].map((test) => ({
        cycle,
        test: `${suite}: ${test}`,
        outcome: named.get(test) ?? 'passed',
        // What a failure costs is the run that it spoils.
        ...(line.durationMs === undefined ? {} : { durationMs: line.durationMs }),
      }));
    });
  });
}
