// Drills with and without a model as a table for people. Pure.
import type { Played } from '../play.ts';
import { cell, cellsOf, rowsIn } from '../table.ts';
import type { Asked, Decided } from './decided.ts';

/** One drill played twice: where no model is configured, and where this one is. */
export type Pair = { model: string; without: Played; with: Played };

const HEAD = [
  '| drill | model | without: first cause, verdict, repair | with | asked | what came of it | ms | tokens | decided again without it |',
  '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
];

/** Between the questions of one incident; a reason has words of the model in it, but no markup. */
const BETWEEN = '<br>';
const brief = (came: string): string => came.slice(0, 160).replaceAll('<', '&lt;');

const firstVerdict = ({ decided }: Played): string => decided[0]?.verdict ?? 'no cause looked for';
const resultOf = (p: Played): string => `${p.cause}, ${firstVerdict(p)}, ${p.repairs.join(', ') || 'none'}`;
const askedIn = ({ decided }: Played): Asked[] => decided.flatMap((d) => d.asked ?? []);
const isMoved = ({ sameWithout }: Decided): boolean => !sameWithout;

/** Nothing that was decided with a model comes out otherwise without its answer. */
export const movedNothing = ({ with: played }: Pair): boolean => !played.decided.some(isMoved);

function rowOf({ model, without, with: played }: Pair): string {
  const asked = askedIn(played);
  const each = (of: (one: Asked) => string | number | null): string => asked.map((one) => of(one) ?? 'unknown').join(BETWEEN) || '-';
  const same = resultOf(played) === resultOf(without) ? 'the same' : resultOf(played);
  const again = `${played.decided.filter((d) => d.sameWithout).length} of ${played.decided.length} the same`;
  const cells = [
    without.drill,
    model,
    resultOf(without),
    same,
    asked.length || 'no',
    each((a) => brief(a.came)),
    each((a) => a.ms),
    each((a) => a.tokens),
    again,
  ];
  return `| ${cells.map((text) => cell(String(text))).join(' | ')} |`;
}

/** The table with its sum. `before`: what stood there; rows that were not played now stay. */
export function pairsTable(pairs: readonly Pair[], before = ''): string {
  const rows = new Map(rowsIn(before).map((row) => [keyOf(row), row]));
  for (const row of pairs.map(rowOf)) rows.set(keyOf(row), row);
  const shown = [...rows.values()];
  return [...HEAD, ...shown, '', sumOf(shown)].join('\n');
}

const keyOf = (row: string): string => cellsOf(row).slice(1, 3).join(', ');

function sumOf(rows: readonly string[]): string {
  const cells = rows.map((row) => cellsOf(row).slice(1));
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
  const again = cells.map(
    (row) =>
      /^(\d+) of (\d+)/
        .exec(row[8] ?? '')
        ?.slice(1)
        .map(Number) ?? [0, 0],
  );
  const came = cells.flatMap((row) => (row[4] === 'no' ? [] : (row[5] ?? '').split(BETWEEN)));
  const accepted = came.filter((one) => /^(reads for|finds nothing)/.test(one)).length;
  const refused = Map.groupBy(
    came.filter((one) => !/^(reads for|finds nothing)/.test(one)),
    (one) => one.split(':')[0] ?? one,
  );
  const reasons = [...refused].map(([reason, all]) => `${reason} ${all.length}`).join(', ');
  return [
    `${rows.length} times with and without: ${cells.filter((row) => row[3] === 'the same').length} with the same first cause, verdict and repair.`,
    `Of ${sum(again.map(([, all = 0]) => all))} decisions on a cause with a model there, ${sum(again.map(([same = 0]) => same))} come out the same from their recorded facts without its answer.`,
    `Asked ${came.length} times: ${accepted} accepted, ${came.length - accepted} refused${reasons === '' ? '' : ` (${reasons})`}.`,
  ].join(' ');
}
