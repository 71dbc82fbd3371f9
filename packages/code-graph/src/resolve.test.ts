// Whether a changed file of unit "lib" reaches unit "app" by imports alone: neither declares to depend on the other.
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Unit } from '@awo/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openReachCache } from './cache.ts';
import { type GitFixture, gitFixture, modelOf } from './git-repository.fixture.ts';
import { computeReach } from './reach.ts';

let fixture: GitFixture;
beforeAll(() => {
  fixture = gitFixture();
});
afterAll(() => fixture.remove());

const cache = openReachCache();
let previous: string[] = [];

/** Paths of units that a change of `changed` reaches, besides its own. */
async function reached(kind: Unit['kind'], files: Record<string, string>, changed: string): Promise<string[]> {
  const gone = Object.fromEntries(previous.filter((path) => !(path in files)).map((path) => [path, null]));
  const base = fixture.commit({ ...gone, ...files });
  previous = Object.keys(files);
  const head = fixture.commit({ [changed]: `${files[changed] ?? ''}\n` });
  const units = [...new Set(previous.map((path) => path.split('/')[0] ?? ''))].filter((dir) => previous.some((path) => path.startsWith(`${dir}/`)));
  const repository = await fixture.open();
  const reach = await computeReach(repository, modelOf(kind, Object.fromEntries(units.map((unit) => [unit, []]))), base, head, cache);
  return reach.units.map((unit) => unit.id).filter((id) => !changed.startsWith(`${id}/`));
}

type Row = [title: string, files: Record<string, string>, changed: string, reached: string[]];
const pkg = (json: object): string => JSON.stringify(json);

