// Rules beside the tests: what grows without end, and what must not happen at all. They know no chance, and take no part in alpha. Pure.
import type { Ruling } from './answer.ts';
import { risesOf } from './counts.ts';
import { type GrowthSample, judgeGrowth } from './growth.ts';
import type { Growth } from './policy.ts';
import type { Row } from './row.ts';

type Sides = { baseline: readonly Row[]; canary: readonly Row[] };

const shown = (x: number): string => (Math.abs(x) >= 1e6 ? `${Number((x / 1e6).toPrecision(3))} million` : String(Number(x.toPrecision(3))));
/** Growth of both within this factor is the same growth. */
const ALIKE = 1.5;

function samplesOf(rows: readonly Row[]): GrowthSample[] {
  let work = 0;
  return rows.map((r) => ({ atMs: r.t * 1000, value: r.value, work: (work += r.n) }));
}

const highest = (rows: readonly Row[]): number | null => (rows.length === 0 ? null : Math.max(...rows.map((r) => r.value)));

/** A row's n is what the process had to do since the row before: growth that follows the work is told from filling up by it. */
export function ruleOnGrowth({ baseline, canary }: Sides, growth: Growth): Ruling {
  if (canary.length === 0) return { verdict: 'inconclusive', reason: 'only-in-baseline', text: 'the canary has no rows of it' };
  const { kind, perSecond, grown } = judgeGrowth(samplesOf(canary), highest(baseline), growth);
  const told = `${shown(grown)} more than at first, ${shown(perSecond)} per second`;
  if (kind === 'growing' || kind === 'suspicious') {
    // A baseline of one row is a level. One of several belongs to a process as well: where that grows alike, it is not the change that makes them grow.
    const beside = judgeGrowth(samplesOf(baseline), null, growth);
    if ((beside.kind === 'growing' || beside.kind === 'suspicious') && ALIKE * beside.grown >= grown)
      return { verdict: 'pass', reason: 'grows-on-both', text: `${told}; ${shown(beside.grown)} on the baseline, which grows alike` };
  }
  if (kind === 'growing') return { verdict: 'fail', reason: 'growing', text: `${told}, and it does not slow down` };
  if (kind === 'suspicious') return { verdict: 'inconclusive', reason: 'may-be-growing', text: `${told}; whether it stops is not seen yet` };
  if (kind === 'unknown') return { verdict: 'inconclusive', reason: 'too-few-points', text: `${canary.length} rows over too short a time show no trend` };
  return { verdict: 'pass', reason: 'steady', text: told };
}

export function ruleOnNever({ baseline, canary }: Sides): Ruling {
  if (canary.length === 0) return { verdict: 'inconclusive', reason: 'only-in-baseline', text: 'the canary has no rows of it' };
  const [before, after] = [baseline, canary].map((rows) => risesOf(rows).rows.reduce((sum, r) => sum + r.value, 0)) as [number, number];
  if (after === 0) return { verdict: 'pass', reason: 'never-happened', text: 'none on the canary' };
  // Where it happens to both, something else is wrong with both.
  if (before > 0) return { verdict: 'pass', reason: 'happened-on-both', text: `${after} on the canary, ${before} on the baseline` };
  return { verdict: 'fail', reason: 'happened', text: `${after} on the canary, none on the baseline` };
}
