// Counters and counts to events per exposure. Pure.
import type { Row } from './row.ts';
import { labelKey, stepOf } from './strata.ts';

/** A total that rises becomes what it rose by; where it fell, the process had restarted and counts from zero. */
export function risesOf(rows: readonly Row[]): { rows: Row[]; resets: number } {
  const last = new Map<string, Row>();
  const rises: Row[] = [];
  let resets = 0;
  for (const row of rows) {
    const key = labelKey(row, Object.keys(row.labels ?? {}).sort());
    const before = last.get(key);
    last.set(key, row);
    if (before === undefined || row.t <= before.t) continue;
    const reset = row.value < before.value;
    if (reset) resets += 1;
    rises.push({ ...row, value: reset ? row.value : row.value - before.value, n: row.t - before.t });
  }
  return { rows: rises, resets };
}

/** Sides that are read so much more often than each other have intervals of unlike length; less is jitter. */
const UNLIKE = 1.5;

/**
 * Exposure of each row: its n where rows have different ones, else one interval. That is the baseline's: where the canary is read half as
 * often, twice the events in twice the time are no rise. n that equals the value everywhere says nothing but the value again.
 */
export function withExposure(baseline: readonly Row[], canary: readonly Row[]): { baseline: Row[]; canary: Row[]; by: 'n' | 'interval' } {
  const all = [...baseline, ...canary];
  const useful = all.some((r) => r.n > 1) && all.some((r) => r.n !== r.value);
  if (useful) return { baseline: [...baseline], canary: [...canary], by: 'n' };
  const each = (rows: readonly Row[], n: number): Row[] => rows.map((r) => ({ ...r, n }));
  const [b, c] = [stepOf(baseline), stepOf(canary)];
  const alike = Math.min(b, c) === 0 || Math.max(b, c) < UNLIKE * Math.min(b, c);
  return { baseline: each(baseline, 1), canary: each(canary, alike ? 1 : c / b), by: 'interval' };
}
