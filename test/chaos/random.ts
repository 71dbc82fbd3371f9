// Random numbers by seed (mulberry32, Tommy Ettinger 2017). Pure but for the state it keeps.

export type Random = {
  /** From 0 up to but without 1. */
  next: () => number;
  /** A whole number from `min` to `max`. */
  between: (min: number, max: number) => number;
  pick: <T>(items: readonly T[]) => T;
};

export function randomBy(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (min: number, max: number) => min + Math.floor(next() * (max - min + 1));
  const pick = <T>(items: readonly T[]): T => {
    const item = items[between(0, items.length - 1)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  };
  return { next, between, pick };
}
