// Tests of reach in code-graph.
import { afterEach, expect, test } from 'vitest';
import type { Reach, RepoModel } from '@awo/contracts';
import { Reach as ReachSchema } from '@awo/contracts';
import { openReachCache } from './cache.ts';
import { type GitFixture, gitFixture, modelOf } from './git-repository.fixture.ts';
import { computeReach } from './reach.ts';

const fixtures: GitFixture[] = [];
afterEach(async () => {
  await Promise.all(fixtures.splice(0).map((fixture) => fixture.remove()));
});

type Files = Record<string, string | Buffer | null>;

async function reachOf(model: RepoModel, before: Files, after: Files): Promise<Reach> {
  const fixture = gitFixture();
  fixtures.push(fixture);
  const base = fixture.commit(before);
  const head = fixture.commit(after);
  return ReachSchema.parse(await computeReach(await fixture.open(), model, base, head, openReachCache()));
}

const summary = (reach: Reach): Record<string, string> =>
  Object.fromEntries(reach.units.map((unit) => [unit.id, `${unit.change} ${unit.fileKinds.join('+')}`.trim()]));

const SHOP: Files = {
  'package.json': '{"private":true,"workspaces":["apps/*","packages/*"]}',
  'package-lock.json': '{}',
  'README.md': '# Shop',
  'packages/money/package.json': '{"name":"@shop/money","exports":{".":"./src/index.ts","./round":"./src/round.ts"}}',
  'packages/money/src/index.ts': "export * from './round.js';\n",
  'packages/money/src/round.ts': 'export const round = (n: number) => n;\n',
  'packages/money/src/round.test.ts': "import { round } from './round.ts';\nround(1);\n",
  'packages/money/src/fixture.css': '.a {}',
  'apps/cart/package.json': '{"name":"cart","dependencies":{"@shop/money":"*"}}',
  'apps/cart/src/main.ts': "// cart\nimport { round } from '@shop/money/round';\nround(2);\n",
  'apps/cart/test/main.test.ts': "import '../src/main.ts';\n",
  'apps/catalog/package.json': '{"name":"catalog"}',
  'apps/catalog/main.js': "const x = require('./search');\n",
  'apps/catalog/search.js': 'module.exports = 1;\n',
  'apps/web/package.json': '{"name":"web"}',
  'apps/web/server.ts': "import { readFileSync } from 'node:fs';\nreadFileSync('style.css');\n",
  'apps/web/style.css': 'body { color: red }\n',
  'apps/web/README.md': '# web',
};
const SHOP_MODEL = modelOf('npm', { 'packages/money': [], 'apps/cart': ['packages/money'], 'apps/catalog': [], 'apps/web': [] });

test('of a unit in which few test files see the change the reach names them, of one in which most do it names none', async () => {
  const many = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [`apps/cart/test/${name}.test.ts`, `console.log('${name}');\n`]));
  const change = { 'packages/money/src/round.ts': 'export const round = Math.round;\n' };
  const reach = await reachOf(SHOP_MODEL, { ...SHOP, ...many }, change);
  expect(reach.tests).toEqual([{ unit: 'apps/cart', files: ['apps/cart/test/main.test.ts'], of: 5 }]);
});

