// What of a file changed: nothing, names, or anything.
import { expect, test } from 'vitest';
import { compareShapes } from './module-shape.ts';
import { manifestChange } from './manifest-change.ts';
import { sameButForPrivateNames } from './private-names.ts';
import { shapeOfJs } from './shape-js.ts';
import { shapeOfPython } from './shape-python.ts';

function compareJs(before: string, after: string): string {
  const [then, now] = [shapeOfJs(before, 'ts'), shapeOfJs(after, 'ts')];
  if (!then || !now) return 'unread';
  const change = compareShapes(then, now);
  return change.kind === 'symbols' ? [...change.names].toSorted().join() : change.kind;
}

test.each([
  ['a comment', 'export const a = 1;', '// one\nexport const a = 1; // two', 'none'],
  ['format and quotes', "export const a = 'x'", 'export const a =\n  "x";', 'none'],
  ['parentheses that mean nothing', 'export const a = 1 + 2;', 'export const a = (1 + 2);', 'none'],
  ['one export of two', 'export const a = 1;\nexport const b = 2;', 'export const a = 1;\nexport const b = 3;', 'b'],
  [
    'something private that one export uses',
    'const k = 1;\nexport const a = () => k;\nexport const b = 2;',
    'const k = 2;\nexport const a = () => k;\nexport const b = 2;',
    'a',
  ],
  ['an export that is gone', 'export const a = 1;\nexport const b = 2;', 'export const a = 1;', 'b'],
  ['where an import comes from', "import { x } from './x';\nexport const a = () => x;", "import { x } from './y';\nexport const a = () => x;", 'a'],
  ['a re-export', "export { a } from './a';\nexport { b } from './b';", "export { a } from './a2';\nexport { b } from './b';", 'a'],
  ['a statement that runs when it is loaded', 'export const a = 1;\nlog(1);', 'export const a = 1;\nlog(2);', 'file'],
  ['a private name that such a statement uses', 'const k = 1;\nlog(k);\nexport const a = 1;', 'const k = 2;\nlog(k);\nexport const a = 1;', 'file'],
  ['everything of a module handed on', "export * from './a';", "export * from './b';", 'file'],
  ['the default export', 'export default function a() { return 1; }', 'export default function a() { return 2; }', 'default'],
  ['a syntax error', 'export const a = 1;', 'export const a = ;', 'unread'],
])('JavaScript: %s', (_, before, after, expected) => {
  expect(compareJs(before, after)).toBe(expected);
});

test.each([
  ['one of two', 'exports.a = () => 1;\nexports.b = () => 1;', 'exports.a = () => 1;\nexports.b = () => 2;', 'b,default'],
  ['an object of names', 'const k = 1;\nfunction a() { return k; }\nfunction b() {}\nmodule.exports = { a, b };', 'const k = 2;\nfunction a() { return k; }\nfunction b() {}\nmodule.exports = { a, b };', 'a,default'],
  ['one that another uses', 'exports.a = () => 1;\nexports.b = () => exports.a();\nexports.c = 1;', 'exports.a = () => 2;\nexports.b = () => exports.a();\nexports.c = 1;', 'a,b,default'],
  ['methods in place', 'module.exports = { a() { return 1; }, b: 2 };', 'module.exports = { a() { return 2; }, b: 2 };', 'a,default'],
  ['a function with properties', 'function app() {}\napp.use = () => 1;\nmodule.exports = app;', 'function app() {}\napp.use = () => 2;\nmodule.exports = app;', 'default'],
  ['both ways of saying it', 'exports = module.exports = f;\nfunction f() { return 1; }\nexports.g = 1;', 'exports = module.exports = f;\nfunction f() { return 2; }\nexports.g = 1;', 'default'],
  ['a comment and quotes', "exports.a = 'x';", '// a\nexports.a = "x";', 'none'],
  ['what is required', "const { x } = require('./x');\nexports.a = () => x;\nexports.b = 1;", "const { x } = require('./y');\nexports.a = () => x;\nexports.b = 1;", 'a,default'],
  ['a name less', 'exports.a = 1;\nexports.b = 2;', 'exports.a = 1;', 'b,default'],
  ['a statement that runs', 'exports.a = 1;\nlog(1);', 'exports.a = 1;\nlog(2);', 'file'],
  ['names made at run time', 'for (const k of ks) exports[k] = 1;\nexports.a = 1;', 'for (const k of ks) exports[k] = 1;\nexports.a = 2;', 'file'],
  ['exports in a condition', 'if (x) module.exports = { a: 1 };\nfunction f() { return 1; }', 'if (x) module.exports = { a: 1 };\nfunction f() { return 2; }', 'file'],
  ['exports given away', 'fill(exports);\nexports.a = 1;', 'fill(exports);\nexports.a = 2;', 'file'],
])('CommonJS: %s', (_, before, after, expected) => {
  const [then, now] = [shapeOfJs(before, 'js'), shapeOfJs(after, 'js')];
  const change = then && now && compareShapes(then, now);
  expect(change?.kind === 'symbols' ? [...change.names].toSorted().join() : change?.kind).toBe(expected);
}); // prettier-ignore

