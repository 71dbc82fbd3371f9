// The audit by mistakes: it runs a real repository, finds nothing missed, and names the kind of a detector that is taken away.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runAwo } from '../testing/real-bus.ts';
import { runnerOf } from './runners.ts';
import { namesIn, suspect } from './suspect.ts';
import { kindOfChain, tally, type Trial } from './tally.ts';

const dir = mkdtempSync(join(tmpdir(), 'awo-audit-test-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const manifest = (name: string) => `{"name":"${name}","version":"1.0.0","type":"module"}`;
const spec = (imports: string, body: string) => `import assert from 'node:assert';\nimport test from 'node:test';\n${imports}\ntest('holds', () => ${body});\n`;
const FILES = {
  'package.json': '{"name":"root","private":true,"workspaces":["services/*"]}',
  'services/shop/package.json': manifest('shop'),
  'services/shop/publish.mjs': `const publish = (subject, data) => console.log(JSON.stringify({ subject, data }));\npublish('orders.created', { total: 5 });\n`,
  'services/books/package.json': manifest('books'),
  'services/books/src/sums.js': `export const sums = (bus) => { let sum = 0; bus.subscribe('orders.created', (data) => (sum += data.total)); return () => sum; };\n`,
  'services/books/test/sums.test.js': spec(
    `import { execFileSync } from 'node:child_process';\nimport { globSync } from 'node:fs';\nimport { sums } from '../src/sums.js';\nconst all = globSync('../*/publish.mjs').map((file) => JSON.parse(execFileSync(process.execPath, [file], { encoding: 'utf8' })));`,
    `{ const heard = {}; const sum = sums({ subscribe: (name, take) => (heard[name] = take) }); for (const one of all) heard[one.subject]?.(one.data); assert.equal(sum(), 5); }`,
  ),
  'services/other/package.json': manifest('other'),
  'services/other/src/twice.js': 'export const twice = (n) => n * 2;\n',
  'services/other/test/twice.test.js': spec(`import { twice } from '../src/twice.js';`, 'assert.equal(twice(3), 6)'),
  'services/other/test/broken.test.js': spec('', 'assert.fail()'),
};

beforeAll(() => {
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  const git = (...args: string[]) => execFileSync('git', ['-C', dir, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args]);
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-q', '-m', 'all');
});
const audit = async (...args: string[]) => {
  const { code, out, err } = await runAwo(['test', 'audit', ...args], { cwd: dir, env: { AWO_HOME: join(dir, '.git', 'home') } });
  return { code, out, err, answer: out.startsWith('{') ? JSON.parse(out) : null };
};

describe('awo test audit --mutants', () => {
  test('where the analysis knows every dependency nothing is missed; a test that fails anyway is not counted, and the repository stays as it was', async () => {
    const { code, answer } = await audit('--mutants', '6', '--jobs', '1');
    expect(answer.tests).toMatchObject({ run: 2, unstable: ['services/other/test/broken.test.js'], notRun: [] });
    expect(answer.impact).toMatchObject({ recall: 1, mutantsMissed: 0 });
    expect(answer.impact.kinds.map((row: { kind: string }) => row.kind)).toContain('subject');
    expect(answer.mutants.noticed).toBeGreaterThan(1);
    expect(answer.missed).toEqual([]);
    expect(code).toBe(0);
    expect(execFileSync('git', ['-C', dir, 'status', '--porcelain'], { encoding: 'utf8' })).toBe('');
  }, 120_000);

  test('a detector that is switched off is caught: the audit names the kind, the test and the place, and ends with 1', async () => {
    const { code, answer } = await audit('--mutants', '6', '--jobs', '1', '--without', 'subject,shared-name,field,file-read');
    expect(answer.impact.recall).toBeLessThan(1);
    expect(answer.impact.kinds[0]).toMatchObject({ kind: 'subject', missed: answer.impact.failing - answer.impact.found });
    expect(answer.missed[0]).toMatchObject({
      file: 'services/shop/publish.mjs',
      missed: [{ test: 'services/books/test/sums.test.js', suspect: { kind: 'subject', at: 'services/books/src/sums.js:1' } }],
    });
    expect(code).toBe(1);
  }, 120_000);

  test.each([
    [['--mutants', 'some'], /"some" cannot be --mutants/],
    [['--mutants', '1', '--without', 'magic'], /"magic" is no kind of dependency/],
  ])('%j is refused with what is known', async (args, says) => {
    const { code, err } = await audit(...args);
    expect([code, err]).toEqual([2, expect.stringMatching(says)]);
  });
});

test.each([
  ['a/b.test.ts', { 'vitest.config.ts': '', 'a/package.json': '{}', 'a/b.test.ts': "import { test } from 'vitest'" }, { runner: 'vitest', dir: '.' }],
  ['a/b.test.js', { 'a/package.json': '{"devDependencies":{"jest":"1"}}', 'a/b.test.js': 'test()' }, { runner: 'jest', dir: 'a' }],
  ['a/b.test.js', { 'package.json': '{"scripts":{"test":"mocha"}}', 'a/b.test.js': 'it()' }, { runner: 'mocha', dir: '.' }],
  ['test/b.js', { 'package.json': '{}', 'test/b.js': 'assert(1)' }, { runner: 'node', dir: '.' }],
  ['a/x/test_b.py', { 'a/pyproject.toml': '' }, { runner: 'pytest', dir: 'a' }],
  ['a/b_test.go', { 'go.mod': '' }, { runner: 'go', dir: '.' }],
  ['a/b_test.go', {}, null],
  ['src/test/ATest.java', {}, null],
])('%s is run by what its sources and manifests say', (path, files: Record<string, string>, expected) => {
  expect(runnerOf(path, { has: (name) => name in files, text: (name) => files[name] ?? '' })).toEqual(expected);
});

test.each([
  ['deploy/cart.env', 'CART_LIMIT=5', 'os.environ["CART_LIMIT"]', 'env'],
  ['config/cart.yaml', 'maxItems: 5', 'settings.maxItems', 'config-key'],
  ['flags/cart.json', '"fast-way": true', "isEnabled('fast-way')", 'flag'],
  ['a.js', "publish('orders.created', x)", "bus.subscribe('orders.created')", 'subject'],
  ['a.js', "if (path === '/prices') {", 'fetch(base + "/prices")', 'route'],
  ['1.sql', 'total_cents INTEGER', 'SELECT total_cents FROM t', 'table'],
  ['a.proto', '  string item_id = 1;', 'json:"item_id"', 'schema'],
  ['a.csv', '1,some words', "open('a.csv')", 'file-read'],
  ['a.js', 'const x = 1;', 'nothing in common', 'unknown'],
])('what %s says and another file holds is told by sight', (path, line, text, kind) => {
  const names = [...namesIn([line]), path].filter((name) => text.includes(name));
  expect(suspect(path, [line], new Map(names.map((name) => [name, [{ path: 'b.js', line: 1, text }]]))).kind).toBe(kind);
});

test('found, missed, precision and the share that was run', () => {
  const trial = (failing: string[], chosen: string[], missed: string[] = []): Trial => ({
    file: 'a',
    line: 1,
    operator: 'x',
    description: 'x',
    failing,
    chosen: new Map(chosen.map((one) => [one, 'env'])),
    missed: missed.map((one) => ({ test: one, suspect: { kind: 'route', name: 'r', at: 'b:1' } })),
  });
  const { missedUpper, ...rest } = tally([trial(['t1', 't2'], ['t1'], ['t2']), trial([], ['t1', 't3']), trial(['t1'], ['t1'])], 4);
  expect(rest).toEqual({
    failing: 3,
    found: 2,
    recall: 2 / 3,
    share: 1 / 3,
    mutantsMissed: 1,
    kinds: [
      { kind: 'route', chosen: 0, failing: 0, missed: 1, recall: 0, precision: null },
      { kind: 'env', chosen: 4, failing: 2, missed: 0, recall: 1, precision: 0.5 },
    ],
  });
  expect(missedUpper).toBeGreaterThan(0.5);
  expect(tally([], 4)).toMatchObject({ recall: null, missedUpper: 1 });
});

test('a chain is of the kind of its first link that no import shows', () => {
  const chain = (...kinds: ('changed-file' | 'import' | 'env' | 'unit' | 'symbol')[]) =>
    kindOfChain(kinds.map((kind) => ({ kind, from: 'a', to: 'b', at: 'b:1', confidence: 1, text: '' })));
  expect([chain('changed-file', 'env', 'import'), chain('changed-file', 'import', 'unit'), chain('changed-file', 'symbol'), chain('changed-file')]).toEqual([
    'env',
    'unit',
    'symbol',
    'import',
  ]);
});
