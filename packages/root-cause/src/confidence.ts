// Scores to confidences and a verdict: a share is kept for what nobody thought of. Pure.
import type { Hypothesis, RootCauses } from '@awo/contracts';

/** Points that "something else" has: a suspect with as many is as likely as not. */
const OTHER = 1.1;
const TEMPERATURE = 0.45;
/** Nothing is certain. */
const MOST = 0.97;

/** An effect without its cause is never found, however alone it stands; nor is one of two that nothing parts. */
const MOST_UNTOLD = 0.45;

/** Softmax with a place for causes that are not in the list. */
export function confidencesOf(suspects: readonly { points: number; isEffect?: boolean; isUntold?: boolean }[]): number[] {
  const points = suspects.map((s) => s.points);
  const top = Math.max(OTHER, ...points);
  const mass = points.map((p) => Math.exp((p - top) / TEMPERATURE));
  const sum = mass.reduce((a, b) => a + b, 0) + Math.exp((OTHER - top) / TEMPERATURE);
  return mass.map((m, i) => Math.min(suspects[i]?.isEffect === true || suspects[i]?.isUntold === true ? MOST_UNTOLD : MOST, m / sum));
}

const FOUND = 0.5;
/** Rivals closer than this in confidence are a tie. */
export const LEAD = 0.15;
const WEAK = 0.2;

export function verdictOf(hypotheses: readonly Hypothesis[], missing: readonly string[]): Pick<RootCauses, 'verdict' | 'because'> {
  const [first, second] = hypotheses;
  const lacks = missing.length === 0 ? '' : ` Not there: ${missing.map((m) => m.split(':')[0]).join(', ')}.`;
  if (first === undefined) return { verdict: 'insufficient', because: `Nothing in the evidence departs from what is normal or declared.${lacks}` };
  const name = (h: Hypothesis): string => `${h.cause} on ${h.entity} (${Math.round(h.confidence * 100)}%)`;
  const says = first.for[0]?.says ?? '';
  if (first.confidence < WEAK && (second === undefined || first.confidence + second.confidence < FOUND))
    return { verdict: 'insufficient', because: `The best of ${hypotheses.length} is ${name(first)}, which is no more than a guess.${lacks}` };
  if (first.confidence >= FOUND && first.confidence - (second?.confidence ?? 0) >= LEAD) return { verdict: 'found', because: `${name(first)}: ${says}` };
  return {
    verdict: 'ambiguous',
    because: second === undefined ? `Probably ${name(first)}, on thin evidence: ${says}` : `${name(first)} or ${name(second)}: ${says}`,
  };
}
