// How much the name of a test speaks of what changed. Pure.

const STOP = new Set(
  'test tests spec should when with from that this returns return the and for not src lib index js ts mjs cjs function undefined null'.split(' '),
);

/** `parseQueryString` and `parse_query-string` are the same three words; plurals are dropped. */
export function wordsOf(text: string): Set<string> {
  const parts = text
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/);
  return new Set(parts.map((word) => (word.length > 4 ? word.replace(/(es|s|ed|ing)$/, '') : word)).filter((word) => word.length > 2 && !STOP.has(word)));
}

/** Shared words, the rare ones counting more; 0 to 3. */
export function affinity(tests: readonly string[], topic: ReadonlySet<string>): Map<string, number> {
  const words = new Map(tests.map((test) => [test, wordsOf(test)]));
  const holders = new Map<string, number>();
  for (const own of words.values()) for (const word of own) if (topic.has(word)) holders.set(word, (holders.get(word) ?? 0) + 1);
  const weight = (word: string): number => Math.log((tests.length + 1) / (holders.get(word) ?? tests.length + 1));
  return new Map(
    [...words].map(([test, own]) => {
      let sum = 0;
      for (const word of own) if (topic.has(word)) sum += weight(word);
      return [test, Math.min(3, sum / 1.5)];
    }),
  );
}
