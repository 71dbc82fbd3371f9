// Which tests are chosen: by what they execute of a change, by their own change, and where nothing relates them.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CoverageLine } from '../lines.ts';
import { type Change, type ChangedSource, isSame, parseFunction } from './change.ts';
import { gatherEvidence } from './evidence.ts';
import { selectFrom, type SelectOptions } from './select.ts';

const source = (over: Partial<ChangedSource> = {}): ChangedSource => ({
  path: 'src/cart.js',
  oldPath: undefined,
  isTest: false,
  titles: [],
  lines: [[12, 14]],
  anchors: [],
  blind: false,
  functions: [{ name: 'total', line: 10 }],
  outside: false,
  ...over,
});
const change = (...files: ChangedSource[]): Change => ({ files, widened: [] });
function select(of: Change, coverage: readonly CoverageLine[], options: Partial<SelectOptions> = {}, tests: string[] = []) {
  const evidence = gatherEvidence(of);
  for (const line of coverage) evidence.cover(line);
  return selectFrom(of, evidence, tests, { risk: 0.001, share: 0.3, ...options });
}
const chosen = (selection: ReturnType<typeof select>) => selection.tests.filter((one) => one.chosen).map((one) => one.test);
const row = (name: string, ...functions: string[]): CoverageLine => ({ test: name, file: 'src/cart.js', functions });
const others = Array.from({ length: 20 }, (_, i) => row(`other ${i}`, 'add@1'));

test('tests that execute the changed function are chosen, those of other functions are left at a stated risk', () => {
  const selection = select(change(source()), [row('sums', 'total@10', 'add@1'), ...others]);
  expect(chosen(selection)).toEqual(['sums']);
  expect(selection).toMatchObject({ chosen: 1, total: 21, capped: false, fallback: null, uncovered: [] });
  expect(selection.leftOutRisk).toBeLessThanOrEqual(0.001);
  expect(selection.tests.find((one) => one.chosen)?.reasons[0]).toBe('executes total of src/cart.js:10 (1 of 21 tests do)');
});

test('of many that execute it the few that execute little else, and whose names speak of it, come first', () => {
  const broad = Array.from({ length: 20 }, (_, i) => row(`all ${i}`, 'total@10', ...Array.from({ length: 30 }, (_one, k) => `f${k}@${100 + k}`)));
  const selection = select(change(source()), [row('gives the total', 'total@10'), ...broad]);
  expect(selection.tests.toSorted((a, b) => b.probability - a.probability)[0]?.test).toBe('gives the total');
  expect(selection).toMatchObject({ capped: true, chosen: 7 });
  expect(selection.leftOutRisk).toBeGreaterThan(0.001);
  expect(select(change(source()), broad, { share: 1 })).toMatchObject({ capped: false, chosen: 20, leftOutRisk: 0 });
});

test.each(['./src/cart.js', '/builds/shop/src/cart.js', 'C:\\shop\\src\\cart.js'])('coverage of %s is coverage of src/cart.js', (file) => {
  expect(chosen(select(change(source()), [{ ...row('sums', 'total@10'), file }, ...others]))).toEqual(['sums']);
});

test('where lines are known they decide before functions do', () => {
  const line = (name: string, from: number): CoverageLine => ({ ...row(name, 'total@10'), lines: [[from, from + 1]] });
  const selection = select(change(source()), [line('on it', 13), line('before it', 10)]);
  expect(chosen(selection)).toEqual(['on it']);
  expect(selection.leftOutRisk).toBeLessThanOrEqual(0.001);
  expect(selection.tests.find((one) => one.test === 'before it')?.reasons[0]).toBe(
    'executes total of src/cart.js:10, but not its changed lines (1 of 2 tests do)',
  );
  const anchored = source({ lines: [], anchors: [[10, 10]] });
  expect(chosen(select(change(anchored), [line('at the statement', 10), line('after it', 16)]))).toEqual(['at the statement']);
});

