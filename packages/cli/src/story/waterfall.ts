// A span tree drawn for a terminal: names as a tree, durations, bars on one time axis. Pure.
import { cut, padEnd, padStart, widthOf } from '../output/columns.ts';
import { duration } from '../output/quantities.ts';
import type { Style } from '../output/style.ts';
import type { Span } from './spans.ts';

type Row = { label: string; span: Span };
const MIN_BAR = 20;
const MAX_LABEL = 64;
/** Width of the duration and the gaps. */
const BESIDES = 15;
const SHOWN_LOOKS = 2;

/** Every line fits in `columns`. */
export function waterfall(root: Span, style: Style, columns: number): string[] {
  const rows = rowsOf(root, '', '');
  const total = Math.max(1, root.end - root.start);
  const widest = Math.max(...rows.map((r) => widthOf(r.label)));
  const labelWidth = Math.min(widest, MAX_LABEL, Math.max(24, columns - MIN_BAR - BESIDES));
  const barWidth = Math.max(MIN_BAR, Math.min(60, columns - labelWidth - BESIDES));
  return rows.map(({ label, span }) => {
    const from = Math.min(barWidth - 1, Math.floor(((span.start - root.start) / total) * barWidth));
    const length = Math.max(1, Math.min(barWidth - from, Math.round(((span.end - span.start) / total) * barWidth)));
    const bar = span.end === span.start ? '▏' : (span.status === 'running' ? '░' : '█').repeat(length);
    const colour = span.status === 'error' ? 'red' : span.status === 'running' ? 'yellow' : span.name.startsWith('execute_tool') ? 'blue' : 'green';
    return `${padEnd(cut(label, labelWidth), labelWidth)}  ${style('dim', padStart(duration(span.end - span.start), 11))}  ${' '.repeat(from)}${style(colour, bar)}`;
  });
}

function rowsOf(span: Span, lead: string, below: string): Row[] {
  const mark = span.status === 'error' ? ' ✗' : '';
  const label = `${lead}${span.name}${span.detail ? `  ${span.detail}` : ''}${mark}`;
  const children = fewerLooks(span.children);
  return [
    { label, span },
    ...children.flatMap((child, i) => (i === children.length - 1 ? rowsOf(child, `${below}└─ `, `${below}   `) : rowsOf(child, `${below}├─ `, `${below}│  `))),
  ];
}

/** A watch looks many times: the first and the last looks are drawn, those between become one row. */
function fewerLooks(children: readonly Span[]): readonly Span[] {
  const looks = children.filter((c) => c.name.startsWith('look '));
  if (looks.length <= SHOWN_LOOKS + 2) return children;
  const between = looks.slice(1, 1 - SHOWN_LOOKS);
  const [first, last] = [between[0], between.at(-1)];
  if (!first || !last) return children;
  const row: Span = { name: `${between.length} more looks`, detail: '', start: first.start, end: last.end, status: 'ok', children: [] };
  return [...looks.slice(0, 1), row, ...looks.slice(1 - SHOWN_LOOKS)];
}
