// The forms of an impact report: file names of any kind break none of them.
import { chainLine, type ImpactReport } from '@awo/contracts';
import { expect, test } from 'vitest';
import { plainStyle } from '../output/style.ts';
import { impactLines } from './lines.ts';
import { impactMarkdown } from './markdown.ts';
import { impactMermaid } from './mermaid.ts';
import { impactPage } from './page.ts';

const NASTY = 'src/<b>"a|b`\n.js';
const reasons: ImpactReport['units'][number]['reasons'] = [
  { kind: 'changed-file', from: NASTY, to: NASTY, at: `${NASTY}:1`, confidence: 1, text: 'code file modified' },
  { kind: 'env', from: NASTY, to: 'other/main.py', at: 'other/main.py:3', confidence: 0.6, text: 'reads the environment variable LIMIT' },
];
const REPORT: ImpactReport = {
  base: 'a'.repeat(40),
  head: 'b'.repeat(40),
  files: [],
  filesTotal: 0,
  units: [
    { id: 'low', kind: 'npm', change: 'direct', fileKinds: ['code'], risk: 'low', reasons: reasons.slice(0, 1) },
    { id: 'other', kind: 'python', change: 'implicit', fileKinds: [], risk: 'high', reasons },
  ],
  tests: [{ file: 'other/test_main.py', unit: 'other', reasons, probability: 0.6 }],
  skipped: { tests: 7, because: ['No chain leads there.'] },
  strategy: { kind: 'canary', because: 'other depends on it by name only.' },
  hints: {
    only: 'code',
    contracts: [{ kind: 'openapi', file: NASTY, unit: 'low', element: 'GET /x', because: 'removed <b>property|' }],
    migrations: [],
    reversibility: { reversible: 'unknown', because: 'GET /x changed for others.' },
    majors: [{ package: 'zod', from: '^3.0.0', to: '^4.0.0', file: 'package.json' }],
    fragile: [],
    size: { files: 1, lines: 2 },
    owners: [{ owner: '@shop/api', files: 1 }],
  },
  fallback: { kind: 'root-config', files: ['x'], because: 'x is shared.' },
  dead: ['never: nothing/**'],
  graph: { files: 10, edges: 5, parsed: 1, fromCache: 9, ms: 12 },
};

test('a chain is one line from the changed file to the end', () => {
  expect(chainLine(reasons)).toBe(`${NASTY} → other/main.py:3 (env)`);
});

test('text for people: what is not sure, what is dead, worst first', () => {
  const lines = impactLines(REPORT, plainStyle, true).join('\n');
  expect(lines).toMatch(/not sure {2}x is shared\./);
  expect(lines).toMatch(/dead correction {2}awo\.yaml impact\.never: nothing\/\*\* changes nothing/);
  expect(lines.indexOf('other ')).toBeLessThan(lines.indexOf('low '));
  expect(lines).toMatch(/may not be undone {2}GET \/x.*\nbreaks {2}GET \/x \(openapi.*\n(?:.*\n)?major {2}zod \^3\.0\.0 to \^4\.0\.0\nowners {2}@shop\/api/);
  expect(lines).toContain('60%');
});

test('a comment of a pull request stays a table whatever a file is called', () => {
  const rows = impactMarkdown(REPORT)
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  expect(rows).toHaveLength(3);
  expect(rows[0]).toContain('`other`');
  for (const row of rows) expect(row).not.toMatch(/<b>/);
});

test('a Mermaid graph names each file once and quotes it', () => {
  const graph = impactMermaid(REPORT);
  expect(graph.split('\n')[0]).toBe('flowchart LR');
  expect(graph.match(/src\/<b>'a/g)).toHaveLength(1);
  expect(graph).toContain('-->|env|');
});

test('the page needs nothing else and runs nothing that a repository wrote', () => {
  const page = impactPage(REPORT);
  expect(page).not.toMatch(/<b>"a/);
  expect(page).not.toMatch(/(?:src|href)=["']?(?:https?:)?\/\//);
  expect(page).toContain("default-src 'none'");
  expect(page.replaceAll('<wbr>', '')).toContain('other/test_main.py');
});
