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

test.each([
  ['package-lock.json', npm('1'), npm('2'), 'a,c'],
  ['web/yarn.lock', yarn('1.0.0'), yarn('1.0.1'), 'a,c'],
  ['pnpm-lock.yaml', pnpm('1.0.0'), pnpm('1.0.1'), 'a,c'],
  ['poetry.lock', poetry('1'), poetry('2'), 'a,c'],
  ['requirements.txt', 'flask==3.0.0\nrequests==2.0\n', 'flask==3.0.1\nrequests==2.0\n', 'flask'],
  ['go.mod', 'module x\n\nrequire github.com/a/b v1.0.0\n', 'module x\n\nrequire github.com/a/b v1.0.1\n', 'github.com/a/b'],
  ['go.sum', 'github.com/a/b v1.0.0 h1:x=\n', 'github.com/a/b v1.0.0 h1:y=\n', 'github.com/a/b'],
])('%s: the package that changed, and what depends on it, and nothing else', (path, before, after, expected) => {
  expect([...(changedPackages(path, before, after) ?? [])].toSorted().join()).toBe(expected);
});

test('a change outside of the entries, or of a file that is not understood, is not called understood', () => {
  expect(changedPackages('package-lock.json', npm('1'), npm('1').replace(':3', ':2'))).toBeNull();
  expect(changedPackages('package-lock.json', 'broken', npm('1'))).toBeNull();
  expect(changedPackages('bun.lockb', 'a', 'b')).toBeNull();
});
