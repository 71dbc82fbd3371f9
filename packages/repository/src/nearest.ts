// Which known words are nearest to one that is not known. Pure.

/** Edit distance with transpositions (optimal string alignment; Damerau 1964). */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    [before, previous] = [previous, row];
  }
  return previous[b.length] ?? 0;
}

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
