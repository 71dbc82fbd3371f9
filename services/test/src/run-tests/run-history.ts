// What suites did in their last runs and what audits found, kept in the stream HISTORY: the next run learns from it.
import { changeKept, historySubject, readKept } from '@awo/bus';
import type { Bus } from '@awo/bus';
import { SelectionAudits, SuiteRuns } from '@awo/contracts';
import type { AuditRecord, SuiteRun } from '@awo/contracts';
import type { SuiteResult } from '@awo/contracts';

/** One goal's run of the suites. `cycle`: when the goal was accepted, in milliseconds; `changed`: the units that it touches. */
type Run = { goal: string; head: string; cycle: number; changed: readonly string[] };

export type RunHistory = {
  /** The last runs of these suites of this repository, in no order. */
  runsOf: (repo: string, suites: readonly string[]) => Promise<SuiteRun[]>;
  /** Recording the same goal's run again replaces it. A reused result is no run, and some files of a suite are not the suite. */
  record: (repo: string, run: Run, results: readonly SuiteResult[]) => Promise<void>;
  /** Recording the same audit again replaces it. */
  recordAudit: (repo: string, audit: AuditRecord) => Promise<void>;
};

/** For whoever has no bus: nothing is known. */
export const noHistory: RunHistory = { runsOf: async () => [], record: async () => {}, recordAudit: async () => {} };

/** Older runs say little about the next one, and a message must not outgrow the broker's limit. */
const RUNS_KEPT = 100;
/** What an audit of long ago found was of another selection. */
const AUDITS_KEPT = 300;

const outcomeOf = ({ verdict, flaky }: SuiteResult): SuiteRun['line']['outcome'] =>
  verdict === 'broken' ? 'error' : verdict === 'failed' ? 'failed' : flaky.length > 0 ? 'flaky' : 'passed';

export function runHistory(bus: Pick<Bus, 'js' | 'jsm'>): RunHistory {
  const runsSubject = (repo: string, suite: string): string => historySubject('tests', repo, suite);
  const add = async (repo: string, { goal, head, cycle, changed }: Run, result: SuiteResult): Promise<void> => {
    const { suite, durationMs, failing, flaky } = result;
    const line = { cycle, at: new Date(cycle).toISOString(), test: suite, outcome: outcomeOf(result), durationMs, changed: changed.slice(0, 50) };
    const bad = [
      ...failing.map(({ name, file }) => ({ test: name, file, outcome: 'failed' as const })),
      ...flaky.map((name) => ({ test: name, file: null, outcome: 'flaky' as const })),
    ];
    const run: SuiteRun = { goal, head, line, ...(bad.length > 0 ? { bad: bad.slice(0, 20) } : {}) };
    await changeKept(bus, runsSubject(repo, suite), SuiteRuns, (kept) => ({
      repo,
      suite,
      runs: [...(kept?.runs ?? []).filter((one) => one.goal !== goal), run].slice(-RUNS_KEPT),
    }));
  };
  return {
    runsOf: async (repo, suites) =>
      (await Promise.all(suites.map((suite) => readKept(bus, runsSubject(repo, suite), SuiteRuns)))).flatMap((kept) => kept?.runs ?? []),
    record: async (repo, run, results) =>
      void (await Promise.all(results.filter((result) => !result.reused && !result.narrowed).map((result) => add(repo, run, result)))),
    recordAudit: async (repo, audit) => {
      await changeKept(bus, historySubject('audits', repo), SelectionAudits, (kept) => ({
        repo,
        audits: [...(kept?.audits ?? []).filter((one) => one.goal !== audit.goal), audit].slice(-AUDITS_KEPT),
      }));
    },
  };
}
