// Which units a changed file reaches through JavaScript, TypeScript and CSS imports.
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openReachCache } from './cache.ts';
import { modelOf } from './git-repository.fixture.ts';
import { computeReach } from './reach.ts';
import { type ReachedFixture, type ReachRow, reachedFixture } from './reached.fixture.ts';

let it: ReachedFixture;
beforeAll(() => {
  it = reachedFixture();
});
afterAll(() => it.fixture.remove());

const pkg = (json: object): string => JSON.stringify(json);

describe('JavaScript and TypeScript', () => {
  test.each<ReachRow>([
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
    [
      'an alias of vite',
      {
        'lib/src/x.ts': 'export const x = 1;',
        'app/vite.config.ts': "export default { resolve: { alias: { '~lib': fileURLToPath(new URL('../lib/src', import.meta.url)) } } };",
        'app/main.ts': "import { x } from '~lib/x';",
      },
      'lib/src/x.ts',
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
    expect(await it.reached('npm', files, changed)).toEqual(expected);
  });
});

test('an import through a symbolic link reaches what it points at', async () => {
  const { fixture } = it;
  fixture.commit({ 'lib/x.ts': '', 'app/b.ts': "import './shared/x.ts'" });
  symlinkSync('../lib', join(fixture.dir, 'app/shared'));
  const base = fixture.commit({});
  const head = fixture.commit({ 'lib/x.ts': 'export const x = 1;' });
  const reach = await computeReach(await fixture.open(), modelOf('npm', { lib: [], app: [] }), base, head, openReachCache());
  expect(reach.units.map((unit) => unit.id)).toEqual(['app', 'lib']);
});
