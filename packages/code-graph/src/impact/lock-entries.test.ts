// Lock files at the level of packages.
import { expect, test } from 'vitest';
import { changedPackages } from './lock-entries.ts';

const npm = (c: string) =>
  JSON.stringify({
    lockfileVersion: 3,
    packages: { '': {}, 'node_modules/a': { version: '1', dependencies: { c: '*' } }, 'node_modules/b': { version: '1' }, 'node_modules/c': { version: c } },
  });
const yarn = (c: string) =>
  `# yarn lockfile v1\n\na@^1.0.0:\n  version "1.0.0"\n  dependencies:\n    c "^1.0.0"\n\nb@^1.0.0:\n  version "1.0.0"\n\nc@^1.0.0:\n  version "${c}"\n`;
const pnpm = (c: string) => `lockfileVersion: '9.0'\n\nsnapshots:\n\n  a@1.0.0:\n    dependencies:\n      c: ${c}\n\n  b@1.0.0: {}\n\n  c@${c}: {}\n`;
const poetry = (c: string) =>
  `[[package]]\nname = "a"\nversion = "1"\n\n[package.dependencies]\nc = "*"\n\n[[package]]\nname = "b"\nversion = "1"\n\n[[package]]\nname = "c"\nversion = "${c}"\n`;
const gems = (c: string) =>
  `GIT\n  remote: https://example.org/b.git\n  revision: 1\n  specs:\n    b (1)\n\nGEM\n  remote: https://rubygems.org/\n  specs:\n    a (1)\n      c (>= 1)\n    c (${c})\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  a\n  b!\n\nRUBY VERSION\n   ruby 3.3.0p0\n\nBUNDLED WITH\n   2.5.0\n`;
const composer = (c: string) =>
  JSON.stringify({
    'content-hash': c,
    packages: [
      { name: 'x/a', version: '1', require: { php: '>=8', 'x/stood-for': '*' }, autoload: { 'psr-4': { 'X\\A\\': 'src' } } },
      { name: 'x/b', version: '1', autoload: { files: ['f.php'] } },
    ],
    'packages-dev': [{ name: 'x/c', version: c, replace: { 'x/stood-for': '*' } }],
    platform: { php: '>=8' },
  });
const nuget = (c: string) =>
  JSON.stringify({
    version: 1,
    dependencies: {
      net8: { A: { type: 'Direct', resolved: '1', dependencies: { C: '1' } }, B: { type: 'Direct', resolved: '1' }, C: { type: 'Transitive', resolved: c } },
    },
  });
const pipfile = (c: string) =>
  JSON.stringify({ _meta: { hash: { sha256: c }, requires: { python_version: '3' } }, default: { a: { version: '==1' } }, develop: { c: { version: c } } });
const uv = (c: string) =>
  `version = 1\nrequires-python = ">=3.12"\n\n[[package]]\nname = "a"\nversion = "1"\nsource = { registry = "x" }\ndependencies = [\n    { name = "C" },\n]\n\n[[package]]\nname = "c"\nversion = "${c}"\nsource = { registry = "x" }\n\n[[package]]\nname = "ours"\nversion = "1"\nsource = { virtual = "." }\ndependencies = [\n    { name = "a" },\n]\n`;
const cargo = (c: string) =>
  `version = 4\n\n[[package]]\nname = "a"\nversion = "1"\nsource = "registry"\ndependencies = [\n "c",\n]\n\n[[package]]\nname = "c"\nversion = "${c}"\nsource = "registry"\n\n[[package]]\nname = "ours"\nversion = "1"\ndependencies = [\n "a",\n]\n`;

