// Which suites failed when they ran last, kept in the stream HISTORY: bad news should come early.
import { createHash } from 'node:crypto';
import type { Bus } from '@awo/bus';
import { subjects } from '@awo/contracts';
import type { SuiteResult } from './facts.ts';

export type FailureHistory = {
  /** Ids of the suites of this repository whose last run did not pass. */
  failedLast: (repo: string, suites: readonly string[]) => Promise<ReadonlySet<string>>;
  record: (repo: string, head: string, results: readonly SuiteResult[]) => Promise<void>;
};

/** For whoever has no bus: nothing is known. */
export const noHistory: FailureHistory = { failedLast: async () => new Set(), record: async () => {} };

const subjectOf = (repo: string, suite: string): string =>
  subjects.history('tests', createHash('sha256').update(`${repo}\n${suite}`).digest('hex').slice(0, 32));

export function failureHistory({ js, jsm }: Pick<Bus, 'js' | 'jsm'>): FailureHistory {
  const failed = async (repo: string, suite: string): Promise<boolean> => {
    const last = await jsm.direct.getMessage('HISTORY', { last_by_subj: subjectOf(repo, suite) });
    return last !== null && last.json<{ verdict?: string }>().verdict !== 'passed';
  };
  return {
    failedLast: async (repo, suites) => {
      const marked = await Promise.all(suites.map(async (suite) => ((await failed(repo, suite)) ? [suite] : [])));
      return new Set(marked.flat());
    },
    record: async (repo, head, results) => {
      await Promise.all(
        results.map(({ suite, verdict, counts, durationMs }) =>
          js.publish(subjectOf(repo, suite), JSON.stringify({ repo, suite, head, verdict, counts, durationMs })),
        ),
      );
    },
  };
}
