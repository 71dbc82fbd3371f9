// Whether a process loses what it takes, or only fills up after its start. Pure.
import type { Growth } from './policy.ts';
import { theilSen } from './trend.ts';

/** What a process holds at a time (resident memory, open files), and how much work it had done by then (requests served). */
export type GrowthSample = { atMs: number; value: number; work: number };
export type GrowthVerdict = { kind: 'growing' | 'suspicious' | 'steady' | 'unknown'; perSecond: number; grown: number };

/** A leak goes on per piece of work; filling up slows down. Below this share of the early growth it is filling up. */
const STILL_GROWING = 0.4;

/**
 * `growing`: steadily (Theil-Sen bound above zero), fast enough to double within `doublingSeconds`, more than filling up explains, above what the old
 * one needs, and not slowing down. `suspicious`: so far the same, but still within what filling up explains; wait for more.
 */
export function judgeGrowth(samples: readonly GrowthSample[], before: number | null, { fillUp, loss, doublingSeconds }: Growth): GrowthVerdict {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined || samples.length < 5 || last.atMs - first.atMs < 3000) return { kind: 'unknown', perSecond: 0, grown: 0 };
  const recent = samples.slice(-20);
  const trend = theilSen(recent.map((s) => ({ x: s.atMs / 1000, y: s.value })));
  const grown = last.value - first.value;
  const perSecond = Math.round(trend?.slope ?? 0);
  const verdict = (kind: GrowthVerdict['kind']): GrowthVerdict => ({ kind, perSecond, grown });
  if (trend === null || trend.low <= 0 || grown < fillUp) return verdict('steady');
  if (trend.slope * doublingSeconds < first.value || slowsDown(recent)) return verdict('steady');
  const beyondOld = before === null || last.value > 1.2 * before;
  return verdict(grown >= Math.max(loss, first.value / 2) && beyondOld ? 'growing' : 'suspicious');
}

/** Compares the growth per piece of work (per second where there was none) of the later half with that of the earlier half. */
function slowsDown(samples: readonly GrowthSample[]): boolean {
  const middle = Math.floor(samples.length / 2);
  const [early, late] = [samples.slice(0, middle + 1), samples.slice(middle)].map(growthOf);
  if (early === undefined || late === undefined) return false;
  const byWork = early.work > 0 && late.work > 0;
  const [before, after] = byWork ? [early.value / early.work, late.value / late.work] : [early.value / early.ms, late.value / late.ms];
  return after < STILL_GROWING * before;
}

function growthOf(half: readonly GrowthSample[]): { value: number; ms: number; work: number } {
  const [a, b] = [half[0], half.at(-1)];
  if (a === undefined || b === undefined) return { value: 0, ms: 1, work: 0 };
  return { value: b.value - a.value, ms: Math.max(1, b.atMs - a.atMs), work: b.work - a.work };
}
