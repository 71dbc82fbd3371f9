// The graph of a change as SVG: changed files, what they reach, units, in columns by distance. Pure.
import type { ImpactReport } from '@awo/contracts';

type Node = { label: string; column: number; row: number; title: string };
const WIDTH = 250;
const HEIGHT = 30;
const MAX_NODES = 120;

export function impactGraph({ units }: ImpactReport): string {
  const nodes = new Map<string, Node>();
  const rows: number[] = [];
  const edges = new Set<string>();
  const place = (label: string, column: number, title: string): boolean => {
    const known = nodes.get(label);
    if (known) return true;
    if (nodes.size >= MAX_NODES) return false;
    const row = rows[column] ?? 0;
    rows[column] = row + 1;
    nodes.set(label, { label, column, row, title });
    return true;
  };
  for (const { reasons, id, change } of units) {
    let column = 0;
    let last: string | null = null;
    for (const { kind, from, to, text } of reasons) {
      if (last === null && place(from, 0, text)) last = from;
      if (kind === 'changed-file' || kind === 'none-semantic' || last === null) continue;
      column = (nodes.get(last)?.column ?? column) + 1;
      if (!place(to, column, `${kind}: ${text}`)) break;
      edges.add(`${last}\0${to}`);
      last = to;
    }
    const unit = `[${id}] ${change}`;
    if (last !== null && place(unit, (nodes.get(last)?.column ?? 0) + 1, reasons.map((one) => one.text).join('\n'))) edges.add(`${last}\0${unit}`);
  }
  const at = ({ column, row }: Node): [number, number] => [column * (WIDTH + 60) + 10, row * (HEIGHT + 14) + 10];
  const lines = [...edges].map((edge) => {
    const [from, to] = edge.split('\0').map((label) => nodes.get(label));
    if (!from || !to) return '';
    const [[x1, y1], [x2, y2]] = [at(from), at(to)];
    return `<path class="edge" data-ends="${safe(`${from.label} ${to.label}`)}" d="M${x1 + WIDTH} ${y1 + HEIGHT / 2} C${x1 + WIDTH + 30} ${y1 + HEIGHT / 2} ${x2 - 30} ${y2 + HEIGHT / 2} ${x2} ${y2 + HEIGHT / 2}"/>`;
  });
  const boxes = [...nodes.values()].map((node) => {
    const [x, y] = at(node);
    const label = node.label.length > 36 ? `…${node.label.slice(-35)}` : node.label;
    return `<g class="node${node.label.startsWith('[') ? ' unit' : ''}"><title>${safe(`${node.label}\n${node.title}`)}</title><rect x="${x}" y="${y}" width="${WIDTH}" height="${HEIGHT}" rx="5" fill="none" stroke="currentColor"/><text x="${x + 8}" y="${y + 19}">${safe(label)}</text></g>`;
  });
  const width = rows.length * (WIDTH + 60);
  const height = Math.max(1, ...rows) * (HEIGHT + 14) + 20;
  return nodes.size === 0
    ? ''
    : `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="What the change reaches">${lines.join('')}${boxes.join('')}</svg>`;
}

const safe = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
