// Groups the lines of a history into cycles, oldest first. Pure.
import type { HistoryLine, TestLine } from './lines.ts';

/** What a test did in a cycle, over all of its results there. */
export type Result = {
  test: string;
  failed: boolean;
  ran: boolean;
  flaky: boolean;
  /** How many of its results failed, of those that were no skips. */
  fails: number;
  runs: number;
  durationMs: number | undefined;
};
export type Cycle = { cycle: number; changed: string[]; results: Result[] };

const isFailure = (outcome: HistoryLine['outcome']): boolean => outcome === 'failed' || outcome === 'error';

/** Takes lines in any order. Results of one test in one cycle are one: it failed if one of them did. */
export function foldCycles(lines: Iterable<HistoryLine>): Cycle[] {
  const cycles = new Map<number, { changed: Set<string>; results: Map<string, Result> }>();
  for (const line of lines) {
    let cycle = cycles.get(line.cycle);
    if (!cycle) cycles.set(line.cycle, (cycle = { changed: new Set(), results: new Map() }));
    for (const file of line.changed ?? []) cycle.changed.add(file);
    const failed = isFailure(line.outcome);
    const ran = line.outcome !== 'skipped';
    const [runs, fails] = [Number(ran), Number(failed)];
    const known = cycle.results.get(line.test);
    if (!known) {
      cycle.results.set(line.test, { test: line.test, failed, ran, flaky: line.outcome === 'flaky', fails, runs, durationMs: line.durationMs });
      continue;
    }
    if (ran && known.ran && failed !== known.failed) known.flaky = true;
    known.runs += runs;
    known.fails += fails;
    known.failed ||= failed;
    known.ran ||= ran;
    known.flaky ||= line.outcome === 'flaky';
    if (line.durationMs !== undefined) known.durationMs = Math.max(known.durationMs ?? 0, line.durationMs);
  }
  return [...cycles]
    .sort(([a], [b]) => a - b)
    .map(([cycle, { changed, results }]) => ({ cycle, changed: [...changed].sort(), results: [...results.values()] }));
}

/** The tests of a cycle as they were known before it ran. */
export const testsOf = (cycle: Cycle): TestLine[] => cycle.results.map(({ test }) => ({ test }));