describe('JavaScript and TypeScript', () => {
  test.each<Row>([
    ['./x.js stands for x.ts', { 'lib/x.ts': '', 'app/a.ts': "import '../lib/x.js'" }, 'lib/x.ts', ['app']],
    ['a folder stands for its index', { 'lib/index.tsx': '', 'app/a.ts': "import '../lib'" }, 'lib/index.tsx', ['app']],
    ['a sibling of what is imported is not reached', { 'lib/x.ts': '', 'lib/y.ts': '', 'app/a.ts': "import '../lib/x'" }, 'lib/y.ts', []],
    [
      'over several files, in a circle too',
      { 'lib/x.ts': "import './y'", 'lib/y.ts': "import './x'", 'app/a.ts': "import './b'", 'app/b.ts': "import './a'; import '../lib/x'" },
      'lib/y.ts',
      ['app'],
    ],
    [
      'a package by name through main',
      { 'lib/package.json': pkg({ name: '@s/lib', main: 'src/m.js' }), 'lib/src/m.js': '', 'app/a.js': "require('@s/lib')" },
      'lib/src/m.js',
      ['app'],
    ],
    [
      'a package by name through exports with conditions',
      {
        'lib/package.json': pkg({ name: 'lib', exports: { '.': { types: './t.d.ts', default: { import: './m.ts' } } } }),
        'lib/t.d.ts': '',
        'lib/m.ts': '',
        'app/a.ts': "import 'lib'",
      },
      'lib/m.ts',
      ['app'],
    ],
    [
      'a subpath through a pattern',
      { 'lib/package.json': pkg({ name: 'lib', exports: { './*': './src/*.ts' } }), 'lib/src/x.ts': '', 'app/a.ts': "import 'lib/x'" },
      'lib/src/x.ts',
      ['app'],
    ],
    [
      'another subpath is not reached',
      { 'lib/package.json': pkg({ name: 'lib', exports: { './*': './src/*.ts' } }), 'lib/src/x.ts': '', 'lib/src/y.ts': '', 'app/a.ts': "import 'lib/x'" },
      'lib/src/y.ts',
      [],
    ],
    [
      'built output that is not in git stands for all of the package',
      { 'lib/package.json': pkg({ name: 'lib', main: 'dist/index.js' }), 'lib/src/x.ts': '', 'app/a.ts': "import 'lib'" },
      'lib/src/x.ts',
      ['app'],
    ],
    [
      'a subpath that does not exist stands for all of the package',
      { 'lib/package.json': pkg({ name: 'lib' }), 'lib/src/x.ts': '', 'app/a.ts': "import 'lib/dist/x.js'" },
      'lib/src/x.ts',
      ['app'],
    ],
    ['built output by relative path', { 'lib/src/x.ts': '', 'lib/package.json': '{}', 'app/a.ts': "import '../lib/dist/x.js'" }, 'lib/src/x.ts', ['app']],
    [
      'a package under another name by file:',
      {
        'lib/package.json': pkg({ name: 'lib', main: 'm.js' }),
        'lib/m.js': '',
        'app/package.json': pkg({ dependencies: { alias: 'file:../lib' } }),
        'app/a.js': "require('alias')",
      },
      'lib/m.js',
      ['app'],
    ],
    [
      'tsconfig paths with comments and trailing commas',
      {
        'tsconfig.json': '{ // shared\n "compilerOptions": { "baseUrl": ".", "paths": { "@lib/*": ["lib/src/*"], }, }, }',
        'lib/src/x.ts': '',
        'app/a.ts': "import '@lib/x'",
      },
      'lib/src/x.ts',
      ['app'],
    ],
    [
      'tsconfig paths of an extended file',
      {
        'tsconfig.base.json': pkg({ compilerOptions: { paths: { '~lib': ['./lib/x.ts'] } } }),
        'app/tsconfig.json': pkg({ extends: '../tsconfig.base.json' }),
        'lib/x.ts': '',
        'app/a.ts': "import '~lib'",
      },
      'lib/x.ts',
      ['app'],
    ],
    ['tsconfig baseUrl', { 'tsconfig.json': pkg({ compilerOptions: { baseUrl: './' } }), 'lib/x.ts': '', 'app/a.ts': "import 'lib/x'" }, 'lib/x.ts', ['app']],
    [
      'a tsconfig that another extends',
      { 'lib/tsconfig.json': '{}', 'app/tsconfig.json': pkg({ extends: '../lib/tsconfig.json' }) },
      'lib/tsconfig.json',
      ['app'],
    ],
    [
      '#imports of the package',
      { 'app/package.json': pkg({ name: 'app', imports: { '#lib/*': '../lib/*.ts' } }), 'lib/x.ts': '', 'app/a.ts': "import '#lib/x'" },
      'lib/x.ts',
      ['app'],
    ],
    ['types only', { 'lib/x.ts': '', 'app/a.ts': "import type { X } from '../lib/x'" }, 'lib/x.ts', ['app']],
    ['a style sheet that imports another', { 'lib/x.css': '', 'app/a.css': "@import '../lib/x.css';" }, 'lib/x.css', ['app']],
    ['a style sheet of a package', { 'lib/package.json': pkg({ name: 'lib' }), 'lib/x.scss': '', 'app/a.scss': "@use 'lib/x.scss';" }, 'lib/x.scss', ['app']],
    ['a file that is read by path', { 'lib/rates.json': '', 'app/a.ts': "readFileSync('lib/rates.json')" }, 'lib/rates.json', ['app']],
    ['a computed import of a folder', { 'lib/l/de.js': '', 'app/a.ts': 'import(`../lib/l/${lang}.js`)' }, 'lib/l/de.js', ['app']],
    [
      'a script that package.json runs',
      { 'lib/build.mjs': '', 'app/package.json': pkg({ scripts: { build: 'node ../lib/build.mjs --fast' } }) },
      'lib/build.mjs',
      ['app'],
    ],
    ['a component', { 'lib/X.vue': '', 'app/A.vue': "<script>\nimport X from '../lib/X.vue'\n</script>" }, 'lib/X.vue', ['app']],
  ])('%s', async (_, files, changed, expected) => {
    expect(await reached('npm', files, changed)).toEqual(expected);
  });
});

