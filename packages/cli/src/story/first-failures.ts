// How soon the tests of each repository told of a failure: the first run that failed beside the last, as the order learns from run to run. Pure.
import { Planned } from '@awo/contracts';
import type { Commit } from '@awo/contracts';

/** `firstFailureMs`: from the start of the run to the first suite that did not pass; `durationMs`: to the end of all of them. */
export type FailedRun = { goal: string; at: string; firstFailureMs: number; durationMs: number };
/** These field names are documented in docs/cli-data.md. Null where no run has failed; the same one twice where one has. */
export type FirstFailures = { repo: string; runs: number; failing: number; first: FailedRun | null; last: FailedRun | null };

type Run = { repo: string; failed: FailedRun | null };

/** `commits`: those of the test agent, oldest first. `environment`: only goals for that one. A run of no suite is none. */
export function firstFailures(commits: readonly Commit[], environment: string | null): FirstFailures[] {
  const runs = commits.filter(({ state: { spec } }) => environment === null || ('environment' in spec && spec.environment === environment)).flatMap(runsOf);
  return [...Map.groupBy(runs, ({ repo }) => repo)].map(([repo, own]) => {
    const failed = own.flatMap((run) => run.failed ?? []);
    return { repo, runs: own.length, failing: failed.length, first: failed[0] ?? null, last: failed.at(-1) ?? null };
  });
}

function runsOf({ goal, at, events, state }: Commit): Run[] {
  const planned = Planned.safeParse(state.steps.findLast((step) => step.kind === 'plan')?.output).data;
  return events.flatMap((event): Run[] => {
    if (event.type !== 'decision.made' || event.decision.kind !== 'judge-tests' || !planned) return [];
    const { suites, firstFailureMs, durationMs } = event.decision.figures;
    if (typeof durationMs !== 'number' || suites === 0) return [];
    return [{ repo: planned.repo, failed: typeof firstFailureMs === 'number' ? { goal, at, firstFailureMs, durationMs } : null }];
  });
}
