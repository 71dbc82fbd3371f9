// Tests of parse in code-graph.
import { describe, expect, test } from 'vitest';
import { parseCss } from './parse-css.ts';
import { parseGo } from './parse-go.ts';
import { mayNestTooDeep, parseComponent, parseJs } from './parse-js.ts';
import { parsePython } from './parse-python.ts';
import type { Parsed } from './parsed.ts';

const shown = ({ imports }: Parsed): string[] =>
  imports.map(({ how, spec, line, names }) => `${line} ${how} ${spec}${names?.length ? ` [${names.join(' ')}]` : ''}`);

describe('JavaScript and TypeScript', () => {
  test.each([
    ['ts', "import type { A } from './a';\nimport {type B} from './b';", ['1 import ./a', '2 import ./b']],
    ['ts', "export * from './a';\nexport { b } from './b';\nexport type { C } from './c';", ['1 import ./a', '2 import ./b', '3 import ./c']],
    ['js', "const a = await import('./a');\nimport(`./b`);", ['1 import ./a', '2 import ./b']],
    ['js', 'import(`./lang/${x}.js`);\nimport(name);', ['1 folder ./lang/', '2 computed name']],
    ['js', "const a = require('./a');\nrequire.resolve('./b'); require(x);", ['1 import ./a', '2 import ./b', '2 computed x']],
    ['cjs', "return require('./a');", ['1 import ./a']],
    ['ts', "new URL('./w', import.meta.url);\nnew URL('./no', base);", ['1 import ./w']],
    ['ts', "import a = require('./a');\ntype T = import('./t').X;", ['1 import ./a', '2 import ./t']],
    ['ts', "import.meta.glob('./pages/*.ts');", ['1 folder ./pages/']],
    ['tsx', "import a from './a';\nexport const b = <div>{a}</div>;", ['1 import ./a']],
    ['js', "import a from './a';\nexport const b = <div>{a}</div>;", ['1 import ./a']],
    ['js', "// @flow\nimport type { A } from './a';\nconst a: number = 1;", ['2 import ./a']],
    ['ts', "// é 😀\nimport './a';\n/* ' */ import './b';", ['2 import ./a', '3 import ./b']],
    ['js', "// import './no';\nconst s = \"import './no'\";", []],
    ['js', "fork('src/worker.js'); readFile('style.css');", ['1 mention src/worker.js', '1 mention style.css']],
  ])('.%s %s', (ending, source, expected) => {
    const parsed = parseJs(source, ending);
    expect(parsed.ok).toBe(true);
    expect(shown(parsed)).toEqual(expected);
  });

  test('what seems to be imported is kept where the rest cannot be parsed', () => {
    const parsed = parseJs("import './a';\nlet = = ;\nexport { b } from './b';", 'ts');
    expect(parsed.ok).toBe(false);
    expect(shown(parsed)).toEqual(expect.arrayContaining(['1 import ./a', '3 import ./b']));
  });

  test('script parts of components keep their line numbers', () => {
    expect(shown(parseComponent('<template><a/></template>\n<script setup lang="ts">\nimport A from \'./A.vue\';\n</script>'))).toContain('3 import ./A.vue');
    expect(shown(parseComponent("---\nimport A from './A.astro';\n---\n<A/>"))).toContain('2 import ./A.astro');
  });

  test('ordinary code is parsed here, deep nesting elsewhere', () => {
    expect(mayNestTooDeep("import a from './a';\nexport const b = [1, 2, { c: a(1) }];".repeat(20))).toBe(false);
    expect(mayNestTooDeep('('.repeat(10_000))).toBe(true);
  });
});

describe('Python', () => {
  test.each([
    ['import a, b.c as d', ['1 import a', '1 import b.c']],
    ['from a.b import c, d as e', ['1 import a.b [c d]']],
    ['from a import (\n  b,\n  c,\n)', ['1 import a [b c]']],
    ['from . import x\nfrom ..a.b import y', ['1 import . [x]', '2 import ..a.b [y]']],
    ['from a import *', ['1 import a']],
    ['def f():\n    import a.b', ['2 import a.b']],
    ['try:\n  import a\nexcept ImportError: import b', ['2 import a', '3 import b']],
    [
      'import importlib\nimportlib.import_module("a.b.c1_")\nimportlib.import_module(name)',
      ['1 import importlib', '2 import a.b.c1_', '3 computed import_module'],
    ],
    ['"""\nimport no\n"""\n# from no import no\nx = "import no"', []],
    ['x; import a', ['1 import a']],
    ['open("data/rates.csv"); import a', ['1 import a', '1 mention data/rates.csv']],
  ])('%s', async (source, expected) => {
    const parsed = await parsePython(source);
    expect(parsed.ok).toBe(true);
    expect(shown(parsed)).toEqual(expected);
  });

  test('what seems to be imported is kept where the rest cannot be parsed', async () => {
    const parsed = await parsePython('import a\ndef (:\n  from b import c, d\n');
    expect(parsed.ok).toBe(false);
    expect(shown(parsed)).toEqual(['1 import a', '3 import b [c d]']);
  });
});

describe('Go', () => {
  test.each([
    ['package a\nimport "fmt"\nimport j "k/l"', ['2 import fmt', '3 import k/l']],
    ['package a\nimport (\n\t"fmt"\n\t_ "x/y"\n\t. `z/q`\n)\nfunc f() {}', ['3 import fmt', '4 import x/y', '5 import z/q']],
    ['// Package a\npackage a\n\nfunc f() { this is broken', []],
    [
      'package a\nimport _ "embed"\n//go:embed a.html static/* "b c.txt"\nvar f embed.FS',
      ['2 import embed', '3 folder ./a.html', '3 folder ./static/', '3 folder ./b c.txt'],
    ],
  ])('%s', async (source, expected) => {
    const parsed = await parseGo(source);
    expect(parsed.ok).toBe(true);
    expect(shown(parsed).filter((line) => !line.includes('mention'))).toEqual(expected);
  });

  test('a broken head counts as unparsable', async () => {
    const parsed = await parseGo('package a\nimport (\n\t"x/y"\n');
    expect(parsed.ok).toBe(false);
    expect(shown(parsed)).toContain('3 import x/y');
  });
});

test('style sheets name others by import, use and url', () => {
  expect(
    shown(parseCss("@import 'a.css';\n@use \"theme\";\n@import url(b.css);\n.x { background: url('../img/c.png'); }\n.y { background: url(data:x) }")),
  ).toEqual(['1 import a.css', '2 import theme', '3 import b.css', '4 import ../img/c.png']);
});
