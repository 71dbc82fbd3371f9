// The nearest right word for a wrong one. Pure.
import { distance as editDistance } from 'fastest-levenshtein';

/** The candidate that was most likely meant, or undefined when none is near (more than 40 % of the letters differ). */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const lower = word.toLowerCase();
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    const distance = candidate.startsWith(lower) && lower.length > 1 ? 0.5 : editDistance(lower, candidate.toLowerCase());
    if (distance <= Math.max(1, candidate.length * 0.4) && (!best || distance < best.distance)) best = { candidate, distance };
  }
  return best?.candidate;
}

/** `Did you mean "x"?`, or the choices where nothing is near. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  return near ? `Did you mean "${near}"?` : `Known: ${candidates.join(', ')}.`;
}
