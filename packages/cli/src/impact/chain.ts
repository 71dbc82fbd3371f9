// A chain of reasons as one line, and what stands before it. Pure.
import type { ImpactReason } from '@awo/contracts';

/** `src/a.ts → src/b.ts:3 (import) → test/b.test.ts:1 (import)`. */
export function chainLine(reasons: readonly ImpactReason[]): string {
  const [first, ...rest] = reasons;
  if (!first) return '';
  const start = first.kind === 'changed-file' || first.kind === 'none-semantic' ? first.from : `${first.from} → ${first.to} (${first.kind})`;
  return [start, ...rest.map((reason) => `${reason.at} (${reason.kind})`)].join(' → ');
}

export const percentOf = (probability: number): string => `${Math.round(probability * 100)}%`;

/** Direct first, then by risk. */
const CHANGES = ['direct', 'implicit', 'none-semantic'];
const RISKS = ['high', 'medium', 'low'];
export const worstFirst = <U extends { change: string; risk: string }>(units: readonly U[]): U[] =>
  units.toSorted((a, b) => RISKS.indexOf(a.risk) - RISKS.indexOf(b.risk) || CHANGES.indexOf(a.change) - CHANGES.indexOf(b.change));
