// What every suite did in its last runs, kept in the stream HISTORY: the order of the next run learns from it.
import { createHash } from 'node:crypto';
import { isConflict } from '@awo/bus';
import type { Bus } from '@awo/bus';
import { subjects } from '@awo/contracts';
import { HistoryLine } from '@awo/test-order/ordering';
import { z } from 'zod';
import type { SuiteResult } from './facts.ts';

/** One goal's run of the suites. `cycle`: when the goal was accepted, in milliseconds; `changed`: the units that it touches. */
type Run = { goal: string; head: string; cycle: number; changed: readonly string[] };

export type RunHistory = {
  /** Lines of these suites of this repository, in no order. */
  linesOf: (repo: string, suites: readonly string[]) => Promise<HistoryLine[]>;
  /** Recording the same goal's run again replaces it. */
  record: (repo: string, run: Run, results: readonly SuiteResult[]) => Promise<void>;
};

/** For whoever has no bus: nothing is known. */
export const noHistory: RunHistory = { linesOf: async () => [], record: async () => {} };

/** Older runs say little about the next one. */
const RUNS_KEPT = 100;
const TRIES = 20;
const Entry = z.object({ goal: z.string(), head: z.string(), line: HistoryLine });
const Kept = z.object({ repo: z.string(), suite: z.string(), runs: z.array(Entry) });

const subjectOf = (repo: string, suite: string): string =>
  subjects.history('tests', createHash('sha256').update(`${repo}\n${suite}`).digest('hex').slice(0, 32));

const outcomeOf = ({ verdict, flaky }: SuiteResult): HistoryLine['outcome'] =>
  verdict === 'broken' ? 'error' : verdict === 'failed' ? 'failed' : flaky.length > 0 ? 'flaky' : 'passed';

export function runHistory({ js, jsm }: Pick<Bus, 'js' | 'jsm'>): RunHistory {
  const read = async (repo: string, suite: string) => {
    const last = await jsm.direct.getMessage('HISTORY', { last_by_subj: subjectOf(repo, suite) });
    const kept = last === null ? undefined : Kept.safeParse(last.json());
    return { seq: last?.seq ?? 0, runs: kept?.success ? kept.data.runs : [] };
  };
  const add = async (repo: string, { goal, head, cycle, changed }: Run, result: SuiteResult): Promise<void> => {
    const { suite, durationMs } = result;
    const line: HistoryLine = { cycle, test: suite, outcome: outcomeOf(result), durationMs, changed: changed.slice(0, 50) };
    for (let attempt = 1; ; attempt++) {
      const { seq, runs } = await read(repo, suite);
      const kept = { repo, suite, runs: [...runs.filter((one) => one.goal !== goal), { goal, head, line }].slice(-RUNS_KEPT) };
      try {
        await js.publish(subjectOf(repo, suite), JSON.stringify(kept), { expect: { lastSubjectSequence: seq } });
        return;
      } catch (error) {
        if (!isConflict(error)) throw error;
        // Another goal's run was recorded in between, and both stay. What cannot be had is not worth a step that fails: history is a hint.
        if (attempt === TRIES) return;
      }
    }
  };
  return {
    linesOf: async (repo, suites) => (await Promise.all(suites.map(async (suite) => (await read(repo, suite)).runs.map(({ line }) => line)))).flat(),
    record: async (repo, run, results) => void (await Promise.all(results.map((result) => add(repo, run, result)))),
  };
}
