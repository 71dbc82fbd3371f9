// What the releases of an environment came to, in figures: from the outcomes that HISTORY keeps. Pure.
import type { ReleaseOutcome, ServiceOutcome } from '@awo/contracts';

export type ReleaseStats = {
  environment: string | null;
  since: string | null;
  /** Releases that changed what runs, and all that were asked for. */
  releases: { asked: number; carriedOut: number; promoted: number; undone: number; held: number };
  /** Of those carried out: undone, held for want of a way back, or rolled back by a later goal. Null: none was. */
  changeFailure: { share: number | null; caught: number; escaped: number };
  /** Undone for harm, and promoted later as they were without being undone again. */
  falseAlarms: { confirmed: number; undoneForHarm: number };
  /** Undone because evidence was missing. */
  undoneWithoutEvidence: number;
  /** From the goal's acceptance to its last promotion. */
  leadTimeS: { median: number | null; p90: number | null };
  /** From the first harm that was seen to the end of the undo, or of the repair that rolled back. */
  timeToRestoreS: { median: number | null; worst: number | null };
  /** Requests: that the old ones answered beside a bad new one and it would have failed; that would have failed within the horizon; that did fail. */
  prevented: { shielded: number; withinHorizon: number; suffered: number; customers: number; horizonS: number };
};

/** `horizonS`: how long a bad release would have had all traffic without the watch. An assumption, so it is named. */
export function releaseStats(outcomes: readonly ReleaseOutcome[], environment: string | null, horizonS: number): ReleaseStats {
  const all = outcomes.filter((o) => environment === null || o.environment === environment).toSorted((a, b) => a.endedAt.localeCompare(b.endedAt));
  const releases = all.filter((o) => o.kind === 'release');
  const carriedOut = releases.filter((o) => o.services.some((s) => s.end !== 'untouched'));
  const undone = carriedOut.filter((o) => o.services.some((s) => s.end === 'undone'));
  const held = carriedOut.filter((o) => !undone.includes(o) && o.services.some((s) => s.end === 'held'));
  const promoted = carriedOut.filter((o) => !undone.includes(o) && !held.includes(o));
  const escaped = promoted.filter((o) => all.some((later) => isRolledBackBy(o, later)));
  const harmed = undone.flatMap((o) => o.services.filter((s) => s.harmAt !== null).map((service) => ({ outcome: o, service })));
  const shares = harmed.map(({ service }) => impactOf(service, horizonS));
  const add = (of: (impact: Impact) => number): number => Math.round(shares.reduce((sum, impact) => sum + of(impact), 0));
  const leadTimes = promoted
    .map((o) =>
      secondsBetween(
        o.acceptedAt,
        o.services
          .map((s) => s.promotedAt ?? '')
          .toSorted()
          .at(-1) ?? '',
      ),
    )
    .filter(Number.isFinite);
  const restored = [
    ...harmed.flatMap(({ service: { harmAt, undoneAt } }) => (harmAt !== null && undoneAt !== null ? [secondsBetween(harmAt, undoneAt)] : [])),
    ...all.flatMap((o) => o.services.flatMap(({ relief }) => (relief === undefined ? [] : [secondsBetween(relief.harmAt, relief.at)]))),
  ];
  return {
    environment,
    since: all[0]?.acceptedAt ?? null,
    releases: { asked: releases.length, carriedOut: carriedOut.length, promoted: promoted.length, undone: undone.length, held: held.length },
    changeFailure: {
      share: carriedOut.length === 0 ? null : (undone.length + held.length + escaped.length) / carriedOut.length,
      caught: undone.length + held.length,
      escaped: escaped.length,
    },
    falseAlarms: { confirmed: harmed.filter(({ outcome, service }) => wasRightAfterAll(outcome, service, all)).length, undoneForHarm: harmed.length },
    undoneWithoutEvidence: undone.filter((o) => o.outcome === 'rolled-back' && o.services.every((s) => s.harmAt === null)).length,
    leadTimeS: { median: quantile(leadTimes, 0.5), p90: quantile(leadTimes, 0.9) },
    timeToRestoreS: { median: quantile(restored, 0.5), worst: quantile(restored, 1) },
    prevented: {
      shielded: add((i) => i.shielded),
      withinHorizon: add((i) => i.withinHorizon),
      suffered: add((i) => i.suffered),
      customers: harmed.reduce((sum, { service }) => sum + service.customersWithErrors, 0),
      horizonS,
    },
  };
}

type Impact = { shielded: number; withinHorizon: number; suffered: number };

/** By how much more of its requests the new one failed than the old one beside it, or before it. */
function impactOf({ fresh, beside, before, rps }: ServiceOutcome, horizonS: number): Impact {
  const share = ({ requests, errors }: { requests: number; errors: number }): number => (requests === 0 ? 0 : errors / requests);
  const excess = Math.max(0, share(fresh) - share(beside.requests > 0 ? beside : (before ?? { requests: 0, errors: 0 })));
  const suffered = excess * fresh.requests;
  return { suffered, shielded: excess * beside.requests, withinHorizon: Math.max(0, excess * (rps ?? 0) * horizonS - suffered) };
}

/** The same revision of the same service stood in the same environment later: its undo was for nothing, or for something else. */
const wasRightAfterAll = (undone: ReleaseOutcome, { service, head }: ServiceOutcome, all: readonly ReleaseOutcome[]): boolean =>
  all.some(
    (later) =>
      later.environment === undone.environment &&
      later.acceptedAt > undone.endedAt &&
      later.services.some((s) => s.service === service && s.head === head && s.end === 'promoted'),
  );

const isRolledBackBy = (release: ReleaseOutcome, later: ReleaseOutcome): boolean =>
  later.kind === 'rollback' &&
  later.environment === release.environment &&
  // An incident may have begun before the release was over: it had to wait for it.
  later.endedAt > release.endedAt &&
  later.services.some((s) => s.end === 'promoted' && release.services.some((r) => r.service === s.service && r.end === 'promoted' && r.head === s.base));

const secondsBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 1000;

function quantile(values: readonly number[], q: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)] ?? null;
  return value === null ? null : Math.round(10 * value) / 10;
}
