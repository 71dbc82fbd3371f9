// Pairs the rows of both sides by time, so that what both go through at once is no difference between them. Pure.
import type { Row } from './row.ts';

/** Rows of both sides of one stretch of time, with the same values of all labels that both sides share; neither is empty. */
export type Stratum = { t: number; baseline: Row[]; canary: Row[]; labels: string };
export type Strata = { strata: Stratum[]; unmatched: { baseline: number; canary: number } };

/** One side may wait for the other for so many stretches; beyond that they did not happen at the same time. */
const PATIENCE = 4;

/** Median time between neighbouring rows; 0 for fewer than two times. */
export function stepOf(rows: readonly Row[]): number {
  const times = [...new Set(rows.map((r) => r.t))].sort((a, b) => a - b);
  const gaps = times.slice(1).map((t, i) => t - (times[i] ?? t));
  gaps.sort((a, b) => a - b);
  return gaps[Math.floor(gaps.length / 2)] ?? 0;
}

/** Label names whose values both sides share: a route is, the name of a pod or a version is not. */
function sharedLabels(baseline: readonly Row[], canary: readonly Row[]): string[] {
  const valuesOf = (rows: readonly Row[]) => {
    const values = new Map<string, Set<string>>();
    for (const row of rows)
      for (const [name, value] of Object.entries(row.labels ?? {})) values.set(name, (values.get(name) ?? new Set<string>()).add(String(value)));
    return values;
  };
  const [b, c] = [valuesOf(baseline), valuesOf(canary)];
  return [...b].flatMap(([name, values]) => {
    const others = c.get(name);
    return others !== undefined && others.size === values.size && [...values].every((v) => others.has(v)) ? [name] : [];
  });
}

export const labelKey = (row: Row, names: readonly string[]): string => names.map((name) => `${name}=${String(row.labels?.[name])}`).join(',');

/** In the order of time. Built from times and labels only, never from values: otherwise the evidence would not be fair. */
export function stratify(baseline: readonly Row[], canary: readonly Row[]): Strata {
  const names = sharedLabels(baseline, canary);
  const groups = new Map<string, { baseline: Row[]; canary: Row[] }>();
  const put = (side: 'baseline' | 'canary', row: Row) => {
    const key = labelKey(row, names);
    const group = groups.get(key) ?? { baseline: [], canary: [] };
    groups.set(key, group);
    group[side].push(row);
  };
  for (const row of baseline) put('baseline', row);
  for (const row of canary) put('canary', row);
  const strata: Stratum[] = [];
  const unmatched = { baseline: 0, canary: 0 };
  for (const [labels, group] of groups) {
    const found = pairInTime(group.baseline, group.canary);
    for (const stratum of found.strata) strata.push({ ...stratum, labels });
    unmatched.baseline += found.unmatched.baseline;
    unmatched.canary += found.unmatched.canary;
  }
  strata.sort((a, b) => a.t - b.t);
  return { strata, unmatched };
}

/** Both sides were read at the same instants, each once: then these are the stretches, however long each of them is. */
const isInStep = (baseline: readonly Row[], canary: readonly Row[]): boolean =>
  baseline.length === canary.length && canary.every((row, i) => row.t === baseline[i]?.t && row.t !== canary[i + 1]?.t);

type Paired = { strata: Omit<Stratum, 'labels'>[]; unmatched: Strata['unmatched'] };

function pairInTime(baseline: readonly Row[], canary: readonly Row[]): Paired {
  if (isInStep(baseline, canary))
    return { strata: canary.map((row, i) => ({ t: row.t, baseline: baseline.slice(i, i + 1), canary: [row] })), unmatched: { baseline: 0, canary: 0 } };
  const width = Math.max(stepOf(baseline), stepOf(canary)) || 1;
  const start = Math.min(baseline[0]?.t ?? Infinity, canary[0]?.t ?? Infinity);
  const binOf = (row: Row): number => Math.floor((row.t - start) / width + 1e-6);
  const strata: Paired['strata'] = [];
  const unmatched = { baseline: 0, canary: 0 };
  let pending: Paired['strata'][number] = { t: start, baseline: [], canary: [] };
  let [i, j] = [0, 0];
  while (i < baseline.length || j < canary.length) {
    const [b, c] = [baseline[i], canary[j]];
    const bin = Math.min(b === undefined ? Infinity : binOf(b), c === undefined ? Infinity : binOf(c));
    const takeOf = (rows: readonly Row[], from: number): Row[] => {
      let to = from;
      for (let row = rows[to]; row !== undefined && binOf(row) === bin; row = rows[to]) to += 1;
      return rows.slice(from, to);
    };
    const recent = (row: Row): boolean => bin - binOf(row) <= PATIENCE;
    const kept = { baseline: pending.baseline.filter(recent), canary: pending.canary.filter(recent) };
    unmatched.baseline += pending.baseline.length - kept.baseline.length;
    unmatched.canary += pending.canary.length - kept.canary.length;
    const [fromB, fromC] = [takeOf(baseline, i), takeOf(canary, j)];
    i += fromB.length;
    j += fromC.length;
    pending = { t: (fromB[0] ?? fromC[0])?.t ?? start, baseline: [...kept.baseline, ...fromB], canary: [...kept.canary, ...fromC] };
    if (pending.baseline.length === 0 || pending.canary.length === 0) continue;
    strata.push(pending);
    pending = { t: start, baseline: [], canary: [] };
  }
  unmatched.baseline += pending.baseline.length;
  unmatched.canary += pending.canary.length;
  return { strata, unmatched };
}

/** One row of one side beside those of the other: under "no difference" each of them is as likely the odd one. */
export type MatchedSet = { t: number; single: Row; others: Row[]; singleIs: 'baseline' | 'canary' };

/** Deals the rows of the larger side out among those of the smaller one. */
export function matchedSets(strata: readonly Stratum[]): MatchedSet[] {
  return strata.flatMap(({ t, baseline, canary }) => {
    const singleIs = canary.length <= baseline.length ? 'canary' : 'baseline';
    const [few, many] = singleIs === 'canary' ? [canary, baseline] : [baseline, canary];
    const sets = few.map((single): MatchedSet => ({ t, single, others: [], singleIs }));
    for (const [i, row] of many.entries()) sets[i % sets.length]?.others.push(row);
    return sets;
  });
}