describe('Go', () => {
  const mod = (path: string, more = ''): string => `module ${path}\n\ngo 1.24\n${more}`;
  test.each<Row>([
    [
      'a package of a sibling module',
      {
        'lib/go.mod': mod('ex.org/lib'),
        'lib/money/x.go': 'package money',
        'app/go.mod': mod('ex.org/app'),
        'app/main.go': 'package main\nimport "ex.org/lib/money"',
      },
      'lib/money/x.go',
      ['app'],
    ],
    [
      'every file of the package, the second one too',
      {
        'lib/go.mod': mod('ex.org/lib'),
        'lib/money/x.go': 'package money',
        'lib/money/y.go': 'package money',
        'app/go.mod': mod('ex.org/app'),
        'app/main.go': 'package main\nimport m "ex.org/lib/money"',
      },
      'lib/money/y.go',
      ['app'],
    ],
    [
      'another package of the module is not reached',
      {
        'lib/go.mod': mod('ex.org/lib'),
        'lib/money/x.go': 'package money',
        'lib/tax/t.go': 'package tax',
        'app/go.mod': mod('ex.org/app'),
        'app/main.go': 'package main\nimport "ex.org/lib/money"',
      },
      'lib/tax/t.go',
      [],
    ],
    [
      'a package of the package',
      {
        'lib/go.mod': mod('ex.org/lib'),
        'lib/money/x.go': 'package money\nimport "ex.org/lib/tax"',
        'lib/tax/t.go': 'package tax',
        'app/go.mod': mod('ex.org/app'),
        'app/main.go': 'package main\nimport "ex.org/lib/money"',
      },
      'lib/tax/t.go',
      ['app'],
    ],
    [
      'a module under another name by replace',
      {
        'lib/go.mod': mod('ex.org/lib'),
        'lib/x.go': 'package lib',
        'app/go.mod': mod('ex.org/app', 'require ex.org/other v1.0.0\nreplace ex.org/other => ../lib\n'),
        'app/main.go': 'package main\nimport "ex.org/other"',
      },
      'lib/x.go',
      ['app'],
    ],
    [
      'a prefix of the name is another module',
      { 'lib/go.mod': mod('ex.org/lib'), 'lib/x.go': 'package lib', 'app/go.mod': mod('ex.org/app'), 'app/main.go': 'package main\nimport "ex.org/library"' },
      'lib/x.go',
      [],
    ],
    [
      'a package that is generated before the build stands for its module',
      { 'lib/go.mod': mod('ex.org/lib'), 'lib/api.proto': '', 'app/go.mod': mod('ex.org/app'), 'app/main.go': 'package main\nimport "ex.org/lib/gen"' },
      'lib/api.proto',
      ['app'],
    ],
    [
      'an embedded file',
      {
        'lib/go.mod': mod('ex.org/lib'),
        'lib/x.go': 'package lib\n//go:embed t/*\nvar f embed.FS',
        'lib/t/a.css': '',
        'app/go.mod': mod('ex.org/app'),
        'app/main.go': 'package main\nimport "ex.org/lib"',
      },
      'lib/t/a.css',
      ['app'],
    ],
    [
      'a test of the package does not reach its users',
      {
        'lib/go.mod': mod('ex.org/lib'),
        'lib/x.go': 'package lib',
        'lib/x_test.go': 'package lib',
        'app/go.mod': mod('ex.org/app'),
        'app/main.go': 'package main\nimport "ex.org/lib"',
      },
      'lib/x_test.go',
      [],
    ],
    [
      'a mistake below the imports does not hide them',
      {
        'lib/go.mod': mod('ex.org/lib'),
        'lib/x.go': 'package lib',
        'app/go.mod': mod('ex.org/app'),
        'app/main.go': 'package main\nimport "ex.org/lib"\nfunc main() { {{{',
      },
      'lib/x.go',
      ['app'],
    ],
  ])('%s', async (_, files, changed, expected) => {
    expect(await reached('go', files, changed)).toEqual(expected);
  });
});

