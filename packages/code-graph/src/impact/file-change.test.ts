// What of a file changed: nothing, names, or anything.
import { expect, test } from 'vitest';
import { compareShapes } from './module-shape.ts';
import { manifestChange } from './manifest-change.ts';
import { sameButForPrivateNames } from './private-names.ts';
import { privateRenames } from './private-names-python.ts';
import { shapeOfGo } from './shape-go.ts';
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
  [
    'an object of names',
    'const k = 1;\nfunction a() { return k; }\nfunction b() {}\nmodule.exports = { a, b };',
    'const k = 2;\nfunction a() { return k; }\nfunction b() {}\nmodule.exports = { a, b };',
    'a,default',
  ],
  [
    'one that another uses',
    'exports.a = () => 1;\nexports.b = () => exports.a();\nexports.c = 1;',
    'exports.a = () => 2;\nexports.b = () => exports.a();\nexports.c = 1;',
    'a,b,default',
  ],
  ['methods in place', 'module.exports = { a() { return 1; }, b: 2 };', 'module.exports = { a() { return 2; }, b: 2 };', 'a,default'],
  [
    'a function with properties',
    'function app() {}\napp.use = () => 1;\nmodule.exports = app;',
    'function app() {}\napp.use = () => 2;\nmodule.exports = app;',
    'default',
  ],
  [
    'both ways of saying it',
    'exports = module.exports = f;\nfunction f() { return 1; }\nexports.g = 1;',
    'exports = module.exports = f;\nfunction f() { return 2; }\nexports.g = 1;',
    'default',
  ],
  ['a comment and quotes', "exports.a = 'x';", '// a\nexports.a = "x";', 'none'],
  [
    'what is required',
    "const { x } = require('./x');\nexports.a = () => x;\nexports.b = 1;",
    "const { x } = require('./y');\nexports.a = () => x;\nexports.b = 1;",
    'a,default',
  ],
  ['a name less', 'exports.a = 1;\nexports.b = 2;', 'exports.a = 1;', 'b,default'],
  ['a statement that runs', 'exports.a = 1;\nlog(1);', 'exports.a = 1;\nlog(2);', 'file'],
  ['names made at run time', 'for (const k of ks) exports[k] = 1;\nexports.a = 1;', 'for (const k of ks) exports[k] = 1;\nexports.a = 2;', 'file'],
  [
    'exports in a condition',
    'if (x) module.exports = { a: 1 };\nfunction f() { return 1; }',
    'if (x) module.exports = { a: 1 };\nfunction f() { return 2; }',
    'file',
  ],
  ['exports given away', 'fill(exports);\nexports.a = 1;', 'fill(exports);\nexports.a = 2;', 'file'],
])('CommonJS: %s', (_, before, after, expected) => {
  const [then, now] = [shapeOfJs(before, 'js'), shapeOfJs(after, 'js')];
  const change = then && now && compareShapes(then, now);
  expect(change?.kind === 'symbols' ? [...change.names].toSorted().join() : change?.kind).toBe(expected);
});

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

