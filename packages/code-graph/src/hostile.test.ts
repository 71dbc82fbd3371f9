// Repositories that were made to break the analysis: it must end, stay wide, and say what it did not understand.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Reach } from '@awo/contracts';
import { openRepository } from '@awo/repository';
import { afterEach, expect, test } from 'vitest';
import { openReachCache } from './cache.ts';
import { type GitFixture, gitFixture, modelOf } from './git-repository.fixture.ts';
import { computeReach } from './reach.ts';

const fixtures: GitFixture[] = [];
afterEach(async () => {
  await Promise.all(fixtures.splice(0).map((fixture) => fixture.remove()));
});

type Files = Record<string, string | Buffer | null>;
const MODEL = modelOf('npm', { lib: [], app: ['lib'], other: [] });

async function reachOf(before: Files, after: Files, model = MODEL): Promise<Reach> {
  const fixture = gitFixture();
  fixtures.push(fixture);
  const base = fixture.commit(before);
  const head = fixture.commit(after);
  return Reach.parse(await computeReach(await fixture.open(), model, base, head, openReachCache()));
}
const ids = (reach: Reach): string[] => reach.units.map((unit) => unit.id);

test.each([
  ['a.ts', 'import {{{ from'],
  ['a.py', 'import a\ndef ((('],
  ['a.go', 'package a\nimport ( "x'],
  ['a.ts', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 1])],
  ['a.ts', Buffer.from("import '\xff\xfe", 'latin1')],
  ['a.js', '('.repeat(200_000)],
  ['a.ts', `if (a) {}${' else if (a) {}'.repeat(60_000)}`],
  ['a.vue', `<script>${'['.repeat(200_000)}</script>`],
  ['a.py', `import a\nx = ${'('.repeat(200_000)}`],
  ['a.ts', `import './b';\n//${' '.repeat(1_100_000)}`],
])('a changed %s that cannot be read (case %#) touches its unit and the dependents, and says so', async (name, content) => {
  const reach = await reachOf({ [`lib/${name}`]: 'x', 'app/m.ts': '', 'other/m.ts': '' }, { [`lib/${name}`]: content });
  expect(ids(reach)).toEqual(['app', 'lib']);
  expect(reach.fallback).toMatchObject({ kind: 'unparsable-file', files: [`lib/${name}`] });
});

test('mistakes in every file still give the units that manifests connect', async () => {
  const broken = (n: number): string => `import {{ ${n}`;
  const files = Object.fromEntries(['lib', 'app', 'other'].flatMap((unit) => Array.from({ length: 20 }, (_, i) => [`${unit}/f${i}.ts`, broken(i)])));
  const reach = await reachOf(files, { 'lib/f3.ts': broken(99) });
  expect(ids(reach)).toEqual(['app', 'lib']);
  expect(reach.fallback?.kind).toBe('unparsable-file');
});

test('a deeply nested file beside others does not stop them from being read', async () => {
  const reach = await reachOf(
    { 'lib/deep.js': '('.repeat(200_000), 'lib/a.ts': '', 'other/m.ts': "import '../lib/a.ts'" },
    { 'lib/a.ts': 'globalThis.x = 1;' },
  );
  expect(ids(reach)).toEqual(['app', 'lib', 'other']);
});

test('names with quotes, blanks, newlines and other alphabets are names like any other', async () => {
  const odd = ['lib/a "quoted".ts', "lib/it's.ts", 'lib/new\nline.ts', 'lib/größe 😀.ts', 'lib/-rf.ts', 'lib/$(id).ts'];
  const reach = await reachOf(
    Object.fromEntries([...odd.map((path) => [path, '']), ['app/m.ts', "import '../lib/größe 😀.ts'"]]),
    Object.fromEntries(odd.map((path) => [path, 'globalThis.x = 1;'])),
  );
  expect(reach.files.map((file) => file.path).toSorted()).toEqual(odd.toSorted());
  expect(reach.units.find((unit) => unit.id === 'app')?.change).toBe('implicit');
});