describe('Python', () => {
  test.each<Row>([
    [
      'a package of another unit',
      { 'lib/shopmoney/__init__.py': '', 'lib/shopmoney/tax.py': '', 'app/main.py': 'import shopmoney.tax' },
      'lib/shopmoney/tax.py',
      ['app'],
    ],
    [
      'a package with src layout',
      { 'lib/src/shopmoney/__init__.py': '', 'lib/src/shopmoney/tax.py': '', 'app/main.py': 'from shopmoney import tax' },
      'lib/src/shopmoney/tax.py',
      ['app'],
    ],
    [
      'a package runs its __init__',
      { 'lib/shopmoney/__init__.py': '', 'lib/shopmoney/tax.py': '', 'app/main.py': 'from shopmoney.tax import x' },
      'lib/shopmoney/__init__.py',
      ['app'],
    ],
    [
      'another module of it is not reached',
      { 'lib/shopmoney/__init__.py': '', 'lib/shopmoney/tax.py': '', 'lib/shopmoney/z.py': '', 'app/main.py': 'from shopmoney.tax import x' },
      'lib/shopmoney/z.py',
      [],
    ],
    [
      'relative imports inside the package',
      {
        'lib/m/__init__.py': 'from . import a',
        'lib/m/a.py': 'from .b.c import d',
        'lib/m/b/__init__.py': '',
        'lib/m/b/c.py': 'from ... import top',
        'app/main.py': 'import m',
      },
      'lib/m/b/c.py',
      ['app'],
    ],
    ['the own module of that name wins', { 'lib/config.py': '', 'app/config.py': '', 'app/main.py': 'import config' }, 'lib/config.py', []],
    [
      'namespace packages that share a name',
      { 'lib/acme/money.py': '', 'app/acme/web.py': '', 'app/main.py': 'from acme import web\nfrom acme.money import x' },
      'lib/acme/money.py',
      ['app'],
    ],
    [
      'import_module with a name',
      { 'lib/plug/__init__.py': '', 'lib/plug/a.py': '', 'app/main.py': 'import importlib\nimportlib.import_module("plug.a")' },
      'lib/plug/a.py',
      ['app'],
    ],
    ['a path from the root of the repository', { 'lib/tax.py': '', 'app/main.py': 'from lib import tax' }, 'lib/tax.py', ['app']],
    ['an import inside a function', { 'lib/shopmoney/__init__.py': '', 'app/main.py': 'def f():\n    import shopmoney' }, 'lib/shopmoney/__init__.py', ['app']],
    [
      'a data file that is read by path',
      { 'lib/shopmoney/__init__.py': 'open("lib/shopmoney/rates.csv")', 'lib/shopmoney/rates.csv': '', 'app/main.py': 'import shopmoney' },
      'lib/shopmoney/rates.csv',
      ['app'],
    ],
  ])('%s', async (_, files, changed, expected) => {
    expect(await reached('python', files, changed)).toEqual(expected);
  });
});

test('an import through a symbolic link reaches what it points at', async () => {
  const files = { 'lib/x.ts': '', 'app/a.ts': "import './shared/x.ts'" };
  fixture.commit(Object.fromEntries(previous.map((path) => [path, null])));
  previous = [...Object.keys(files), 'app/shared'];
  fixture.commit(files);
  symlinkSync('../lib', join(fixture.dir, 'app/shared'));
  const base = fixture.commit({});
  const head = fixture.commit({ 'lib/x.ts': 'export const x = 1;' });
  const reach = await computeReach(await fixture.open(), modelOf('npm', { lib: [], app: [] }), base, head, cache);
  expect(reach.units.map((unit) => unit.id)).toEqual(['app', 'lib']);
});