test.each([
  [
    'a library change reaches its users',
    { 'packages/money/src/round.ts': 'export const round = Math.round;\n' },
    { 'packages/money': 'direct code', 'apps/cart': 'implicit' },
    null,
  ],
  ['a style change stays where it is', { 'apps/web/style.css': 'body { color: blue }\n' }, { 'apps/web': 'direct style' }, null],
  [
    'a style of a library does not go to its users over the manifest alone',
    { 'packages/money/src/fixture.css': '.b {}' },
    { 'packages/money': 'direct style' },
    null,
  ],
  ['a test change reaches nothing but its own tests', { 'packages/money/src/round.test.ts': 'export {};\n' }, { 'packages/money': 'direct test' }, null],
  ['documents reach nothing', { 'README.md': '# New', 'apps/web/README.md': '# New', LICENSE: 'MIT' }, {}, null],
  [
    'a lock file at the root reaches every unit of its ecosystem',
    { 'package-lock.json': '{"a":1}' },
    { 'packages/money': 'implicit', 'apps/cart': 'implicit', 'apps/catalog': 'implicit', 'apps/web': 'implicit' },
    'root-config',
  ],
  [
    'a Dockerfile at the root may matter to all',
    { Dockerfile: 'FROM scratch' },
    { 'packages/money': 'implicit', 'apps/cart': 'implicit', 'apps/catalog': 'implicit', 'apps/web': 'implicit' },
    'root-config',
  ],
  [
    'a file of unknown type in a unit reaches its users',
    { 'packages/money/rates.bin': Buffer.from([0, 1, 2]) },
    { 'packages/money': 'direct unknown', 'apps/cart': 'implicit' },
    null,
  ],
  [
    'a file of unknown type that nobody owns reaches everything',
    { 'data/x.qq': 'x' },
    { 'packages/money': 'implicit', 'apps/cart': 'implicit', 'apps/catalog': 'implicit', 'apps/web': 'implicit' },
    'unknown-file',
  ],
  ['a deleted file is looked up where it was imported', { 'apps/catalog/search.js': null }, { 'apps/catalog': 'direct code' }, null],
  [
    'a manifest of a unit reaches its dependents',
    { 'packages/money/package.json': '{"name":"@shop/money","exports":"./src/index.ts"}' },
    { 'packages/money': 'direct manifest', 'apps/cart': 'implicit' },
    null,
  ],
  [
    'unparsable code reaches the dependents and says so',
    { 'packages/money/src/round.ts': 'export const = ;\n' },
    { 'packages/money': 'direct code', 'apps/cart': 'implicit' },
    'unparsable-file',
  ],
  [
    'a moved file touches the unit it left',
    { 'apps/catalog/search.js': null, 'apps/web/search.js': 'module.exports = 1;\n' },
    { 'apps/catalog': 'implicit', 'apps/web': 'direct code' },
    null,
  ],
] as [string, Files, Record<string, string>, string | null][])('%s', async (_, after, units, fallback) => {
  const reach = await reachOf(SHOP_MODEL, SHOP, after);
  expect(summary(reach)).toEqual(units);
  expect(reach.fallback?.kind ?? null).toBe(fallback);
});

test('an undeclared import is found all the same, and the chain names each file and line', async () => {
  const model = modelOf('npm', { lib: [], app: [] });
  const reach = await reachOf(
    model,
    { 'lib/a.ts': 'export const a = 1;', 'app/b.ts': "\nexport { a } from '../lib/a.js';\n", 'app/main.ts': "import './b.ts';" },
    { 'lib/a.ts': 'export const a = 2;' },
  );
  expect(summary(reach)).toEqual({ lib: 'direct code', app: 'implicit' });
  expect(reach.units.find((unit) => unit.id === 'app')?.reasons).toEqual([
    { kind: 'changed-file', from: 'lib/a.ts', to: 'lib/a.ts', at: 'lib/a.ts:1', confidence: 1, text: 'code file modified (+1 -1): changed a' },
    { kind: 'symbol', from: 'lib/a.ts', to: 'app/b.ts', at: 'app/b.ts:2', confidence: 1, text: 'app/b.ts imports ../lib/a.js (changed: a)' },
  ]);
});

test('the importer of a deleted file of another unit is touched although it did not change', async () => {
  const model = modelOf('npm', { lib: [], app: [] });
  const reach = await reachOf(model, { 'lib/a.ts': 'export {};', 'lib/b.ts': 'export {};', 'app/main.ts': "import '../lib/a.ts';" }, { 'lib/a.ts': null });
  expect(summary(reach)).toEqual({ lib: 'direct code', app: 'implicit' });
});