const py = (body: string): string => `import x\nG = 1\ndef f(p):\n${body.replaceAll(/^/gm, '    ')}\n`;
test.each([
  ['a local', py('a = p\nreturn a + G'), py('b = p\nreturn b + G'), true],
  [
    'targets of every kind',
    py('for i, (j, k) in p:\n    a = i + j + k\nwith p as w:\n    pass\nreturn [q for q in a if (v := w)] + [v]'),
    py('for l, (m, n) in p:\n    b = l + m + n\nwith p as c:\n    pass\nreturn [r for r in b if (d := c)] + [d]'),
    true,
  ],
  ['one that a text puts in', py('a = p\nreturn f"{a!r:>{a}}"'), py('b = p\nreturn f"{b!r:>{b}}"'), true],
  [
    'one of an inner function and one of a method',
    py('a = 1\ndef g():\n    b = a\n    return b\nreturn g'),
    py('c = 1\ndef g():\n    d = c\n    return d\nreturn g'),
    true,
  ],
  [
    'one of two methods',
    'class C:\n    def f(self):\n        a = 1\n        return a\n    def g(self):\n        a = 2\n        return a\n',
    'class C:\n    def f(self):\n        b = 1\n        return b\n    def g(self):\n        a = 2\n        return a\n',
    true,
  ],
  ['a local and a value', py('a = 1\nreturn a'), py('b = 2\nreturn b'), false],
  ['two that change places', py('a, b = p\nreturn a - b'), py('a, b = p\nreturn b - a'), false],
  ['into a name of the module', py('a = p\nreturn G'), py('G = p\nreturn G'), false],
  [
    'a global beside a local of the name',
    'def f():\n    a = 1\n    return a\ndef g():\n    return a\n',
    'def f():\n    b = 1\n    return b\ndef g():\n    return b\n',
    false,
  ],
  ['what a comprehension goes over', py('a = p\nb = G\nreturn [a for a in a]'), py('a = p\nb = G\nreturn [b for b in b]'), false],
  ['a parameter, which is called by name', py('return p'), py('return p').replace('(p)', '(r)').replace('return p', 'return r'), false],
  ['a parameter of an inner function', py('def g(a):\n    return a\nreturn g'), py('def g(b):\n    return b\nreturn g'), false],
  ['an argument', py('a = p\nreturn p(a=a)'), py('b = p\nreturn p(b=b)'), false],
  ['an attribute', py('a = p\nreturn a.a'), py('b = p\nreturn b.b'), false],
  ['an inner function, which knows its name', py('def a():\n    pass\nreturn a'), py('def b():\n    pass\nreturn b'), false],
  ['a field of an inner class', py('class C:\n    a = 1\nreturn C'), py('class C:\n    b = 1\nreturn C'), false],
  ['a name that a text shows', py('a = p\nreturn f"{a=}"'), py('b = p\nreturn f"{b=}"'), false],
  ['a name that a query says', py('a = p\nreturn G("select * from a")'), py('b = p\nreturn G("select * from a")'), false],
  ['a name that is read by name', py('a = p\nreturn "%(p)s" % locals()'), py('b = p\nreturn "%(p)s" % locals()'), false],
  ['a global that is set', py('global G\nG = p'), py('global H\nH = p'), false],
  ['below a decorator that may look', '@jit\n' + 'def f():\n    a = 1\n    return a\n', '@jit\n' + 'def f():\n    b = 1\n    return b\n', false],
])('Python, renamed: %s', async (_, before, after, same) => {
  const [then, now] = [await shapeOfPython(before, true), await shapeOfPython(after, true)];
  expect(then && now && compareShapes(then, now).kind === 'none').toBe(same);
});

