// Patches and source as they come: which lines changed, and which functions hold them.
import { describe, expect, test } from 'vitest';
import { parseHunks, type Side } from './hunks.ts';
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
  expect(parseHunks(patch).get('a.js')).toEqual({
    old: {
      lines: [
        [3, 3],
        [20, 21],
      ],
      between: [10],
    },
    new: {
      lines: [
        [3, 4],
        [11, 11],
      ],
      between: [23],
    },
  });
});

test('names that git quotes are read, and a file that is gone is found by its old one', () => {
  const patch = ['--- "a/qu\\"ote\\n\\303\\274.js"', '+++ /dev/null', '@@ -1 +0,0 @@', '-x'].join('\n');
  expect([...parseHunks(patch).keys()]).toEqual(['qu"ote\nü.js']);
});

const at = (...lines: number[]): Side => ({ lines: lines.map((line) => [line, line]), between: [] });

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
    expect(functionsAt(source, 'a.js', at(line))).toMatchObject(found);
  });

  test.each([
    ['a syntax error', 'function ('],
    ['nesting that no person writes', `${'['.repeat(20_000)}${']'.repeat(20_000)}`],
    ['many signs in a row', `x = ${'!'.repeat(20_000)}y`],
  ])('%s is not read, and says so', (_, text) => {
    expect(functionsAt(text, 'a.js', at(1))).toBeNull();
  });

  test('TypeScript and JSX are read as well', () => {
    expect(functionsAt('export const f = (a: number): number => a;', 'a.ts', at(1))?.functions).toEqual([{ name: 'f', line: 1 }]);
    expect(functionsAt('const V = () => <b>1</b>;', 'a.js', at(1))?.functions).toEqual([{ name: 'V', line: 1 }]);
  });
});

describe('lines that show that a change is reached', () => {
  const source = [
    'function pay(cart, rate) {',
    '  const sum = add(cart,',
    '    rate);',
    '  if (sum > 0 &&',
    '      rate > 0) {',
    '    send(sum);',
    '  }',
    '  return sum;',
    '}',
    'exports.none = function () {',
    '};',
  ].join('\n');
  const anchors = (side: Side) => functionsAt(source, 'a.js', side);

  test.each([
    ['the middle of a call is reached with its statement', 3, [2]],
    ['so is that of a condition', 5, [4]],
    ['a line is reached with itself', 6, [6]],
  ])('%s', (_, line, lines) => {
    expect(anchors(at(line))).toMatchObject({ anchors: lines.map((one) => [one, one]), blind: false });
  });

  test.each([
    ['between two statements both show it', 4, [2, 4]],
    ['at the end of a block the one before it does', 7, [6]],
    ['after a block its head and the next one do', 8, [4, 8]],
    ['in the middle of a call its statement does', 3, [2]],
  ])('what was added %s', (_, line, lines) => {
    expect(anchors({ lines: [], between: [line] })).toMatchObject({
      anchors: lines.map((one) => [one, one]),
      blind: false,
      functions: [{ name: 'pay' }],
      quiet: true,
      outside: false,
    });
  });

  test('nothing shows what was added to an empty function, so that functions decide', () => {
    expect(anchors({ lines: [], between: [11] })).toMatchObject({ anchors: [], blind: true, functions: [{ name: 'none' }] });
  });

  test('what was added between two functions changes neither', () => {
    expect(anchors({ lines: [], between: [10] })).toMatchObject({ anchors: [], blind: false, functions: [], outside: false });
  });
});