test.each([
  ["const { a, b: c } = require('./x');", ['./x#a as a', './x#b as c']],
  ["const x = require('./x');\nexports.f = () => x.a() + x.b;", ['./x#a as x.a', './x#b as x.b']],
  ["const x = require('./x');\nexports.f = () => use(x);", ['./x#* as x']],
  ["const a = require('./x').a;", ['./x#a as a']],
  ["require('./x');", ['./x#null as ']],
  ["exports.f = () => require('./x').a;", ['./x#a as =require:./x.a']],
  ["import * as x from './x';\nexport const f = () => x.a;", ['./x#a as x.a']],
  ["import * as x from './x';\nexport { x };", ['./x#* as x']],
])('what is taken: %s', (source, imports) => {
  expect(shapeOfJs(source, 'js')?.imports.map(({ spec, imported, local }) => `${spec}#${imported} as ${local}`)).toEqual(imports);
});

test.each([
  ['a private name', 'const x = 1;\nexport const a = (n: number) => n + x;', 'const one = 1;\nexport const a = (count: number) => count + one;', true],
  ['a name and a value', 'const x = 1;\nexport const a = () => x;', 'const y = 2;\nexport const a = () => y;', false],
  ['an exported name', 'export const a = 1;', 'export const b = 1;', false],
  ['a property', 'export const a = { x: 1 };', 'export const a = { y: 1 };', false],
  ['a name that is short for a property', 'const x = 1;\nexport const a = { x };', 'const y = 1;\nexport const a = { y };', false],
  ['a global', 'export const a = () => fetch;', 'export const a = () => alert;', false],
  ['what is imported', "import { x } from './x';\nexport const a = () => x;", "import { y } from './x';\nexport const a = () => y;", false],
  ['two names that change places', 'const x = 1, y = 2;\nexport const a = () => x - y;', 'const x = 1, y = 2;\nexport const a = () => y - x;', false],
])('renamed: %s', (_, before, after, same) => {
  expect(sameButForPrivateNames(before, after, 'ts')).toBe(same);
});

test.each([
  ['a comment and a docstring', 'def a():\n    """Old."""\n    return 1\n', '# new\ndef a():\n    """New."""\n    return 1\n', 'none'],
  ['indentation that means the same', 'def a():\n  return 1\n', 'def a():\n    return 1\n', 'none'],
  ['indentation that does not', 'def a(x):\n    if x:\n        x = 1\n        x = 2\n', 'def a(x):\n    if x:\n        x = 1\n    x = 2\n', 'a'],
  ['a doctest', 'def a():\n    """>>> a()\n    1"""\n    return 1\n', 'def a():\n    """>>> a()\n    2"""\n    return 1\n', 'a'],
  ['one function of two', 'def a():\n    return 1\ndef b():\n    return 1\n', 'def a():\n    return 1\ndef b():\n    return 2\n', 'b'],
  ['what another uses', 'K = 1\ndef a():\n    return K\ndef b():\n    return 1\n', 'K = 2\ndef a():\n    return K\ndef b():\n    return 1\n', 'K,a'],
  ['a decorated route', '@app.get("/a")\ndef a():\n    return 1\n', '@app.get("/a")\ndef a():\n    return 2\n', 'file'],
])('Python: %s', async (_, before, after, expected) => {
  const [then, now] = [await shapeOfPython(before), await shapeOfPython(after)];
  const change = then && now ? compareShapes(then, now) : { kind: 'unread' as const };
  expect(change.kind === 'symbols' ? [...change.names].toSorted().join() : change.kind).toBe(expected);
});

test('a manifest says apart words, packages and the rest', () => {
  const kind = (before: object, after: object) => manifestChange(JSON.stringify(before), JSON.stringify(after));
  expect(kind({ name: 'a', version: '1.0.0' }, { name: 'a', version: '1.0.1', description: 'x' })).toEqual({ kind: 'none' });
  expect(kind({ dependencies: { a: '1', b: '1' } }, { dependencies: { a: '1', b: '2' } })).toEqual({ kind: 'symbols', names: new Set(['b']) });
  expect(kind({ scripts: { test: 'a' } }, { scripts: { test: 'b' } }).kind).toBe('file');
  expect(kind({ name: 'a' }, []).kind).toBe('file');
});
