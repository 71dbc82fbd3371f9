// What is mutated in each language, and what is left: the text stays one that parses, and the list is the same every time.
import { describe, expect, test } from 'vitest';
import { mutantsOf, randomFrom, sampleMutants } from './index.ts';

/** The mutated texts by operator, without what they share. */
async function made(file: string, text: string): Promise<string[]> {
  return (await mutantsOf(file, text)).map((mutant) => `${mutant.line} ${mutant.operator}: ${mutant.description}`);
}

describe('JavaScript and TypeScript', () => {
  test.each([
    ['if (a < b) f(a, b);', ['condition-negated', 'boundary-moved', 'branch-removed', 'arguments-swapped', 'argument-removed', 'statement-removed']],
    ['if (a) { b(); } else { c(); }', ['branch-removed', 'condition-negated', 'statement-removed']],
    ['x = a && b;', ['condition-removed', 'logical-replaced', 'statement-removed']],
    ['x = a ?? 1;', ['default-removed', 'condition-removed', 'number-changed', 'statement-removed']],
    ['const f = () => a === true;', ['result-removed', 'comparison-replaced', 'boolean-flipped']],
    ['function f() { return a ? "x" : !b; }', ['result-removed', 'branch-replaced', 'string-changed', 'condition-negated']],
    ['const o = { "key": 1 };', ['number-changed']],
  ])('%s', async (text, operators) => {
    const found = await mutantsOf('a.ts', text);
    expect(new Set(found.map((mutant) => mutant.operator))).toEqual(new Set(operators));
  });

  test('types, names of modules and directives are left: nothing is computed with them', async () => {
    expect(await made('a.ts', `'use strict';\nimport a from 'a';\nexport * from 'b';\nexport type T = 'x' | 1;\nlet v: 5 | true;\n`)).toEqual([]);
  });

  test('scripts, JSX and a file that has mistakes already', async () => {
    expect(await made('a.js', 'if (x) return;\nwith (y) z();')).toContain('2 statement-removed: `z();` became nothing');
    expect(await made('a.jsx', 'const v = <b c="d">{n > 1}</b>;')).toEqual(['1 boundary-moved: `n > 1` became `n >= 1`', '1 number-changed: `1` became `2`']);
    expect(await made('a.js', 'if (((')).toEqual([]);
    expect(await made('a.js', '('.repeat(100_000))).toEqual([]);
  });
});

test('Python', async () => {
  const text = `import os\n\ndef f(a, b=2):\n    """Says."""\n    if a < b and not a:\n        log(a, "x")\n    else:\n        b += 1\n    return a in b\n`;
  expect(await made('a.py', text)).toEqual([
    '3 number-changed: `2` became `3`',
    '5 boundary-moved: `a < b` became `a <= b`',
    '5 condition-removed: `a < b and not a` became `a < b`',
    '5 logical-replaced: `a < b and not a` became `a < b or not a`',
    '5 condition-negated: `a < b and not a` became `not (a < b and not a)`',
    '5 condition-removed: `a < b and not a` became `not a`',
    '5 condition-negated: `not a` became `a`',
    '6 statement-removed: `log(a, "x")` became `pass`',
    '6 arguments-swapped: `a, "x"` became `"x", a`',
    '6 argument-removed: `, "x"` became nothing',
    '6 string-changed: `"x"` became `""`',
    '6 branch-removed: `else: b += 1` became nothing',
    '8 statement-removed: `b += 1` became `pass`',
    '8 number-changed: `1` became `2`',
    '9 result-removed: `return a in b` became `return None`',
    '9 comparison-replaced: `a in b` became `a not in b`',
  ]);
});

