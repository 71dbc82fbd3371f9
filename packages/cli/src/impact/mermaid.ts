// The impact report as a Mermaid graph: changed files, units, and the tests by unit. Pure.
import type { ImpactReport } from '@awo/contracts';

const MAX_EDGES = 200;

export function impactMermaid({ units, tests }: ImpactReport): string {
  const ids = new Map<string, string>();
  const nodes: string[] = [];
  const edges = new Set<string>();
  const node = (label: string, shape: 'file' | 'unit' | 'test', style: string): string => {
    const known = ids.get(`${shape}${label}`);
    if (known) return known;
    const id = `n${ids.size}`;
    ids.set(`${shape}${label}`, id);
    const text = `"${label.replaceAll('"', "'").replaceAll(/[\r\n]/g, ' ')}"`;
    nodes.push(`  ${id}${shape === 'unit' ? `[[${text}]]` : shape === 'test' ? `([${text}])` : `[${text}]`}:::${style}`);
    return id;
  };
  for (const { id, change, reasons } of units) {
    let last: string | null = null;
    for (const reason of reasons) {
      const from: string = last ?? node(reason.from, 'file', 'changed');
      if (reason.kind === 'changed-file' || reason.kind === 'none-semantic') last = from;
      else {
        const to = node(reason.to, 'file', 'reached');
        edges.add(`  ${from} -->|${reason.kind}| ${to}`);
        last = to;
      }
    }
    if (last) edges.add(`  ${last} --> ${node(id, 'unit', change === 'none-semantic' ? 'silent' : change)}`);
  }
  const perUnit = Map.groupBy(tests, (test) => test.unit ?? '.');
  for (const [unit, some] of perUnit) {
    const holder = ids.get(`unit${unit}`);
    if (holder) edges.add(`  ${holder} -.-> ${node(`${some.length} tests of ${unit}`, 'test', 'tests')}`);
  }
  return [
    'flowchart LR',
    ...nodes,
    ...[...edges].slice(0, MAX_EDGES),
    ...(edges.size > MAX_EDGES ? [`  more["… ${edges.size - MAX_EDGES} more"]`] : []),
    '  classDef changed stroke-width:3px',
    '  classDef direct fill:#fde2c8,stroke:#b35900',
    '  classDef implicit fill:#fff6cc,stroke:#8a6d00,stroke-dasharray:4',
    '  classDef silent fill:#eee,stroke:#999',
  ].join('\n');
}