test('manifests in a circle end', async () => {
  const model = modelOf('npm', { a: ['b'], b: ['c'], c: ['a'], d: [] });
  const reach = await reachOf({ 'a/x.ts': "import '../b/x'", 'b/x.ts': "import '../c/x'", 'c/x.ts': "import '../a/x'", 'd/x.ts': '' }, { 'a/x.ts': '' }, model);
  expect(ids(reach)).toEqual(['a', 'b', 'c']);
});

test('a chain of three thousand files is followed to its end and told by its ends', async () => {
  const files = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`lib/f${i}.ts`, i === 0 ? '' : `import './f${i - 1}'`]));
  const reach = await reachOf({ ...files, 'other/m.ts': "import '../lib/f2999'" }, { 'lib/f0.ts': 'globalThis.x = 1;' });
  const other = reach.units.find((unit) => unit.id === 'other');
  expect(other?.reasons.at(0)?.from).toBe('lib/f0.ts');
  expect(other?.reasons.at(-1)?.at).toBe('other/m.ts:1');
  expect(other?.reasons.length).toBeLessThan(30);
});

test('broken manifests and a symbolic link in a circle are survived', async () => {
  const reach = await reachOf(
    { 'lib/package.json': '{ broken', 'app/tsconfig.json': '[[[', 'go.mod': '\0', 'app/m.ts': "import 'lib'", 'lib/m.ts': '' },
    { 'lib/m.ts': 'globalThis.x = 1;' },
  );
  expect(ids(reach)).toEqual(['app', 'lib']);
});

test('more files than can be listed are all analysed, and it is said', async () => {
  const files = Object.fromEntries(Array.from({ length: 2100 }, (_, i) => [`lib/f${i}.md`, 'a']));
  const reach = await reachOf({ 'lib/x.ts': '' }, { ...files, 'lib/x.ts': 'globalThis.x = 1;' });
  expect([reach.files.length, reach.filesTotal]).toEqual([2000, 2101]);
  expect(reach.fallback?.because).toMatch(/more names changed than are searched for[^]*2101 files changed; the first 2000 are listed/);
  expect(ids(reach)).toEqual(['app', 'lib']);
});

test('what was parsed once is not parsed again, in this process and in the next one', async () => {
  const fixture = gitFixture();
  fixtures.push(fixture);
  const base = fixture.commit({ 'lib/a.ts': '', 'lib/b.ts': "import './a'", 'app/m.py': 'import os' });
  const head = fixture.commit({ 'lib/a.ts': 'globalThis.x = 1;' });
  const next = fixture.commit({ 'lib/a.ts': 'globalThis.x = 2;' });
  const dir = mkdtempSync(join(tmpdir(), 'awo-cache-'));
  const repository = await fixture.open();
  const first = openReachCache({ dir });
  expect((await computeReach(repository, MODEL, base, head, first)).graph.parsed).toBe(3);
  expect((await computeReach(repository, MODEL, head, next, first)).graph.parsed).toBe(1);
  first.close();
  const second = openReachCache({ dir, maxEntries: 2 });
  const again = await computeReach(repository, MODEL, base, head, second);
  expect(again.graph.parsed).toBe(0);
  expect(ids(again)).toEqual(['app', 'lib']);
  second.close();
  rmSync(dir, { recursive: true });
});

const ended = async (fixture: GitFixture, base: string | null, head: string): Promise<Reach> => {
  fixtures.push(fixture);
  return Reach.parse(await computeReach(await fixture.open(), MODEL, base, head, openReachCache()));
};

test('links in a circle, to themselves and out of the repository are files like any other', async () => {
  const fixture = gitFixture();
  fixture.commit({ 'lib/a.ts': '', 'app/m.ts': "import '../lib/a'" });
  symlinkSync('circle-b', join(fixture.dir, 'lib/circle-a'));
  symlinkSync('circle-a', join(fixture.dir, 'lib/circle-b'));
  symlinkSync('.', join(fixture.dir, 'lib/self'));
  symlinkSync('/etc', join(fixture.dir, 'lib/outside'));
  const base = fixture.commit({ 'lib/b.ts': "import './self/self/a'; import './circle-a/x'; import './outside/passwd'" });
  const reach = await ended(fixture, base, fixture.commit({ 'lib/a.ts': 'globalThis.x = 1;' }));
  expect(ids(reach)).toEqual(['app', 'lib']);
});

