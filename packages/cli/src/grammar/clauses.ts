// Cuts the words after the verb into a subject and its clauses. Knows no goal kinds. Pure.
import { AFTER_EVERYTHING, EVERYTHING, FILLERS, NOUNS, PREPOSITIONS } from './words.ts';

export type Clause = { word: string; value: string };
export type Clauses = { subjects: string[]; everything: boolean; clauses: Clause[]; dangling?: string };

/** `cart at v1.2 to staging` gives the subject `cart` and the clauses at=v1.2, to=staging. */
export function cutClauses(words: readonly string[]): Clauses {
  const cut: Clauses = { subjects: [], everything: false, clauses: [] };
  let i = 0;
  const skip = (fillers: ReadonlySet<string>) => {
    while (i < words.length && fillers.has((words[i] ?? '').toLowerCase())) i += 1;
  };
  while (i < words.length) {
    const word = words[i] ?? '';
    const lower = word.toLowerCase();
    i += 1;
    if (lower === 'superseding' || lower === 'waiting') {
      cut.clauses.push({ word: 'and', value: lower });
      skip(FILLERS);
    } else if (PREPOSITIONS.has(lower)) {
      if (lower === 'compared') i += 1;
      skip(NOUNS);
      const value = words[i];
      if (value === undefined) return { ...cut, dangling: word };
      i += 1;
      cut.clauses.push({ word: lower === 'compared' ? 'against' : lower, value });
      // `as blue green`: the one strategy that people write as two words.
      if (value.toLowerCase() === 'blue' && words[i]?.toLowerCase() === 'green') {
        i += 1;
        cut.clauses[cut.clauses.length - 1] = { word: lower, value: 'blue-green' };
      }
    } else if (EVERYTHING.has(lower) && !cut.everything && cut.subjects.length === 0) {
      cut.everything = true;
      skip(AFTER_EVERYTHING);
    } else if (!FILLERS.has(lower)) cut.subjects.push(word);
  }
  return cut;
}
