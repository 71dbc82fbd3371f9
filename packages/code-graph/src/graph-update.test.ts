// The graph of the next commit, made from the one before, is the graph that is made from the start.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { openReachCache } from './cache.ts';
import { type GitFixture, gitFixture, modelOf } from './git-repository.fixture.ts';
import { buildGraph, type CodeGraph } from './graph.ts';

const fixtures: GitFixture[] = [];
const dirs: string[] = [];
afterEach(async () => {
  await Promise.all(fixtures.splice(0).map((fixture) => fixture.remove()));
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

const { units } = modelOf('npm', { a: ['b'], b: [] });
const FILES = {
  'a/package.json': '{"name":"a"}',
  'b/package.json': '{"name":"b","exports":"./one.js"}',
  'a/main.js': "import 'b';\nimport './side.js';\n",
  'a/side.js': 'export const side = 1;\n',
  'b/one.js': "export * from './two.js';\n",
  'b/two.js': 'export const two = 2;\n',
};
const shown = ({ importers, unparsable, edges }: CodeGraph) => ({
  importers: [...importers]
    .filter(([, list]) => list.length > 0)
    .map(([to, list]) => [to, list.map((edge) => JSON.stringify(edge)).toSorted()])
    .toSorted(),
  unparsable: [...unparsable].toSorted(),
  edges,
});

test.each([
  ['an import more', { 'b/two.js': "import './one.js';\nexport const two = 2;\n" }],
  ['an import less', { 'a/main.js': "import './side.js';\n" }],
  ['a file that breaks', { 'a/side.js': 'export const side = ;\n' }],
  ['a file more', { 'b/three.js': "import './two.js';\n" }],
  ['a file less', { 'a/side.js': null }],
  ['a manifest that leads elsewhere', { 'b/package.json': '{"name":"b","exports":"./two.js"}' }],
])('%s', async (_, edits) => {
  const fixture = gitFixture();
  fixtures.push(fixture);
  const base = fixture.commit(FILES);
  const head = fixture.commit(edits);
  const repository = await fixture.open();
  const cache = openReachCache();
  const before = shown(await buildGraph(repository, base, units, cache));
  const updated = await buildGraph(repository, head, units, cache);
  expect(shown(updated)).toEqual(shown(await buildGraph(repository, head, units, openReachCache())));
  expect(shown(await buildGraph(repository, base, units, cache))).toEqual(before);
});

test('another process starts from the saved graph, and gives the same', async () => {
  const fixture = gitFixture();
  fixtures.push(fixture);
  const dir = mkdtempSync(join(tmpdir(), 'awo-saved-graph-'));
  dirs.push(dir);
  const many = Object.fromEntries(Array.from({ length: 320 }, (_, i) => [`a/m${i}.js`, i > 0 ? `import './m${i - 1}.js';\n` : 'export {};\n']));
  const base = fixture.commit({ ...FILES, ...many });
  const head = fixture.commit({ 'a/m7.js': "import './m3.js';\nexport const seven = 7;\n" });
  const repository = await fixture.open();
  const first = openReachCache({ dir });
  await buildGraph(repository, base, units, first);
  first.close();
  const second = openReachCache({ dir });
  const graph = await buildGraph(repository, head, units, second);
  second.close();
  expect(graph.parsed).toBe(1);
  expect(shown(graph)).toEqual(shown(await buildGraph(repository, head, units, openReachCache())));
});