test('a unit reached only by its tests has nothing but tests to run', async () => {
  const model = modelOf('npm', { lib: [], app: [] });
  const reach = await reachOf(
    model,
    { 'lib/a.ts': 'export {};', 'app/main.test.ts': "import '../lib/a.ts';", 'app/main.ts': '' },
    { 'lib/a.ts': 'globalThis.x = 1;' },
  );
  expect(summary(reach)).toEqual({ lib: 'direct code', app: 'implicit test' });
});

test('a test helper that running code imports counts as code', async () => {
  const model = modelOf('npm', { lib: [], app: ['lib'] });
  const reach = await reachOf(
    model,
    { 'lib/test/double.ts': 'export {};', 'app/main.ts': "import '../lib/test/double.ts';" },
    { 'lib/test/double.ts': 'globalThis.x = 1;' },
  );
  expect(reach.files.map((file) => file.kind)).toEqual(['code']);
  expect(summary(reach)).toEqual({ lib: 'direct code', app: 'implicit' });
});

test('a document that code embeds counts as an asset and reaches that code', async () => {
  const model = modelOf('npm', { content: [], app: [] });
  const reach = await reachOf(
    model,
    { 'content/terms.md': '# 1', 'app/main.ts': "const t = await import('../content/terms.md');" },
    { 'content/terms.md': '# 2' },
  );
  expect(summary(reach)).toEqual({ content: 'direct asset', app: 'implicit' });
});

test('an unchanged file that cannot be parsed widens what its unit depends on, and says so', async () => {
  const model = modelOf('npm', { theme: [], app: ['theme'] });
  const reach = await reachOf(model, { 'theme/a.css': 'a{}', 'app/main.ts': 'let = = ;' }, { 'theme/a.css': 'b{}' });
  expect(summary(reach)).toEqual({ theme: 'direct style', app: 'implicit' });
  expect(reach.fallback).toMatchObject({ kind: 'unparsable-file', files: ['app/main.ts'] });
});

test('without a base everything is direct', async () => {
  const fixture = gitFixture();
  fixtures.push(fixture);
  const head = fixture.commit(SHOP);
  const reach = ReachSchema.parse(await computeReach(await fixture.open(), SHOP_MODEL, null, head, openReachCache()));
  expect(reach.units.map((unit) => unit.change)).toEqual(['direct', 'direct', 'direct', 'direct']);
  expect(reach.fallback?.kind).toBe('no-base');
  expect(reach.filesTotal).toBe(Object.keys(SHOP).length);
});

test('a deleted file that another one replaces still reaches who imported it', async () => {
  const model = modelOf('npm', { lib: [], app: [] });
  const reach = await reachOf(model, { 'lib/x.ts': 'export {};', 'lib/x/index.ts': 'export {};', 'app/main.ts': "import '../lib/x';" }, { 'lib/x.ts': null });
  expect(summary(reach)).toEqual({ lib: 'direct code', app: 'implicit' });
});

test('a unit that its tests reach at once and its code by a detour counts as reached by code', async () => {
  const model = modelOf('npm', { lib: [], mid: [], app: [] });
  const before = { 'lib/a.ts': '', 'app/a.test.ts': "import '../lib/a.ts'", 'mid/b.ts': "import '../lib/a.ts'", 'app/main.ts': "import '../mid/b.ts'" };
  const reach = await reachOf(model, before, { 'lib/a.ts': 'globalThis.x = 1;' });
  expect(summary(reach)).toEqual({ lib: 'direct code', mid: 'implicit', app: 'implicit' });
});

test('all of a package does not mean the units that lie inside it', async () => {
  const model = modelOf('npm', { lib: [], 'lib/inner': [], app: [] });
  const before = { 'lib/package.json': '{"name":"lib","main":"dist/x.js"}', 'lib/inner/a.ts': '', 'app/main.ts': "import 'lib'" };
  const reach = await reachOf(model, before, { 'lib/inner/a.ts': 'globalThis.x = 1;' });
  expect(summary(reach)).toEqual({ 'lib/inner': 'direct code' });
});
