// Which units a changed file reaches through Python imports.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ReachedFixture, type ReachRow, reachedFixture } from './reached.fixture.ts';

let it: ReachedFixture;
beforeAll(() => {
  it = reachedFixture();
});
afterAll(() => it.fixture.remove());

describe('Python', () => {
  test.each<ReachRow>([
    [
      'a module in a folder that the file puts on the path itself',
      { 'lib/scripts/publishers.py': '', 'app/test_all.py': 'import sys\nsys.path.append("../lib/scripts")\nfrom publishers import all_messages' },
      'lib/scripts/publishers.py',
      ['app'],
    ],
    [
      'a module of that name elsewhere is not meant where nothing changes the path',
      { 'lib/scripts/publishers.py': '', 'app/test_all.py': 'from publishers import all_messages' },
      'lib/scripts/publishers.py',
      [],
    ],
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
    expect(await it.reached('python', files, changed)).toEqual(expected);
  });
});
