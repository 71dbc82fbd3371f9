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

test('exports that are made at run time say nothing by name, so the file counts as a whole', () => {
  expect(compareJs('const a = 1;\nmodule.exports = { a };', 'const a = 2;\nmodule.exports = { a };')).toBe('file');
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
