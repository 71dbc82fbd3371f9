// Where a bound keeps something from being looked at, the report says so and the unit counts whole.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeRepository, type Repository } from '@awo/repository';
import { openReachCache } from '../../cache.ts';
import { type GitFixture, gitFixture } from '../../git-repository.fixture.ts';
import { analyseImpact } from '../analyse.ts';
import { search } from './search.ts';

const unit = (name: string): string => `{"name":"${name}","type":"module","scripts":{"test":"node --test"}}`;
const FILES: Record<string, string> = {
  'package.json': '{"name":"all","private":true,"workspaces":["services/*"]}',
  'services/a/package.json': unit('a'),
  'services/a/src/a.js': 'export const a = () => 1;\n',
  'services/a/src/blob.js': `export const blob = "${'x'.repeat(2000)}";\n`,
  'services/a/test/a.test.js': "import { a } from '../src/a.js';\na();\n",
  'services/b/package.json': unit('b'),
  'services/b/src/rates.js': `export const rates = [${'\n1,'.repeat(400_000)}];\nexport const limit = process.env.ORDER_LIMIT;\n`,
  'services/b/src/b.js': 'export const b = () => 1;\n',
  'services/b/test/b.test.js': "import { b } from '../src/b.js';\nb();\n",
  'deploy/limits.env': 'ORDER_LIMIT=1\n',
  '.github/workflows/ci.yml': 'on: push\njobs:\n  check:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make check\n',
  '.github/FUNDING.yml': 'github: somebody\n',
};
const A = 'services/a/test/a.test.js';
const B = 'services/b/test/b.test.js';

let fixture: GitFixture;
let repository: Repository;
const cache = openReachCache();
beforeAll(async () => {
  fixture = gitFixture();
  fixture.commit(FILES);
  repository = await fixture.open();
});
afterAll(() => fixture.remove());

async function impactOf(edits: Record<string, string>) {
  const { sha: base } = await repository.resolve('HEAD');
  const head = fixture.commit(edits);
  const report = await analyseImpact(repository, await describeRepository(repository, head), base, head, { cache, history: false });
  fixture.commit(Object.fromEntries(Object.keys(edits).map((path) => [path, FILES[path] ?? null])));
  return { fallback: report.fallback, tests: report.tests.map(({ file }) => file).toSorted(), units: report.units };
}

test.each<[string, Record<string, string>, RegExp, string[]]>([
  [
    'a line too long to be read',
    { 'services/a/src/blob.js': `export const blob = "${'y'.repeat(2000)}";\n` },
    /blob\.js: a line changed that is too long/,
    [A],
  ],
  ['a file too large to be read', { 'services/b/src/rates.js': `export const rates = [${'\n2,'.repeat(400_000)}];\n` }, /rates\.js.* too large/, [B]],
  [
    'more names of one kind than are looked at',
    { 'services/a/src/names.js': Array.from({ length: 20_001 }, (_, i) => `log('first.name.${i}');`).join('\n') },
    /more than 20000 names/,
    [A],
  ],
  [
    'more names than are searched for',
    { 'services/a/src/a.js': Array.from({ length: 601 }, (_, i) => `bus.publish('order-${String.fromCodePoint(97 + (i % 26))}${i}x.placed', 1);`).join('\n') },
    /more names changed than are searched for/,
    [A],
  ],
  ['a file too large to be asked about a name', { 'deploy/limits.env': 'ORDER_LIMIT=2\n' }, /rates\.js: it holds a name that changed, and is too large/, [B]],
])('%s', async (_, edits, because, tests) => {
  const { fallback, tests: chosen } = await impactOf(edits);
  expect(fallback?.because).toMatch(because);
  expect(chosen).toEqual(tests);
});

test('a CI file that names no unit calls for all tests, releases nothing, and is said; one about people calls for none', async () => {
  const { fallback, tests, units } = await impactOf({
    '.github/workflows/ci.yml': 'on: push\njobs:\n  check:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make all\n',
  });
  expect(fallback).toMatchObject({ kind: 'root-config', files: ['.github/workflows/ci.yml'] });
  expect(tests).toEqual([A, B]);
  expect(units.filter(({ id }) => id !== '.').map(({ id, fileKinds }) => [id, fileKinds])).toEqual([
    ['services/a', ['test']],
    ['services/b', ['test']],
  ]);
  expect(await impactOf({ '.github/FUNDING.yml': 'github: another\n' })).toMatchObject({ fallback: null, tests: [] });
});

test('files beyond the bound of questions are named, those before are asked', async () => {
  const { sha: head } = await repository.resolve('HEAD');
  const around = { repository, head, ownerOf: () => null, blobOf: (path: string) => blobs.get(path) };
  const blobs = new Map((await repository.tree(head)).map(({ path, blob }) => [path, blob]));
  const ask = () => ({ line: 1, confidence: 1, text: 'says it' });
  const { edges, left } = await search([{ from: 'x', needle: 'export const', kind: 'shared-name', ask }], around, 1);
  expect(edges.map(({ to }) => to)).toEqual(['services/a/src/a.js']);
  expect(left.map(({ path }) => path)).toEqual(expect.arrayContaining(['services/a/src/blob.js', 'services/b/src/b.js', 'services/b/src/rates.js']));
});
