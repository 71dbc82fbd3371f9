// The impact report for people at a terminal. Pure.
import { chainLine, type ImpactReport } from '@awo/contracts';
import { cut, table } from '../output/columns.ts';
import { short } from '../output/quantities.ts';
import type { Style } from '../output/style.ts';
import { percentOf, worstFirst } from './chain.ts';
import { hintLines } from './hint-lines.ts';

const SHOWN = 20;

export function impactLines(report: ImpactReport, style: Style, wide: boolean): string[] {
  const { base, head, files, units, tests, skipped, strategy, fallback, dead, graph } = report;
  const room = wide ? Number.POSITIVE_INFINITY : 100;
  const shown = wide ? tests : tests.slice(0, SHOWN);
  return [
    `${style('bold', `${base === null ? 'nothing' : short(base)} → ${short(head)}`)}  ${files.length} files changed, ${units.length} units, ${tests.length} tests can see it, ${skipped.tests} left out`,
    `${style('bold', 'strategy')}  ${strategy.kind}: ${strategy.because}`,
    ...(fallback ? [`${style('yellow', 'not sure')}  ${fallback.because}`] : []),
    ...hintLines(report).map(({ head: what, text }) => `${style('yellow', what)}  ${cut(text, room)}`),
    ...dead.map((rule) => `${style('yellow', 'dead correction')}  awo.yaml impact.${rule} changes nothing`),
    ...(units.length > 0
      ? [
          '',
          ...table(
            [{ head: 'UNIT' }, { head: 'CHANGE' }, { head: 'RISK' }, { head: 'CHAIN' }],
            worstFirst(units).map((unit) => [unit.id, unit.change, unit.risk, cut(chainLine(unit.reasons), room)]),
          ),
        ]
      : []),
    ...(shown.length > 0
      ? [
          '',
          ...table(
            [{ head: 'TEST' }, { head: 'SURE', align: 'right' }, { head: 'CHAIN' }],
            shown.map((test) => [test.file, percentOf(test.probability), cut(chainLine(test.reasons), room)]),
          ),
        ]
      : []),
    ...(tests.length > shown.length ? [style('dim', `… and ${tests.length - shown.length} more: -o wide`)] : []),
    ...(skipped.because.length > 0 ? ['', ...skipped.because.map((because) => style('dim', because))] : []),
    '',
    style('dim', `${graph.files} files, ${graph.edges} imports, ${graph.parsed} parsed now, ${graph.ms} ms`),
  ];
}
