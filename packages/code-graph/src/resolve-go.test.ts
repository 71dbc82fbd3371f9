// Which units a changed file reaches through Go imports.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ReachedFixture, type ReachRow, reachedFixture } from './reached.fixture.ts';

let it: ReachedFixture;
beforeAll(() => {
  it = reachedFixture();
});
afterAll(() => it.fixture.remove());

describe('Go', () => {
  const mod = (path: string, more = ''): string => `module ${path}\n\ngo 1.24\n${more}`;
  test.each<ReachRow>([
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
    expect(await it.reached('go', files, changed)).toEqual(expected);
  });
});