const go = (body: string): string => `package p\n\nvar G = 1\n\nfunc F(p int) (err error) {\n${body}\n}\n`;
test.each([
  ['a variable', go('a := p\nreturn f(a)'), go('b := p\nreturn f(b)'), true],
  [
    'variables of every kind',
    go(
      'var a = p\nfor i, v := range f(a) {\n\tuse(i, v)\n}\nswitch t := f(a).(type) {\ncase int:\n\tuse(t)\n}\nselect {\ncase r := <-c:\n\tuse(r)\n}\nreturn func(x int) error { return f(x) }(a)',
    ),
    go(
      'var b = p\nfor j, w := range f(b) {\n\tuse(j, w)\n}\nswitch u := f(b).(type) {\ncase int:\n\tuse(u)\n}\nselect {\ncase s := <-c:\n\tuse(s)\n}\nreturn func(y int) error { return f(y) }(b)',
    ),
    true,
  ],
  ['parameters and results', go('err = f(p)\nreturn err'), go('e = f(q)\nreturn e').replace('p int', 'q int').replace('err error', 'e error'), true],
  ['a receiver', 'package p\n\nfunc (a *T) F() int { return a.n }\n', 'package p\n\nfunc (b *T) F() int { return b.n }\n', true],
  [
    'an inner one that hides an outer one',
    go('a := 1\nif p > 0 {\n\ta := a + 1\n\tuse(a)\n}\nreturn f(a)'),
    go('a := 1\nif p > 0 {\n\tb := a + 1\n\tuse(b)\n}\nreturn f(a)'),
    true,
  ],
  ['a variable and a value', go('a := 1\nreturn f(a)'), go('b := 2\nreturn f(b)'), false],
  ['two that change places', go('a, b := f(p)\nreturn g(a, b)'), go('a, b := f(p)\nreturn g(b, a)'), false],
  ['into a name of the package', go('a := p\nreturn f(G)'), go('G := p\nreturn f(G)'), false],
  ['a name of the package before the variable', go('use(a)\na := 1\nreturn f(a)'), go('use(b)\nb := 1\nreturn f(b)'), false],
  [
    'a name of the package behind the block of the variable',
    go('if p > 0 {\n\ta := 1\n\tuse(a)\n}\nreturn f(a)'),
    go('if p > 0 {\n\tb := 1\n\tuse(b)\n}\nreturn f(b)'),
    false,
  ],
  [
    'one that is bound a second time',
    go('defer func() { use(err) }()\na, err := f(p)\nreturn g(a)'),
    go('defer func() { use(err) }()\na, e := f(p)\nreturn g(a)'),
    false,
  ],
  ['a field', go('a := p\nreturn f(T{a: a})'), go('b := p\nreturn f(T{b: b})'), false],
  ['a selector', go('a := p\nreturn a.a'), go('b := p\nreturn b.b'), false],
  ['a function of the package', 'package p\n\nfunc a() int { return 1 }\n', 'package p\n\nfunc b() int { return 1 }\n', false],
  ['a variable of the package', go('return f(G)'), go('return f(H)').replace('var G', 'var H'), false],
])('Go, renamed: %s', async (_, before, after, same) => {
  const [then, now] = [await shapeOfGo(before, true), await shapeOfGo(after, true)];
  expect(then && now && compareShapes(then, now).kind === 'none').toBe(same);
});

test.each([
  ['a function', 'def _a():\n    return 1\ndef f():\n    return _a()\n', 'def _b():\n    return 1\ndef f():\n    return _b()\n', ['_a', '_b']],
  ['a constant', '_A = 1\ndef f(x):\n    return f"{_A}"\n', '_B = 1\ndef f(x):\n    return f"{_B}"\n', ['_A', '_B']],
  ['a public function', 'def a():\n    return 1\n', 'def b():\n    return 1\n', null],
  ['a function and what it does', 'def _a():\n    return 1\n', 'def _b():\n    return 2\n', null],
  ['an attribute of the name as well', 'def _a():\n    return x._a\n', 'def _b():\n    return x._b\n', null],
  ['one that a text names', '_A = 1\nx("_A")\n', '_B = 1\nx("_A")\n', null],
  ['one of two uses', '_A = 1\ndef f():\n    return _A + _A\n', '_B = 1\ndef f():\n    return _B + _A\n', null],
  ['into the name of a local', '_A = 1\ndef f():\n    _B = 2\n    return _A + _B\n', '_B = 1\ndef f():\n    _B = 2\n    return _B + _B\n', null],
  ['an import', 'from x import _a\ndef f():\n    return _a\n', 'from x import _b\ndef f():\n    return _b\n', null],
])('a private name of a Python module, renamed: %s', async (_, before, after, names) => {
  expect(await privateRenames(before, after)).toEqual(names);
});

test('a manifest says apart words, packages and the rest', () => {
  const kind = (before: object, after: object) => manifestChange(JSON.stringify(before), JSON.stringify(after));
  expect(kind({ name: 'a', version: '1.0.0' }, { name: 'a', version: '1.0.1', description: 'x' })).toEqual({ kind: 'none' });
  expect(kind({ dependencies: { a: '1', b: '1' } }, { dependencies: { a: '1', b: '2' } })).toEqual({ kind: 'symbols', names: new Set(['b']) });
  expect(kind({ scripts: { test: 'a' } }, { scripts: { test: 'b' } }).kind).toBe('file');
  expect(kind({ name: 'a' }, []).kind).toBe('file');
});
