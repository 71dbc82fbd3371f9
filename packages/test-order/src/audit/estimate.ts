// How often the selection leaves out what would have failed, from audits; and whether that is too often. Pure.
import { exactUpperShare } from '@awo/analysis';
import type { AuditPolicy, AuditRecord } from '@awo/contracts';

export type MissEstimate = {
  /** Audits that ran at least one suite. */
  audits: number;
  /** Suites that were drawn and ran to an end. */
  audited: number;
  missed: number;
  /** All that were left out in these audits. */
  leftOut: number;
  /** Misses among all left-out ones: each found counts for those of its kind that were not drawn (D. Horvitz and D. Thompson 1952). Unbiased. */
  expectedMisses: number;
  /** Upper bound of the rate of misses, at 95 % (C. Clopper and E. Pearson 1934). */
  upper: number;
  /** Suites that would have to be audited without another miss until the bound of the policy is proven. */
  needed: number;
};

export function estimateMisses(records: readonly AuditRecord[], bound: number): MissEstimate {
  const useful = records.filter((record) => record.audited.length > 0);
  const audited = useful.reduce((sum, record) => sum + record.audited.length, 0);
  const missed = useful.reduce((sum, record) => sum + record.missed.length, 0);
  return {
    audits: useful.length,
    audited,
    missed,
    leftOut: useful.reduce((sum, record) => sum + record.leftOut, 0),
    expectedMisses: Number(useful.reduce((sum, record) => sum + record.missed.length / record.probability, 0).toFixed(2)),
    upper: Number(exactUpperShare({ n: audited, bad: missed }).toFixed(4)),
    needed: neededFor(audited, missed, bound),
  };
}

function neededFor(audited: number, missed: number, bound: number): number {
  const proven = (n: number): boolean => exactUpperShare({ n, bad: missed }) <= bound;
  if (bound >= 1 || proven(Math.max(audited, 1))) return 0;
  let [low, high] = [audited, Math.max(1, audited) * 2];
  while (!proven(high) && high < 1e6) [low, high] = [high, high * 2];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (proven(middle)) high = middle;
    else low = middle;
  }
  return high - audited;
}

/** Why the selection must leave nothing out for now; null: it may. */
export function wideningReason(estimate: MissEstimate, policy: AuditPolicy): string | null {
  if (estimate.upper <= policy.bound || (estimate.missed === 0 && !policy.strict)) return null;
  return `audits found ${missWords(estimate)}: more than the bound of ${percent(policy.bound)} allows, so nothing is left out until ${estimate.needed} more suites show no miss`;
}

/** `0 of 57 missed, at most 5.1 % at 95 %` */
export const missWords = ({ missed, audited, upper }: Pick<MissEstimate, 'missed' | 'audited' | 'upper'>): string =>
  `${missed} of ${audited} missed, at most ${percent(upper)} at 95 %`;

const percent = (share: number): string => `${Number((100 * share).toFixed(1))} %`;
