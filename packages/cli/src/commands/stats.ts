// awo stats: what releases came to, from the outcomes that HISTORY keeps.
import type { CliContext } from '../context.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { print } from '../output/print.ts';
import { duration } from '../output/quantities.ts';
import { withSession } from '../session.ts';
import { releaseStats, type ReleaseStats } from '../story/release-stats.ts';

export type StatsOptions = { env?: string | undefined; horizon?: string | undefined };
const HORIZON_S = 1800;

/** Throws UsageError for a horizon that is no number of minutes. */
export async function stats(context: CliContext, options: StatsOptions): Promise<ExitCode> {
  const horizonS = options.horizon === undefined ? HORIZON_S : 60 * Number(options.horizon);
  if (!(horizonS > 0)) throw new UsageError(`--horizon ${options.horizon ?? ''}: a number of minutes is expected`);
  return withSession(context, async ({ bus }) => {
    const figures = releaseStats(await bus.outcomes(options.env), options.env ?? null, horizonS);
    await print(context.terminal, context.format, figures, () => lines(figures));
    return EXIT.reached;
  });
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
