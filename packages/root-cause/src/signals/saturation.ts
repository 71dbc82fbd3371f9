// What is full is full, also where nobody saw it before: levels that mean the same everywhere. Pure.
import type { SignalPolicy } from './policy.ts';

/** From the first a level is noticed, at the second it is as bad as it gets. */
const LEVELS: readonly (readonly [metric: RegExp, notice: number, full: number])[] = [
  [/_used_ratio$/i, 0.9, 0.98],
  [/(^|_)load_per_core$/i, 1.5, 3],
];

/** Deviations that a level is worth without a baseline; null where its level means nothing by itself. */
export function fullnessOf(metric: string, level: number, policy: SignalPolicy): number | null {
  const [, notice, full] = LEVELS.find(([pattern]) => pattern.test(metric)) ?? [];
  if (notice === undefined || full === undefined || level < notice) return null;
  return policy.noticeDeviations + Math.min(1, (level - notice) / (full - notice)) * policy.sureDeviations;
}
