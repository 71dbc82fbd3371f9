// Which known words are nearest to one that is not known. Pure.
import { distance as editDistance } from 'fastest-levenshtein';

/** The `count` known words nearest to `word`, nearest first; a word that contains it counts as near. */
export function nearest(word: string, known: readonly string[], count = 5): string[] {
  const wanted = word.toLowerCase();
  const scored = known.map((name) => {
    const candidate = name.toLowerCase();
    const distance = editDistance(wanted, candidate);
    return { name, score: wanted.length > 2 && candidate.includes(wanted) ? Math.min(distance, 1) : distance };
  });
  return scored
    .sort((x, y) => x.score - y.score || (x.name < y.name ? -1 : 1))
    .slice(0, count)
    .map(({ name }) => name);
}
