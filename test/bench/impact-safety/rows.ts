// What was measured, by kind of dependency, and its table. Pure.
import type { Kind } from '../../../packages/cli/src/audit/suspect.ts';

/** Ways to choose tests: by the detectors, by them and history, by package, by history alone. */
const WAYS = ['impact', 'withHistory', 'packages', 'history'] as const;
type Way = (typeof WAYS)[number];
/** `share` is a sum over the mistakes; `hit` of `chosen` are of mistakes that a test noticed; `by`: which detector found how many. */
type Sums = {
  mutants: number;
  failing: number;
  chosen: number;
  hit: number;
  found: Record<Way, number>;
  share: Record<Way, number>;
  by: Partial<Record<Kind, number>>;
};
export type Row = Sums & { kind: Kind };
export type Measured = { house: string; tests: number; rows: Row[] };

const none = (): Record<Way, number> => ({ impact: 0, withHistory: 0, packages: 0, history: 0 });
const nothing = (): Sums => ({ mutants: 0, failing: 0, chosen: 0, hit: 0, found: none(), share: none(), by: {} });

/** One mistake: the tests that fail with it, what each way chose of `tests`, and by what detector the first way did. */
export function rowOf(kind: Kind, tests: number, failing: readonly string[], chosen: ReadonlyMap<string, Kind>, ways: Record<Way, ReadonlySet<string>>): Row {
  const row = { ...nothing(), kind, mutants: 1, failing: failing.length };
  for (const way of WAYS) {
    row.found[way] = failing.filter((test) => ways[way].has(test)).length;
    row.share[way] = ways[way].size / tests;
  }
  // Where nothing failed, what was chosen says nothing about precision: the mistake may be none.
  if (failing.length > 0) [row.chosen, row.hit] = [chosen.size, row.found.impact];
  for (const by of failing.flatMap((test) => chosen.get(test) ?? [])) row.by[by] = (row.by[by] ?? 0) + 1;
  return row;
}

function sumOf(rows: readonly Sums[]): Sums {
  const sum = nothing();
  for (const row of rows) {
    for (const key of ['mutants', 'failing', 'chosen', 'hit'] as const) sum[key] += row[key];
    for (const way of WAYS) [sum.found[way], sum.share[way]] = [sum.found[way] + row.found[way], sum.share[way] + row.share[way]];
    for (const [kind, tests] of Object.entries(row.by) as [Kind, number][]) sum.by[kind] = (sum.by[kind] ?? 0) + tests;
  }
  return sum;
}

const percent = (part: number, of: number): string => (of === 0 ? '-' : `${((100 * part) / of).toFixed(1)} %`);

function line(name: string, { mutants, failing, chosen, hit, found, share, by }: Sums): string {
  const way = (one: Way): string => `${percent(found[one], failing)} / ${percent(share[one], mutants)}`;
  const finders = Object.entries(by)
    .toSorted(([, a], [, b]) => b - a)
    .map(([kind, tests]) => `${kind} ${tests}`);
  return `| ${[name, mutants, failing, percent(found.impact, failing), percent(hit, chosen), percent(share.impact, mutants), way('withHistory'), way('packages'), way('history'), finders.join(', ')].join(' | ')} |`;
}

export function tableOf(measured: readonly Measured[]): string {
  const every = measured.flatMap(({ rows }) => rows);
  const kinds = [...Map.groupBy(every, (row) => row.kind)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const houses = [...Map.groupBy(measured, (one) => one.house)];
  return [
    '| kind | mistakes | failing tests | recall | precision | share chosen | with history: recall / share | package level: recall / share | history alone: recall / share | found by |',
    '|---|---:|---:|---:|---:|---:|---:|---:|---:|---|',
    ...kinds.map(([kind, rows]) => line(kind, sumOf(rows))),
    ...houses.map(([house, parts]) =>
      line(`**${house}**, ${[...new Set(parts.map((one) => one.tests))].join(', ')} test files`, sumOf(parts.flatMap(({ rows }) => rows))),
    ),
    line('**all**', sumOf(every)),
  ].join('\n');
}
