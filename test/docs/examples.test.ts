// Files that people copy: every awo.yaml and goal in examples and documents is what the schemas accept.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AwoYaml, DECISIONS, ERROR_CODES, GoalSpec, OUTCOMES } from '@awo/contracts';
import { parseAwoYaml } from '@awo/repository/awo-yaml';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { blocksOf, guides, ROOT } from './pages.ts';

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

/** Every key of the schema, at any depth. */
const keysOf = (value: unknown): string[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([key, inner]) => [
        ...(key === 'properties' && typeof inner === 'object' && inner !== null ? Object.keys(inner) : []),
        ...keysOf(inner),
      ]);
const KEYS = [...new Set(keysOf(z.toJSONSchema(AwoYaml, { io: 'input' })))];

test('examples/awo.yaml is accepted, and shows every key that there is', () => {
  const text = read('examples/awo.yaml');
  const { config, problems } = parseAwoYaml(text, 'awo.yaml');
  expect(problems.map(({ message }) => message)).toEqual([]);
  expect(Object.keys(config ?? {}).toSorted()).toEqual(Object.keys(AwoYaml.shape).toSorted());
  expect(KEYS.filter((key) => !text.includes(`${key}:`))).toEqual([]);
});

test('every awo.yaml in the documents is accepted', () => {
  const blocks = guides()
    .flatMap(blocksOf)
    .filter(({ language }) => language === 'yaml');
  expect(blocks.length).toBeGreaterThan(1);
  expect(blocks.flatMap(({ file, line, text }) => parseAwoYaml(text, `${file}:${line}`).problems.map(({ message }) => message))).toEqual([]);
});

test('docs/awo-yaml.md names every key, so that it is a reference', () => {
  const page = read('docs/awo-yaml.md');
  expect(KEYS.length).toBeGreaterThan(25);
  expect(KEYS.filter((key) => !new RegExp(`\\b${key}\\b`).test(page))).toEqual([]);
});

test('the goal file is a goal', () => {
  expect(GoalSpec.parse(parse(read('examples/goal.yaml')))).toMatchObject({ kind: 'release', onBusy: 'wait' });
});

test('reasons, codes and outcomes that the documents explain exist', () => {
  const known = new Set<string>([...Object.values(DECISIONS).flat(), ...Object.keys(DECISIONS), ...ERROR_CODES, ...OUTCOMES]);
  const rows = ['docs/release.md', 'docs/troubleshooting.md'].flatMap((file) =>
    read(file)
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .map((line) => line.split('|')[1] ?? ''),
  );
  const named = rows.flatMap((cell) => [...cell.matchAll(/`([a-z]+(?:-[a-z]+)+)`/g)].map(([, word = '']) => word));
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((word) => !known.has(word))).toEqual([]);
});
