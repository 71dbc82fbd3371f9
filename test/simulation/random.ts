// One source of randomness per seed: the same seed draws the same numbers, on every machine.

export type Random = {
  /** 0 <= x < 1. */
  next: () => number;
  /** True with probability `p`. */
  chance: (p: number) => boolean;
  /** An integer from `from` to `to`, both included. */
  int: (from: number, to: number) => number;
  between: (from: number, to: number) => number;
  pick: <T>(list: readonly T[]) => T;
};

/** Mulberry32 (Tommy Ettinger, 2017) over a scrambled seed. */
export function randomOf(seed: number): Random {
  let a = Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) >>> 0;
  const next = () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const int = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  return {
    next,
    chance: (p) => p > 0 && next() < p,
    int,
    between: (from, to) => from + next() * (to - from),
    pick: (list) => list[int(0, list.length - 1)] as (typeof list)[number],
  };
}
