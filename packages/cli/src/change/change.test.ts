// Patches and source as they come: which lines changed, and which functions hold them.
import { describe, expect, test } from 'vitest';
import { parseHunks } from './hunks.ts';
import { functionsAt } from './js-functions.ts';

test('a patch gives the lines of both sides; what is only added lies between two lines of the other', () => {
  const patch = [
    'diff --git a/a.js b/a.js',
    '--- a/a.js',
    '+++ b/a.js',
    '@@ -3 +3,2 @@ f',
    '--- not a header',
    '+x',
    '+y',
    '@@ -9,0 +11 @@',
    '+z',
    '@@ -20,2 +22,0 @@',
    '-p',
    '-q',
  ].join('\n');
  expect(parseHunks(patch).get('a.js')).toEqual({ old: [[3, 3], [9, 10], [20, 21]], new: [[3, 4], [11, 11], [22, 23]] }); // prettier-ignore
});

test('names that git quotes are read, and a file that is gone is found by its old one', () => {
  const patch = ['--- "a/qu\\"ote\\n\\303\\274.js"', '+++ /dev/null', '@@ -1 +0,0 @@', '-x'].join('\n');
  expect([...parseHunks(patch).keys()]).toEqual(['qu"ote\nü.js']);
});

describe('functions', () => {
  const source = [
    '// top',
    'const a = (x) => {',
    '  return inner(() => x);',
    '};',
    'class C {',
    '  m() {',
    '    // only words',
    '    return 1;',
    '  }',
    '}',
    'C.p = function () {',
    '  return 2;',
    '};',
    'run();',
  ].join('\n');
  test.each<[number, object]>([
    [1, { functions: [], outside: false, quiet: true }],
    [3, { functions: [{ name: '', line: 3 }], outside: false, quiet: false }],
    [4, { functions: [{ name: 'a', line: 2 }], outside: false, quiet: false }],
    [7, { functions: [], outside: false, quiet: true }],
    [8, { functions: [{ name: 'm', line: 6 }], outside: false, quiet: false }],
    [12, { functions: [{ name: 'p', line: 11 }], outside: false, quiet: false }],
    [14, { functions: [], outside: true, quiet: false }],
    [99, { functions: [], outside: false, quiet: true }],
  ])('line %i', (line, found) => {
    expect(functionsAt(source, 'a.js', [[line, line]])).toEqual(found);
  });

  test.each([
    ['a syntax error', 'function ('],
    ['nesting that no person writes', `${'['.repeat(20_000)}${']'.repeat(20_000)}`],
    ['many signs in a row', `x = ${'!'.repeat(20_000)}y`],
  ])('%s is not read, and says so', (_, text) => {
    expect(functionsAt(text, 'a.js', [[1, 1]])).toBeNull();
  });

  test('TypeScript and JSX are read as well', () => {
    expect(functionsAt('export const f = (a: number): number => a;', 'a.ts', [[1, 1]])?.functions).toEqual([{ name: 'f', line: 1 }]);
    expect(functionsAt('const V = () => <b>1</b>;', 'a.js', [[1, 1]])?.functions).toEqual([{ name: 'V', line: 1 }]);
  });
});