test.each([
  ['some changed place has no line that shows it', { blind: true }],
  ['no test shows that it reaches the changed lines', { lines: [[90, 90]] as const }],
])('functions decide where %s, since a test that was left out could not be told from one that reaches it', (_, over) => {
  const line = (name: string, from: number): CoverageLine => ({ ...row(name, 'total@10'), lines: [[from, from + 1]] });
  expect(chosen(select(change(source(over)), [line('on it', 13), line('before it', 10)], { share: 1 }))).toEqual(['before it', 'on it']);
});

test('what changed outside of functions runs when the file is loaded: whoever loads it is asked', () => {
  const selection = select(change(source({ functions: [], outside: true })), others, { share: 1 });
  expect(selection.chosen).toBeGreaterThanOrEqual(19);
  expect(selection.leftOutRisk).toBeLessThanOrEqual(0.001);
});

test('where a language is not read, the last function that starts before a change is meant', () => {
  const selection = select(change(source({ functions: null })), [row('sums', 'total@10'), row('late', 'print@40'), ...others]);
  expect(chosen(selection)).toEqual(['sums']);
});

test('a test that cannot be related is run, whatever the share says', () => {
  const selection = select(change(source()), others, { share: 0 }, ['stranger']);
  expect(selection.tests.find((one) => one.test === 'stranger')).toMatchObject({ chosen: true, reasons: ['cannot be related to the change: it is run'] });
});

test('a test that itself changed is run', () => {
  const mine = source({ path: 'test/cart.test.js', isTest: true, titles: ['keeps the sum'], functions: null });
  expect(chosen(select(change(mine), [...others, row('cart keeps the sum', 'x@90')]))).toEqual(['cart keeps the sum']);
});

test('a file that coverage cannot see widens the choice to everything, and says why', () => {
  const selection = select({ files: [], widened: [{ path: 'prices.json', because: 'prices.json is a config file' }] }, others, { share: 0 });
  expect(selection).toMatchObject({ chosen: 20, fallback: { files: ['prices.json'], because: 'prices.json is a config file' } });
});

test('changed code that no test executes is named', () => {
  expect(select(change(source({ path: 'src/dark.js' })), others).uncovered).toEqual(['src/dark.js']);
});

describe('functions are the same', () => {
  test.each([
    ['total@10', 'total', 10, true],
    ['Cart.total@10', 'total', 10, true],
    ['(anonymous_3)@10', 'total', 10, true],
    ['total@11', 'total', 10, true],
    ['total@14', 'total', 10, false],
    ['other@10', 'total', 10, false],
    ['(anonymous_3)@11', 'total', 10, false],
  ])('%s for %s in line %i: %s', (covered, name, line, same) => {
    const parsed = parseFunction(covered);
    expect(parsed && isSame(parsed, { name, line })).toBe(same);
  });

  test.each(['total', '@', 'a@b', 'a@-1', 'a@1.5'])('%s names no function at a line', (text) => {
    expect(parseFunction(text)?.line ?? 0).toBe(0);
  });
});

test('over random coverage every test is answered for once, more risk never means more tests, and the answer is the same twice', () => {
  const rows = fc.array(
    fc.record({
      test: fc.constantFrom('a', 'b', 'c', 'total d', 'e'),
      file: fc.constantFrom('src/cart.js', 'x.js'),
      functions: fc.array(fc.constantFrom('total@10', 'add@1', 'broken')),
    }),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(rows, fc.double({ min: 0, max: 1, noNaN: true }), (coverage, risk) => {
      const all = select(change(source()), coverage, { share: 1, risk: 0 }, ['z']);
      const some = select(change(source()), coverage, { share: 1, risk }, ['z']);
      expect(all.tests.map((one) => one.test)).toEqual([...new Set([...coverage.map((one) => one.test), 'z'])].toSorted());
      expect(some.chosen).toBeLessThanOrEqual(all.chosen);
      expect(some.leftOutRisk).toBeLessThanOrEqual(Math.max(risk, 0));
      expect(select(change(source()), coverage, { share: 1, risk }, ['z'])).toEqual(some);
    }),
    { numRuns: 80, seed: 3 },
  );
});
