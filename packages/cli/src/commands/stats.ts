// awo stats: what releases came to, from the outcomes that HISTORY keeps, and how soon tests told of a failure, from the log.
import type { CliContext } from '../context.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { print } from '../output/print.ts';
import { duration } from '../output/quantities.ts';
import { withSession } from '../session.ts';
import { firstFailures, type FailedRun, type FirstFailures } from '../story/first-failures.ts';
import { releaseStats, type ReleaseStats } from '../story/release-stats.ts';

export type StatsOptions = { env?: string | undefined; horizon?: string | undefined };
const HORIZON_S = 1800;

/** Throws UsageError for a horizon that is no number of minutes. */
export async function stats(context: CliContext, options: StatsOptions): Promise<ExitCode> {
  const horizonS = options.horizon === undefined ? HORIZON_S : 60 * Number(options.horizon);
  if (!(horizonS > 0)) throw new UsageError(`--horizon ${options.horizon ?? ''}: a number of minutes is expected`);
  return withSession(context, async ({ bus }) => {
    const [outcomes, commits] = await Promise.all([bus.outcomes(options.env), bus.commitsBy('test')]);
    const figures = releaseStats(outcomes, options.env ?? null, horizonS);
    const tests = firstFailures(
      commits.map(({ commit }) => commit),
      options.env ?? null,
    );
    await print(context.terminal, context.format, { ...figures, tests }, () => [...lines(figures), ...tests.flatMap(testLines)]);
    return EXIT.reached;
  });
}

/** A repository whose tests never failed has no first failure to tell of. */
function testLines({ repo, runs, failing, first, last }: FirstFailures): string[] {
  if (!first || !last) return [];
  const told = ({ firstFailureMs, durationMs }: FailedRun): string => `${duration(firstFailureMs)} of ${duration(durationMs)}`;
  const sooner = first.goal === last.goal ? '' : `; of the last one after ${told(last)}`;
  return ['', `tests of ${repo}`, `first failure        told after ${told(first)}${sooner}: ${failing} of ${runs} runs failed`];
}

function lines({
  environment,
  since,
  releases,
  changeFailure,
  falseAlarms,
  undoneWithoutEvidence,
  leadTimeS,
  timeToRestoreS,
  prevented,
}: ReleaseStats): string[] {
  if (since === null) return [`No release ${environment === null ? 'has ended' : `of ${environment} has ended`} yet.`];
  const time = (seconds: number | null): string => (seconds === null ? '?' : duration(seconds * 1000));
  const share = changeFailure.share === null ? '?' : `${(100 * changeFailure.share).toFixed(1)} %`;
  return [
    `${environment ?? 'all environments'} since ${since}`,
    '',
    `releases             ${releases.carriedOut} carried out, ${releases.promoted} promoted, ${releases.undone} undone${releases.held > 0 ? `, ${releases.held} held without a way back` : ''}`,
    `change-failure rate  ${share}: ${changeFailure.caught} caught by the watch, ${changeFailure.escaped} rolled back later`,
    `false alarms         ${falseAlarms.confirmed} of ${falseAlarms.undoneForHarm} undone for harm stood later as they were; ${undoneWithoutEvidence} undone for want of evidence`,
    `lead time            median ${time(leadTimeS.median)}, p90 ${time(leadTimeS.p90)}`,
    `time to restore      median ${time(timeToRestoreS.median)}, worst ${time(timeToRestoreS.worst)}`,
    `prevented            ${prevented.shielded} failed requests that the old ones answered meanwhile, ${prevented.withinHorizon} within ${duration(prevented.horizonS * 1000)} of full traffic`,
    `suffered             ${prevented.suffered} failed requests, ${prevented.customers} customers`,
  ];
}