test('a submodule that moved touches the unit that it lies in, and what it holds is not asked for', async () => {
  const fixture = gitFixture();
  fixture.commit({ 'lib/a.ts': '', 'app/m.ts': "import '../lib/a'", '.gitmodules': '[submodule "lib/sub"]\n\tpath = lib/sub\n\turl = ../nowhere\n' });
  const at = (sha: string): string => {
    execFileSync('git', ['update-index', '--add', '--cacheinfo', `160000,${sha},lib/sub`], { cwd: fixture.dir });
    execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', 'commit', '-q', '-m', 'move'], { cwd: fixture.dir });
    return execFileSync('git', ['rev-parse', 'HEAD'], { cwd: fixture.dir, encoding: 'utf8' }).trim();
  };
  const [base, head] = [at('1'.repeat(40)), at('2'.repeat(40))];
  expect(ids(await ended(fixture, base, head))).toContain('lib');
});

test('in a shallow clone what has no parent counts as new, and a base that was not fetched is named', async () => {
  const fixture = gitFixture();
  fixtures.push(fixture);
  const gone = fixture.commit({ 'lib/a.ts': '', 'app/m.ts': "import '../lib/a'" });
  const head = fixture.commit({ 'lib/a.ts': 'globalThis.x = 1;' });
  const shallow = join(fixture.dir, 'shallow');
  execFileSync('git', ['clone', '-q', '--depth', '1', `file://${fixture.dir}`, shallow]);
  const repository = await openRepository(shallow);
  try {
    expect((await repository.resolve('HEAD')).parent).toBeNull();
    expect(ids(Reach.parse(await computeReach(repository, MODEL, null, head, openReachCache())))).toEqual(['app', 'lib', 'other']);
    await expect(computeReach(repository, MODEL, gone, head, openReachCache())).rejects.toMatchObject({
      name: 'TerminalError',
      message: expect.stringContaining(gone.slice(0, 7)),
    });
  } finally {
    await repository.close();
  }
});

test('a data file of many megabytes is not read into memory: its readers are found all the same', async () => {
  const fixture = gitFixture();
  const base = fixture.commit({ 'lib/big.bin': Buffer.alloc(30_000_000, 'ab'), 'lib/read.ts': "readFileSync('big.bin')", 'app/m.ts': "import '../lib/read'" });
  const head = fixture.commit({ 'lib/big.bin': Buffer.alloc(30_000_001, 'cd') });
  fixtures.push(fixture);
  const before = process.memoryUsage().rss;
  expect(ids(Reach.parse(await computeReach(await fixture.open(), MODEL, base, head, openReachCache())))).toEqual(['app', 'lib']);
  expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
});

test('all at once: binary, invalid text, mistakes and odd names in every file end in one wide answer', async () => {
  const odd = (n: number): Buffer =>
    [Buffer.from([0, 1, 2, n]), Buffer.from(`import {{ "\xff${n}`, 'latin1'), Buffer.from(`def (((${n}`), Buffer.from(`{"a": [${n}`)][n % 4] ?? Buffer.alloc(0);
  const name = (n: number): string => `lib/${['a "b" ', "it's ", 'new\nline ', 'ü😀 '][n % 4]}${n}.${['ts', 'js', 'py', 'json'][n % 4]}`;
  const files = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [name(n), odd(n)]));
  const reach = await reachOf({ ...files, 'app/m.ts': 'import {' }, { [name(0)]: odd(4), [name(1)]: odd(5), [name(2)]: odd(6), [name(3)]: odd(7) });
  expect(ids(reach)).toEqual(['app', 'lib']);
  expect(reach.fallback?.kind).toBe('unparsable-file');
});