test('Go: results become the zero of their type, and what would not compile is left', async () => {
  const text = `package a\n\nimport "fmt"\n\nfunc f(a int) (int, error) {\n\tif a > 0 && ok {\n\t\tfmt.Println("x" + "y")\n\t}\n\ta += 2\n\treturn a, err\n}\n\nfunc g() string { return h(true) }\n`;
  expect(await made('a.go', text)).toEqual([
    '6 boundary-moved: `a > 0` became `a >= 0`',
    '6 condition-negated: `a > 0 && ok` became `!(a > 0 && ok)`',
    '6 condition-removed: `a > 0 && ok` became `a > 0`',
    '6 logical-replaced: `a > 0 && ok` became `a > 0 || ok`',
    '6 condition-removed: `a > 0 && ok` became `ok`',
    '6 number-changed: `0` became `1`',
    '7 statement-removed: `fmt.Println("x" + "y")` became nothing',
    '7 string-changed: `"x"` became `""`',
    '7 string-changed: `"y"` became `""`',
    '9 statement-removed: `a += 2` became `_ = 2`',
    '9 number-changed: `2` became `3`',
    '10 result-removed: `err` became `nil`',
    '13 result-removed: `h(true)` became `""`',
    '13 boolean-flipped: `true` became `false`',
  ]);
});

test.each([
  ['config.yaml', 'limits:\n  maxItems: 5 # most\n', ['limits', 'maxItems', '5 -> 6']],
  ['a.json', '{\n  "url": "http://x",\n  "on": true\n}', ['url', '"http://x" -> "http://xChanged"', 'on', 'true -> false']],
  ['.env', 'CART_URL=http://cart:1\n', ['CART_URL', 'http://cart:1 -> http://cart:1Changed']],
  ['Dockerfile', 'FROM node\nENV PORT=80\n', ['PORT', '80 -> 81']],
  ['a.proto', 'message M {\n  string item_id = 1;\n}', ['item_id']],
  ['a.graphql', 'type T {\n  price(unit: U): Int!\n}', ['price']],
  ['1.sql', 'CREATE TABLE t (\n  id SERIAL,\n  total_cents INTEGER NOT NULL\n);', ['id', 'total_cents']],
])('%s: values and names', async (file, text, expected) => {
  const found = await mutantsOf(file, text);
  const shown = found.map(({ operator, description }) =>
    operator === 'name-changed' ? /`(\w+)`/.exec(description)?.[1] : /`(.*)` became `(.*)`/.exec(description)?.slice(1, 3).join(' -> '),
  );
  expect(shown).toEqual(expected);
});

test('only the lines asked for, and each text is the whole file with one mistake', async () => {
  const text = 'export const a = 1;\nexport const b = 2;\n';
  expect(await mutantsOf('a.js', text, { lines: [[2, 2]] })).toEqual([
    { file: 'a.js', line: 2, operator: 'number-changed', description: '`2` became `3`', text: 'export const a = 1;\nexport const b = 3;\n' },
  ]);
});

test('a file of another kind, a binary and a bundle have no mutants', async () => {
  expect(await mutantsOf('a.png', 'if (a) b();')).toEqual([]);
  expect(await mutantsOf('a.js', 'if (a) b();\0')).toEqual([]);
  expect(await mutantsOf('a.js', `f(1);${' '.repeat(1_100_000)}`)).toEqual([]);
});

test('a sample is the same for the same seed, and takes files and operators in turn', async () => {
  const many = (await mutantsOf('a.js', 'f(1 < 2);\n'.repeat(100))).concat(await mutantsOf('b.js', 'g(!x);'));
  const [one, again, other] = [sampleMutants(many, 6, 1), sampleMutants(many, 6, 1), sampleMutants(many, 6, 2)];
  expect(one).toEqual(again);
  expect(one).not.toEqual(other);
  expect(new Set(one.map((mutant) => mutant.file))).toEqual(new Set(['a.js', 'b.js']));
  expect(new Set(one.filter((mutant) => mutant.file === 'a.js').map((mutant) => mutant.operator)).size).toBeGreaterThan(2);
  expect(sampleMutants(many, 10_000, 1)).toHaveLength(many.length);
  expect(randomFrom(7)()).toBe(randomFrom(7)());
});
