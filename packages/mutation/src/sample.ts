// A share of many mutants, the same for the same seed. Pure.
import type { Mutant } from './mutants.ts';

/** 32 bits from a seed and a counter (Mulberry32, T. Ettinger 2017), as a number from 0 to below 1. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** By file and kind of mistake in turn: otherwise most would be what is most common in the largest file. */
export function sampleMutants(mutants: readonly Mutant[], count: number, seed: number): Mutant[] {
  const random = randomFrom(seed);
  const shuffled = <T>(list: readonly T[]): T[] =>
    list
      .map((one) => ({ one, at: random() }))
      .toSorted((a, b) => a.at - b.at)
      .map(({ one }) => one);
  const files = shuffled([...Map.groupBy(mutants, ({ file }) => file).values()]).map((own) =>
    shuffled([...Map.groupBy(own, ({ operator }) => operator).values()]).map((kind) => shuffled(kind)),
  );
  const chosen: Mutant[] = [];
  for (let round = 0; chosen.length < count && files.some((kinds) => kinds.some((kind) => kind.length > 0)); round += 1)
    for (const kinds of files) {
      const left = kinds.filter((kind) => kind.length > 0);
      const next = left[round % Math.max(1, left.length)]?.pop();
      if (next && chosen.length < count) chosen.push(next);
    }
  return chosen;
}
