// Tells flaky tests from broken ones by their history. Pure.
import { upperShare } from '@awo/analysis';
import type { HistoryLine } from './lines.ts';

export type FlakyTest = {
  test: string;
  /** `flaky`: both verdicts in one cycle. `suspect`: more changes of verdict than a break that is repaired leaves. */
  verdict: 'flaky' | 'suspect' | 'broken';
  /** Chance that a failure of it means nothing, from what is known: 0 to 1. */
  score: number;
  runs: number;
  failed: number;
  /** Cycles with both verdicts. */
  mixed: number;
  flips: number;
  /** Flips that failures strewn by chance would leave. */
  expectedFlips: number;
  /** Time spent in failed runs. */
  costMs: number;
  because: string;
};

type Past = { verdicts: { cycle: number; failed: boolean }[]; mixed: Set<number>; costMs: number };

/** Lines in any order; passing tests are left out. The worst come first. */
export function flakiness(lines: Iterable<HistoryLine>): FlakyTest[] {
  const records = new Map<string, Past>();
  const sorted = [...lines].sort((a, b) => a.cycle - b.cycle);
  for (const { test, cycle, outcome, durationMs = 0 } of sorted) {
    if (outcome === 'skipped') continue;
    const record = records.get(test) ?? { verdicts: [], mixed: new Set<number>(), costMs: 0 };
    records.set(test, record);
    const failed = outcome === 'failed' || outcome === 'error';
    const last = record.verdicts.at(-1);
    if (outcome === 'flaky' || (last?.cycle === cycle && last.failed !== failed)) record.mixed.add(cycle);
    if (failed || outcome === 'flaky') record.costMs += durationMs;
    record.verdicts.push({ cycle, failed });
  }
  return [...records]
    .flatMap(([test, record]) => judge(test, record) ?? [])
    .sort((a, b) => b.score - a.score || b.failed - a.failed || (a.test < b.test ? -1 : 1));
}

function judge(test: string, { verdicts, mixed, costMs }: Past): FlakyTest | null {
  const runs = verdicts.length;
  const failed = verdicts.filter((verdict) => verdict.failed).length;
  if (failed === 0 && mixed.size === 0) return null;
  const flips = verdicts.filter((verdict, i) => i > 0 && verdicts[i - 1]?.failed !== verdict.failed).length;
  // Runs of a strewn sequence (A. Wald and J. Wolfowitz 1940), less the first.
  const expectedFlips = (2 * failed * (runs - failed)) / runs;
  const cycles = new Set(verdicts.map((verdict) => verdict.cycle)).size;
  // One break that is repaired flips twice; what goes beyond, against what chance would leave.
  const strewn = expectedFlips === 0 ? 0 : Math.max(0, flips - 2) / (expectedFlips + 1);
  const sure = mixed.size === 0 ? 0 : 1 - 0.5 * upperShare({ bad: cycles - mixed.size, n: cycles }) ** cycles;
  const score = Number(Math.min(1, Math.max(sure, mixed.size > 0 ? 0.5 : 0, strewn * (flips / (flips + 2)))).toFixed(4));
  const verdict = mixed.size > 0 ? 'flaky' : score >= 0.4 ? 'suspect' : 'broken';
  const because =
    mixed.size > 0
      ? `both verdicts in ${mixed.size} of ${cycles} cycles`
      : verdict === 'suspect'
        ? `${flips} changes of verdict where chance alone would leave ${expectedFlips.toFixed(1)}`
        : `its ${failed} failures lie together`;
  return { test, verdict, score, runs, failed, mixed: mixed.size, flips, expectedFlips: Number(expectedFlips.toFixed(2)), costMs: Math.round(costMs), because };
}
