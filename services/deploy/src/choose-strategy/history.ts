// What earlier releases of an environment say about the next one: how many had a defect, and which revisions are known to be good. Pure.
import { HARM_VERDICTS, type ReleaseOutcome, type ServiceOutcome } from '@awo/contracts';
import type { PastReleases, ServiceFacts } from '@awo/strategy';

/** Reads how earlier releases in an environment went. */
export type Releases = (environment: string) => Promise<ReleaseOutcome[]>;

/** Longer ago the environment may have become another one. */
const KNOWN_GOOD_MS = 7 * 24 * 3_600_000;

/** Per service and class of risk: releases that were watched to a verdict, and those with a defect. */
export function pastReleases(outcomes: readonly ReleaseOutcome[]): PastReleases[] {
  const found = new Map<string, PastReleases>();
  for (const { change, services, kind, endedAt } of outcomes) {
    if (kind !== 'release' || change === null) continue;
    for (const outcome of services) {
      const defect = isDefect(outcome) || wasLeft(outcomes, outcome.service, outcome.head, endedAt);
      if (!defect && outcome.end !== 'promoted') continue;
      const key = `${outcome.service} ${change.risk}`;
      const known = found.get(key) ?? { service: outcome.service, risk: change.risk, releases: 0, defects: 0 };
      found.set(key, { ...known, releases: known.releases + 1, defects: known.defects + (defect ? 1 : 0) });
    }
  }
  return [...found.values()];
}

const isDefect = ({ end, verdict, harmAt }: ServiceOutcome): boolean => harmAt !== null || (end === 'undone' && verdict !== null && HARM_VERDICTS.has(verdict));

/** Whether somebody rolled it back later: it had a fault that its watch did not see. */
const wasLeft = (outcomes: readonly ReleaseOutcome[], service: string, revision: string, since: string): boolean =>
  outcomes.some(
    ({ kind, endedAt, services }) =>
      kind === 'rollback' &&
      endedAt > since &&
      services.some((s) => s.service === service && s.base === revision && s.head !== revision && s.end === 'promoted'),
  );

/** The last time that this revision of a service got all traffic and stayed, if that is not long ago and nothing spoke against it since. */
export function goodBefore(outcomes: readonly ReleaseOutcome[], service: string, revision: string, now: Date): ServiceFacts['knownGood'] {
  const own = outcomes
    .flatMap(({ goal, endedAt, services }) => services.filter((s) => s.service === service && s.head === revision).map((s) => ({ goal, endedAt, outcome: s })))
    .toSorted((a, b) => a.endedAt.localeCompare(b.endedAt));
  const last = own.at(-1);
  if (!last || isDefect(last.outcome) || last.outcome.end !== 'promoted' || last.outcome.promotedAt === null) return null;
  if (wasLeft(outcomes, service, revision, last.endedAt)) return null;
  return now.getTime() - Date.parse(last.endedAt) <= KNOWN_GOOD_MS ? { goal: last.goal, at: last.outcome.promotedAt } : null;
}
