// Reasons why a metric cannot be judged, or cannot pass, whatever its values say. Pure.
import type { Reason, Side } from './answer.ts';
import type { Policy } from './policy.ts';
import type { Kind, Row } from './row.ts';
import { stepOf, type Strata } from './strata.ts';

export type Doubt = { reason: Reason; text: string };
export type Span = { from: number; to: number };
/** Rows of both sides of one metric, and the time in which either file has any row at all. */
export type Pair = { baseline: readonly Row[]; canary: readonly Row[]; span: Span };

export const spanOf = (rows: readonly Row[]): Span => ({ from: rows[0]?.t ?? Number.NaN, to: rows.at(-1)?.t ?? Number.NaN });

const valueMedian = (rows: readonly Row[]): number => {
  const values = rows.map((r) => Math.abs(r.value)).sort((a, b) => a - b);
  return values[Math.floor(values.length / 2)] ?? 0;
};

const quote = (values: Iterable<string>): string => [...values].join(' and ');

/** Nothing can be compared. */
export function obstacle({ baseline, canary }: Pair): Doubt | null {
  if (canary.length === 0) return { reason: 'only-in-baseline', text: 'the canary has no rows of it: not sent, or under another name' };
  if (baseline.length === 0) return { reason: 'only-in-canary', text: 'the baseline has no rows of it: there is nothing to compare with, or the name differs' };
  const kinds = new Set([...baseline, ...canary].map((r) => r.kind));
  if (kinds.size > 1) return { reason: 'mixed-kinds', text: `rows are of kind ${quote(kinds)}` };
  const directions = new Set([...baseline, ...canary].flatMap((r) => (r.worse === undefined ? [] : [r.worse])));
  if (directions.size > 1) return { reason: 'mixed-directions', text: `rows say that worse is ${quote(directions)}; a policy can settle it` };
  return mixedUnits(baseline, canary);
}

/** Factors between units that people mix up: seconds and milliseconds, shares and per cent, bytes and KiB. */
const UNIT_FACTORS: Partial<Record<Kind, readonly number[]>> = { rate: [100], latency: [1000, 1_000_000], gauge: [1000, 1024, 1_048_576] };

function mixedUnits(baseline: readonly Row[], canary: readonly Row[]): Doubt | null {
  const bare = ([baseline, canary] as const).map(isWithoutN);
  if (bare[0] !== bare[1] && [...baseline, ...canary].some((r) => r.n > 1))
    return { reason: 'mixed-units', text: `rates of the ${bare[0] ? 'baseline' : 'canary'} have no n, those of the other side have: shares of how many?` };
  const named = new Set([...baseline, ...canary].map((r) => String(r.labels?.['unit'] ?? '')));
  if (named.size > 1) return { reason: 'mixed-units', text: `label unit is ${quote([...named].map((u) => JSON.stringify(u)))}` };
  // Both sides name the same unit: there is nothing to guess, and a hundred times the errors are just that.
  if (!named.has('')) return null;
  const kind = baseline[0]?.kind ?? 'gauge';
  if (kind === 'rate' && isShare(baseline) && isShare(canary)) return null;
  const [b, c] = [valueMedian(baseline), valueMedian(canary)];
  const over = (rows: readonly Row[]): number => rows.filter((r) => r.value > 1).length / rows.length;
  if (kind === 'rate' && over(baseline) !== over(canary) && Math.min(over(baseline), over(canary)) === 0)
    return { reason: 'mixed-units', text: `one side has rates up to 1, the other beyond it (median ${c} against ${b}): shares and per cent?` };
  for (const factor of UNIT_FACTORS[kind] ?? []) {
    const ratio = Math.max(b, c) / Math.max(Number.MIN_VALUE, Math.min(b, c));
    if (Math.min(b, c) > 0 && Math.abs(ratio / factor - 1) < 0.25)
      return { reason: 'mixed-units', text: `median ${c} against ${b}: about ${factor} times, as if one side had another unit` };
    const split = [baseline, canary].find((rows) => hasTwoScales(rows, factor));
    if (split !== undefined) return { reason: 'mixed-units', text: `rows of one side lie about ${factor} times apart in two groups, as if they had two units` };
  }
  return null;
}

/** A share of one sample is 0 or 1: who writes another wrote no n. */
const isWithoutN = (rows: readonly Row[]): boolean =>
  rows.some((r) => r.kind === 'rate' && r.value > 0 && r.value < 1) && rows.every((r) => r.kind === 'rate' && r.n === 1);

/**
 * Rates that scatter as shares of n do are shares, also where they are a hundred times those of the other side: all requests of a canary may fail. Per
 * cents that lie below 1 scatter ten times as much as a share of that size would.
 */
function isShare(rows: readonly Row[]): boolean {
  if (rows.some((r) => r.value > 1)) return false;
  const n = rows.reduce((sum, r) => sum + r.n, 0);
  const share = rows.reduce((sum, r) => sum + r.n * r.value, 0) / n;
  const variance = rows.reduce((sum, r) => sum + r.n * (r.value - share) ** 2, 0) / rows.length;
  return share === 1 || variance < 10 * share * (1 - share) || share < 0.01;
}

/** Two groups of values, each of at least a fiftieth of the rows and three of them, with nothing between them. */
function hasTwoScales(rows: readonly Row[], factor: number): boolean {
  if (factor < 1000 || rows.length < 10) return false;
  const values = rows.map((r) => Math.abs(r.value)).filter((x) => x > 0);
  const logs = values.map((x) => Math.log(x)).sort((a, b) => a - b);
  const widest = logs.slice(1).reduce((best, x, i) => (x - (logs[i] ?? x) > best.gap ? { gap: x - (logs[i] ?? x), at: i + 1 } : best), { gap: 0, at: 0 });
  const [low, high] = [logs.slice(0, widest.at), logs.slice(widest.at)];
  const middle = (list: number[]): number => list[Math.floor(list.length / 2)] ?? 0;
  const few = Math.max(3, rows.length / 50);
  return widest.gap > Math.log(factor) / 2 && low.length >= few && high.length >= few && Math.abs(middle(high) - middle(low) - Math.log(factor)) < 0.25;
}

