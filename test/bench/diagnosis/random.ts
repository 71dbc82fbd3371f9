// Repeatable randomness for generated cases: one seed, one case. Pure.

export type Random = {
  next(): number;
  int(low: number, high: number): number;
  pick<T>(from: readonly T[]): T;
  chance(p: number): boolean;
  shuffle<T>(from: readonly T[]): T[];
  normal(): number;
  word(length: number, letters?: string): string;
};

/** mulberry32 (Tommy Ettinger, 2017). */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const int = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  const pick = <T>(from: readonly T[]): T => {
    const found = from[int(0, from.length - 1)];
    if (found === undefined) throw new Error('Expected at least one to pick from.');
    return found;
  };
  return {
    next,
    int,
    pick,
    chance: (p) => next() < p,
    shuffle: (from) => {
      const all = [...from];
      for (let i = all.length - 1; i > 0; i -= 1) {
        const j = int(0, i);
        const [a, b] = [all[i], all[j]];
        if (a !== undefined && b !== undefined) [all[i], all[j]] = [b, a];
      }
      return all;
    },
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    word: (length, letters = 'bcdfghjklmnpqrstvwxz2456789') => Array.from({ length }, () => letters[int(0, letters.length - 1)]).join(''),
  };
}
