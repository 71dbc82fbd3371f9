// What other tests tell of a test: the last verdicts of those beside it by name. Pure.
import type { Memory, TestMemory } from './memory.ts';

/** How many tests on either side of a name are asked, and how fast their word fades with distance and with cycles. */
const REACH = 12;
const DISTANCE_FADE = 0.8;
const AGE_FADE = 0.85;

/** Weighted failures of weighted runs. */
export type Said = { failed: number; runs: number };

/** Names in the order of people: `case9` before `case10`; no two names share a key. */
export const sortKey = (test: string): string => test.replaceAll(/\d+/g, (digits) => digits.padStart(15, '0')) + `\0${test}`;

/** The last verdicts of the tests beside this one: lately, and after its own last run. */
export function besides(memory: Memory, m: TestMemory): { lately: Said; since: Said } {
  const { byName } = memory;
  const [lately, since]: [Said, Said] = [
    { failed: 0, runs: 0 },
    { failed: 0, runs: 0 },
  ];
  const at = placeOf(byName, m.sortKey);
  const there = byName[at]?.sortKey === m.sortKey ? 1 : 0;
  for (const direction of [-1, 1]) {
    let near = 1;
    for (let step = 0; step < REACH; step += 1) {
      const other = byName[direction < 0 ? at - 1 - step : at + there + step];
      if (!other) break;
      near *= DISTANCE_FADE;
      const weight = near * AGE_FADE ** (memory.cycles - 1 - other.lastCycle);
      add(lately, other, weight);
      if (m.runs > 0 && other.lastCycle > m.lastCycle) add(since, other, near);
    }
  }
  return { lately, since };
}

function add(said: Said, { pattern }: TestMemory, weight: number): void {
  said.runs += weight;
  if ((pattern & 1) === 1) said.failed += weight;
}

/** Where a key is, or would be. */
export function placeOf(sorted: readonly { sortKey: string }[], key: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.sortKey ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
