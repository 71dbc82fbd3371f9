// How often changes of a file were followed by their repair, by history. Pure.
import type { ChangeFailure } from '@awo/contracts';
import type { CommitInfo } from '@awo/repository';

/** A commit that repairs: by its subject, as in Mockus and Votta (2000). */
const REPAIRS = /\b(fix(es|ed)?|bug|hot-?fix|revert(s|ed)?|regression|broken|repair(s|ed)?|crash(es|ed)?|rollback|incident)\b/i;
/** Commits of more files say nothing about any of them. */
const MAX_FILES = 30;

/**
 * A change counts as failed where the next change of the same file repairs (a simplification of Śliwerski, Zimmermann and Zeller 2005).
 * Few changes say little: each file's ratio is drawn to the mean of all by a beta prior whose moments are those of the ratios (empirical Bayes, Casella 1985).
 */
export function changeFailures(commits: readonly CommitInfo[], changed: readonly string[]): ChangeFailure[] {
  const counts = new Map<string, { changes: number; failures: number; repairedNext: boolean }>();
  // Newest first: what was met before is what came after.
  for (const { subject, files } of commits) {
    if (files.length > MAX_FILES) continue;
    const repairs = REPAIRS.test(subject);
    for (const file of files) {
      const known = counts.get(file) ?? { changes: 0, failures: 0, repairedNext: false };
      counts.set(file, { changes: known.changes + 1, failures: known.failures + (known.repairedNext ? 1 : 0), repairedNext: repairs });
    }
  }
  const { alpha, beta, mean } = prior([...counts.values()]);
  return changed
    .flatMap((file): ChangeFailure[] => {
      const count = counts.get(file);
      if (!count) return [];
      const ratio = (count.failures + alpha) / (count.changes + alpha + beta);
      return [{ file, changes: count.changes, failures: count.failures, ratio: round(ratio), mean: round(mean) }];
    })
    .filter(({ ratio, failures }) => failures >= 2 && ratio > 1.5 * mean)
    .toSorted((a, b) => b.ratio - a.ratio)
    .slice(0, 20);
}

/** Moments of the ratios, weighted by changes; the prior is never lighter than two changes nor heavier than fifty. */
function prior(counts: readonly { changes: number; failures: number }[]): { alpha: number; beta: number; mean: number } {
  const total = counts.reduce((sum, { changes }) => sum + changes, 0);
  const mean = total === 0 ? 0 : counts.reduce((sum, { failures }) => sum + failures, 0) / total;
  const variance = total === 0 ? 0 : counts.reduce((sum, { changes, failures }) => sum + changes * (failures / changes - mean) ** 2, 0) / total;
  const weight = variance <= 0 ? 50 : Math.min(50, Math.max(2, (mean * (1 - mean)) / variance - 1));
  return { alpha: mean * weight, beta: (1 - mean) * weight, mean };
}

const round = (n: number): number => Math.round(n * 1000) / 1000;