/** Both were not there at the same time, or their clocks differ. */
export function notConcurrent({ baseline, canary }: Pair, { strata, unmatched }: Strata): Doubt | null {
  const [b, c] = [spanOf(baseline), spanOf(canary)];
  const told = `baseline ${b.from} to ${b.to} s, canary ${c.from} to ${c.to} s`;
  const scale = c.from / b.from;
  if ((scale > 500 && scale < 2000) || (scale > 1 / 2000 && scale < 1 / 500 && b.from > 1e6))
    return { reason: 'clock-skew', text: `${told}: one clock counts milliseconds?` };
  if (strata.length === 0) return { reason: 'not-concurrent', text: `${told}: they have no time in common` };
  const step = Math.max(stepOf(baseline), stepOf(canary));
  const [head, foot] = [c.from - b.from, c.to - b.to];
  const length = Math.max(b.to - b.from, c.to - c.from);
  const shifted = Math.sign(head) === Math.sign(foot) && Math.abs(head - foot) <= Math.max(2 * step, 0.2 * Math.abs(head));
  if (shifted && Math.min(Math.abs(head), Math.abs(foot)) > Math.max(5 * step, 0.05 * length))
    return { reason: 'clock-skew', text: `${told}: as long, but ${Number(head.toPrecision(4))} s apart` };
  const matched = 1 - Math.min(unmatched.canary / canary.length, unmatched.baseline / baseline.length);
  return matched < 0.5 ? { reason: 'not-concurrent', text: `${told}: most rows have none of the other side at their time` } : null;
}

/** It can still fail, but not pass. */
export function reservation(pair: Pair, sides: readonly Side[], unusable: Record<Side, number>, policy: Policy): Doubt | null {
  const { span } = pair;
  for (const side of sides) {
    const rows = pair[side];
    const share = unusable[side] / (unusable[side] + rows.length);
    if (share > policy.unusableShare)
      return { reason: 'unusable-rows', text: `${unusable[side]} of ${unusable[side] + rows.length} rows of the ${side} cannot be used (NaN and the like)` };
    const silent = span.to - spanOf(rows).to;
    if (silent > Math.max(2.5 * stepOf(rows), policy.staleShare * (span.to - span.from)))
      return { reason: 'stale-metric', text: `the last row of the ${side} is ${Number(silent.toPrecision(4))} s older than the newest of all` };
    const gap = gapOf(rows, pair[side === 'baseline' ? 'canary' : 'baseline'], policy.staleShare);
    if (gap !== null) return { reason: 'stale-metric', text: `the ${side} has a gap of ${Number(gap.toPrecision(4))} s` };
  }
  return frozen(pair) ?? sameRows(pair);
}

/**
 * Longest time without rows, where it is no chance and counts: longer than gaps of as many rows at random times become, a part of the whole that
 * matters, and the other side had rows meanwhile. A gap of both hides nothing from the comparison; one of a quarter of the time leaves too little.
 */
function gapOf(rows: readonly Row[], others: readonly Row[], staleShare: number): number | null {
  const { from, to } = spanOf(rows);
  const at = rows.reduce(
    (widest, row, i) => (row.t - (rows[i - 1]?.t ?? row.t) > widest.gap ? { gap: row.t - (rows[i - 1]?.t ?? row.t), to: row.t } : widest),
    { gap: 0, to: 0 },
  );
  const byChance = ((to - from) / Math.max(1, rows.length - 1)) * (Math.log(rows.length) + 5);
  const isOneSided = others.filter((r) => r.t > at.to - at.gap && r.t < at.to).length > 2;
  return rows.length > 10 && at.gap > Math.max(byChance, (isOneSided ? staleShare : 0.25) * (to - from)) ? at.gap : null;
}

/** A canary that moved and then shows one value to the end, while the baseline still moves: the last one repeated by its source. */
function frozen({ baseline, canary }: Pair): Doubt | null {
  const last = canary.at(-1);
  if (last === undefined || (last.kind !== 'gauge' && last.kind !== 'latency')) return null;
  const from = canary.findLastIndex((r) => r.value !== last.value) + 1;
  const still = canary.slice(from);
  const since = still[0]?.t ?? last.t;
  const movesBeside = new Set(baseline.filter((r) => r.t >= since).map((r) => r.value)).size;
  const moved = new Set(canary.slice(0, from).map((r) => r.value)).size;
  if (from === 0 || still.length < Math.max(10, canary.length / 10) || movesBeside < still.length / 2 || moved < from / 2) return null;
  return { reason: 'frozen-metric', text: `the canary has shown ${last.value} ${still.length} times in a row to the end, while the baseline moves` };
}

/** So many different values that agree on both sides at every time are no chance. */
const NO_CHANCE = 5;

/** Both sides were read from one source: the query does not tell the revisions apart, and a copy of the baseline says nothing of the canary. */
function sameRows({ baseline, canary }: Pair): Doubt | null {
  const shown = ({ t, value, n }: Row): string => `${t} ${value} ${n}`;
  const isSame = baseline.length === canary.length && canary.every((row, i) => shown(row) === shown(baseline[i] ?? row));
  if (!isSame || new Set(canary.map(({ value, n }) => `${value} ${n}`)).size < NO_CHANCE) return null;
  return { reason: 'same-rows', text: `all ${canary.length} rows are the same on both sides: one source for both, or one file given twice?` };
}
