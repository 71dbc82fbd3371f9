// The words of a chain of reasons: one place, so that a report, an explanation and a span say the same. Pure.
import type { ImpactReason } from './impact-report.ts';

/** `src/a.ts → src/b.ts:3 (import) → test/b.test.ts:1 (import)`. */
export function chainLine(reasons: readonly ImpactReason[]): string {
  const [first, ...rest] = reasons;
  if (!first) return '';
  const start = first.kind === 'changed-file' || first.kind === 'none-semantic' ? first.from : `${first.from} → ${first.to} (${first.kind})`;
  return [start, ...rest.map((reason) => `${reason.at} (${reason.kind})`)].join(' → ');
}

/** How sure a chain is, 0 to 1: the product of its links. */
export const chainConfidence = (reasons: readonly ImpactReason[]): number => reasons.reduce((product, { confidence }) => product * confidence, 1);
