// Which of the left-out suites are run all the same: by lot, repeatable from the seed. Pure.
import { createHash } from 'node:crypto';
import type { AuditDesign } from '@awo/contracts';

const STEPS = 2 ** 48;
/** What one goal takes; from a hundred thousand left-out suites a tenth would be too many. */
const MOST_DRAWN = 200;

export type Draw = Omit<AuditDesign, 'leftOut'> & { leftOut: string[]; drawn: string[] };

/**
 * Each suite by a coin of its own (Poisson sampling): what it will say has no influence on whether it is asked, and neither have its neighbours.
 * The coin is a hash of the seed and the suite, so that whoever reads the log can toss it again.
 */
export function drawSuites(leftOut: readonly string[], probability: number, seed: string): string[] {
  return leftOut.filter((suite) => createHash('sha256').update(`${seed}\n${suite}`).digest().readUIntBE(0, 6) / STEPS < probability);
}

/** The draw for one goal's selection, its id the seed; null where there is nothing to draw from. A probability that would draw too many is lowered. */
export function drawAudit({ goal, base }: { goal: string; base: string | null }, leftOut: readonly string[], share: number): Draw | null {
  const probability = Math.min(share, MOST_DRAWN / 2 / Math.max(1, leftOut.length));
  if (base === null || leftOut.length === 0 || probability === 0) return null;
  return { of: goal, base, leftOut: [...leftOut], probability, seed: goal, drawn: drawSuites(leftOut, probability, goal).slice(0, MOST_DRAWN) };
}