test.each([
  ['Gemfile.lock', gems('1'), gems('2'), 'a,c'],
  ['Gemfile.lock', gems('1'), gems('1').replace('revision: 1', 'revision: 2'), 'b'],
  ['composer.lock', composer('1'), composer('2'), 'x/a,x/c'],
  ['packages.lock.json', nuget('1'), nuget('2'), 'A,C'],
  ['app/gradle.lockfile', 'x:a:1=compileClasspath\nx:c:1=compileClasspath\nempty=', 'x:a:1=compileClasspath\nx:c:2=compileClasspath\nempty=z', 'x:c'],
  ['Pipfile.lock', pipfile('1'), pipfile('2'), 'c'],
  ['uv.lock', uv('1'), uv('2'), 'a,c'],
  ['Cargo.lock', cargo('1'), cargo('2'), 'a,c'],
  ['package-lock.json', npm('1'), npm('2'), 'a,c'],
  ['web/yarn.lock', yarn('1.0.0'), yarn('1.0.1'), 'a,c'],
  ['pnpm-lock.yaml', pnpm('1.0.0'), pnpm('1.0.1'), 'a,c'],
  ['poetry.lock', poetry('1'), poetry('2'), 'a,c'],
  ['requirements.txt', 'flask==3.0.0\nrequests==2.0\n', 'flask==3.0.1\nrequests==2.0\n', 'flask'],
  ['go.mod', 'module x\n\nrequire github.com/a/b v1.0.0\n', 'module x\n\nrequire github.com/a/b v1.0.1\n', 'github.com/a/b'],
  ['go.sum', 'github.com/a/b v1.0.0 h1:x=\n', 'github.com/a/b v1.0.0 h1:y=\n', 'github.com/a/b'],
])('%s: the package that changed, and what depends on it, and nothing else', (path, before, after, expected) => {
  expect([...(changedPackages(path, before, after)?.names ?? [])].toSorted().join()).toBe(expected);
});

test('a change outside of the entries, or of a file that is not understood, is not called understood', () => {
  expect(changedPackages('package-lock.json', npm('1'), npm('1').replace(':3', ':2'))).toBeNull();
  expect(changedPackages('package-lock.json', 'broken', npm('1'))).toBeNull();
  expect(changedPackages('bun.lockb', 'a', 'b')).toBeNull();
});

test.each([
  ['Gemfile.lock', gems('1'), gems('2').replace('3.3.0', '3.4.0')],
  ['composer.lock', composer('1'), composer('2').replace('"platform":{"php":">=8"}', '"platform":{"php":">=9"}')],
  ['Pipfile.lock', pipfile('1'), pipfile('2').replace('"3"', '"4"')],
  ['uv.lock', uv('1'), uv('2').replace('3.12', '3.13')],
  ['go.mod', 'module x\n\ngo 1.22\n\nrequire github.com/a/b v1.0.0\n', 'module x\n\ngo 1.23\n\nrequire github.com/a/b v1.0.1\n'],
  ['requirements.txt', 'flask==3.0.0\n', '--index-url https://example.org\nflask==3.0.1\n'],
])('%s: another version of the language or another source speaks to every package', (path, before, after) => {
  expect(changedPackages(path, before, after)).toBeNull();
});

test('a package that only others need counts through them; one that our own code declares may be used by itself', () => {
  expect([...(changedPackages('Cargo.lock', cargo('1'), cargo('2'))?.needed ?? [])]).toEqual(['c']);
  expect([...(changedPackages('uv.lock', uv('1'), uv('2'))?.needed ?? [])]).toEqual(['c']);
  expect([...(changedPackages('uv.lock', uv('1'), uv('2').replace('name = "a" }', 'name = "c" }'))?.needed ?? [])]).toEqual([]);
});

test.each([
  [
    'yarn.lock',
    (c: string) =>
      `"a@npm:^1":\n  version: 1\n  dependencies:\n    c: "npm:^1"\n\n"c@npm:^1":\n  version: ${c}\n\n"ours@workspace:ours":\n  version: 0.0.0-use.local\n  dependencies:\n    a: "npm:^1"\n    c: "npm:^1"\n`,
  ],
  [
    'pnpm-lock.yaml',
    (c: string) =>
      pnpm(c).replace('snapshots:', `importers:\n\n  ours:\n    dependencies:\n      a:\n        specifier: 1\n      c:\n        specifier: 1\n\nsnapshots:`),
  ],
])('%s: our own packages are no packages of other people, and declare what they need', (path, lock) => {
  const changed = changedPackages(path, lock('1.0.0'), lock('1.0.1'));
  expect([[...(changed?.names ?? [])].toSorted(), [...(changed?.needed ?? [])]]).toEqual([['a', 'c'], []]);
});

test('what code calls a package is told by its own autoload, and by nothing for the JVM and .NET', () => {
  const told = changedPackages('composer.lock', composer('1'), composer('2'));
  expect([told?.namesInCode('x/a'), told?.namesInCode('x/b'), told?.namesInCode('x/c')]).toEqual([['X\\A'], null, null]);
  expect(changedPackages('packages.lock.json', nuget('1'), nuget('2'))?.namesInCode('A')).toBeNull();
  expect(changedPackages('Gemfile.lock', gems('1'), gems('2'))?.namesInCode('a')).toEqual(['a']);
});
