// The commands of `awo test` as a process: files in, JSON out, a real git repository.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runAwo } from '../testing/real-bus.ts';

const dir = mkdtempSync(join(tmpdir(), 'awo-test-commands-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const write = (file: string, lines: readonly (object | string)[]): void => {
  mkdirSync(dirname(join(dir, file)), { recursive: true });
  writeFileSync(join(dir, file), `${lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n')}\n`);
};
const awo = async (...args: string[]) => runAwo(args, { cwd: dir, env: { AWO_HOME: join(dir, 'home') } });

beforeAll(() => {
  write(
    'H.jsonl',
    [1, 2, 3].flatMap((cycle) =>
      ['a', 'b', 'c'].map((name) => ({ cycle, test: name, outcome: name === 'b' && cycle > 1 ? 'failed' : 'passed', durationMs: 400 })),
    ),
  );
  write(
    'T.jsonl',
    ['a', 'b', 'c'].map((name) => ({ test: name })),
  );
});

describe('a history', () => {
  test('order answers with the tests, their scores, the reasons and the model', async () => {
    const { code, out } = await awo('test', 'order', '--history', 'H.jsonl', '--tests', 'T.jsonl', '--changed', 'x.js', 'y.js', '--budget', '1s');
    const answer: unknown = JSON.parse(out);
    expect(code).toBe(0);
    expect(answer).toMatchObject({
      order: [{ test: 'b', score: 1 }, { test: 'a' }, { test: 'c' }],
      model: { cycles: 3, tests: 3 },
      budget: { tests: ['b', 'a'], left: 1 },
    });
  });

  test('backtest gives the means of every order, and writes the orders down where asked', async () => {
    const { code, out } = await awo('test', 'backtest', '--history', 'H.jsonl', '--orders', 'O.jsonl');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ cycles: 3, measured: 2, mean: { optimal: { apfd: 0.8333 } } });
    expect((await awo('test', 'backtest', '--history', 'H.jsonl', '-o', 'wide')).out).toMatch(/^failure-rate +0\.\d{3}/m);
  });

  test('flaky names what fails, and whether it means something', async () => {
    expect(JSON.parse((await awo('test', 'flaky', '--history', 'H.jsonl')).out)).toMatchObject({ tests: [{ test: 'b', verdict: 'broken', costMs: 800 }] });
  });

  test('import makes lines that order understands, one cycle per report', async () => {
    write('one.xml', ['<testsuite><testcase classname="C" name="x" time="1"><failure/></testcase></testsuite>']);
    const { code, out } = await awo('test', 'history', 'import', 'one.xml', 'one.xml', '--cycle', '5');
    expect(code).toBe(0);
    expect(out.trim().split('\n')).toEqual([5, 6].map((cycle) => JSON.stringify({ cycle, test: 'C::x', outcome: 'failed', durationMs: 1000 })));
  });
});

describe('what is wrong is said with its place', () => {
  test.each<[string[], number, RegExp]>([
    [['order', '--history', 'none.jsonl', '--tests', 'T.jsonl'], 2, /none\.jsonl cannot be read: ENOENT/],
    [['order', '--history', 'H.jsonl', '--tests', 'T.jsonl', '--budget', 'soon'], 2, /"soon" is no budget/],
    [['order', '--history', 'T.jsonl', '--tests', 'T.jsonl'], 1, /T\.jsonl:1: cycle is missing/],
    [['backtest'], 2, /--history/],
    [['select', '--head', 'HEAD'], 2, /--base is missing/],
    [['select', '--base', 'HEAD', '--risk', '7'], 2, /"7" cannot be --risk/],
    [['generate', '--head', 'HEAD'], 2, /--base is missing/],
    [['generate', '--base', 'HEAD', '--calls', 'many'], 2, /"many" cannot be --calls: expected a whole number from 1 to 5000/],
    [['history', 'import', 'T.jsonl'], 1, /T\.jsonl is no report/],
  ])('awo test %j', async (args, exit, says) => {
    const { code, err } = await awo('test', ...args);
    expect(err).toMatch(says);
    expect(code).toBe(exit);
  });

  test('`awo test REF` is still a goal of its own', async () => {
    expect(await awo('test', 'main')).toMatchObject({ code: 3, err: expect.stringContaining('npx awo up') });
  });
});

describe('select on a real repository', () => {
  const git = (...args: string[]) => execFileSync('git', ['-C', join(dir, 'shop'), '-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args]);
  const cart = (total: string) =>
    `// A cart.\nexport function add(cart, item) {\n  return [...cart, item];\n}\n\nexport const total = (cart) => {\n  ${total}\n};\n`;
  const commit = (files: Record<string, string>) => {
    for (const [file, text] of Object.entries(files)) write(`shop/${file}`, [text]);
    git('add', '-A');
    git('commit', '-q', '-m', 'change');
  };
  const select = async (...args: string[]) => JSON.parse((await awo('test', 'select', '--repo', 'shop', ...args)).out);
  const chosen = (answer: { tests: { test: string; chosen: boolean }[] }) => answer.tests.filter((one) => one.chosen).map((one) => one.test);

  beforeAll(() => {
    execFileSync('git', ['init', '-q', '-b', 'main', join(dir, 'shop')]);
    commit({
      'package.json': '{"name":"shop","version":"1.0.0"}',
      'src/cart.js': cart('return 0;'),
      'test/cart.test.js': "import { total } from '../src/cart.js';\ntotal([]);",
      'test/add.test.js': "import { add } from '../src/cart.js';\nadd([], 1);",
    });
    commit({ 'src/cart.js': cart('return cart.length;') });
    commit({
      'src/cart.js': cart('return cart.length;').replace('A cart', 'The cart'),
      'README.md': 'words',
      'package.json': '{"name":"shop","version":"1.0.1"}',
    });
    commit({ 'prices.json': '{}' });
    write('C.jsonl', [
      { test: 'cart > total', file: 'src/cart.js', functions: ['total@6'] },
      ...Array.from({ length: 9 }, (_, i) => ({ test: `cart > add ${i}`, file: 'src/cart.js', functions: ['add@2'] })),
    ]);
  });

  test('the tests of the changed function are chosen, with the reason and the risk of leaving out the others', async () => {
    const answer = await select('--base', 'main~3', '--head', 'main~2', '--coverage', 'C.jsonl');
    expect(chosen(answer)).toEqual(['cart > total']);
    expect(answer).toMatchObject({ chosen: 1, total: 10, capped: false, fallback: null });
    expect(answer.leftOutRisk).toBeLessThanOrEqual(0.001);
  });

  test('a comment, a page of documentation and a version number call for no test', async () => {
    expect(chosen(await select('--base', 'main~2', '--head', 'main~1', '--coverage', 'C.jsonl'))).toEqual([]);
  });

  test('a file of data may reach any test, so all are run', async () => {
    expect(await select('--base', 'main~1', '--coverage', 'C.jsonl')).toMatchObject({ chosen: 10, fallback: { files: ['prices.json'] } });
  });

  test('without coverage test files are chosen by what the chains of the analysis reach, and tests of a history that nothing relates are run', async () => {
    expect(chosen(await select('--base', 'main~3', '--head', 'main~2', '--history', 'H.jsonl'))).toEqual(['a', 'b', 'c', 'test/cart.test.js']);
  });
});

describe('select over processes, with coverage of each', () => {
  const git = (...args: string[]) => execFileSync('git', ['-C', join(dir, 'calls'), '-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args]);
  const commit = (files: Record<string, string>) => {
    for (const [file, text] of Object.entries(files)) write(`calls/${file}`, [text]);
    git('add', '-A');
    git('commit', '-q', '-m', 'change');
  };
  const pricing = (factor: number) => `export function priceOf(id) {\n  return id.length * ${factor};\n}\nexport function nameOf(id) {\n  return id;\n}`;
  const unit = (name: string) => `{"name":"${name}","type":"module","scripts":{"test":"node --test"}}`;
  const [PRICE, NAME, SHOWS, NEW] = [
    'price/test/price.test.js > price',
    'price/test/price.test.js > name',
    'shop/test/client.test.js > shows',
    'shop/test/new.test.js',
  ];

  beforeAll(() => {
    execFileSync('git', ['init', '-q', '-b', 'main', join(dir, 'calls')]);
    commit({
      'package.json': '{"name":"calls","private":true,"workspaces":["price","shop"]}',
      'price/package.json': unit('price'),
      'price/src/pricing.js': pricing(100),
      'price/src/routes.js':
        "import { priceOf } from './pricing.js';\nexport const routes = (app) => app.get('/price/:id', (req, res) => res.json(priceOf(req.params.id)));",
      'price/test/price.test.js': "import { priceOf, nameOf } from '../src/pricing.js';\npriceOf('a');\nnameOf('a');",
      'shop/package.json': unit('shop'),
      'shop/src/client.js': 'export const price = (id) => fetch(`${process.env.PRICE_URL}/price/${id}`);',
      'shop/src/words.js': "export const words = () => 'words';",
      'shop/test/client.test.js': "import { price } from '../src/client.js';\nprice('a');",
      'shop/test/words.test.js': "import { words } from '../src/words.js';\nwords();",
      'shop/test/new.test.js': "import { price } from '../src/client.js';\nprice('b');",
    });
    commit({ 'price/src/pricing.js': pricing(110) });
    commit({ 'shop/src/dark.js': 'export const dark = 1;', 'shop/test/dark.test.js': "import { dark } from '../src/dark.js';\ndark;" });
    write('calls.jsonl', [
      { test: PRICE, file: 'price/src/pricing.js', functions: ['priceOf@1'] },
      { test: NAME, file: 'price/src/pricing.js', functions: ['nameOf@4'] },
      { test: SHOWS, file: 'shop/src/client.js', functions: ['price@1'] },
      { test: 'shop/test/words.test.js > words', file: 'shop/src/words.js', functions: ['words@1'] },
    ]);
  });
  const select = async (...args: string[]) => {
    const { tests, ...rest } = JSON.parse((await awo('test', 'select', '--repo', 'calls', '--coverage', 'calls.jsonl', ...args)).out);
    return { ...rest, chosen: tests.filter((one: { chosen: boolean }) => one.chosen) };
  };

  test('a test that calls the changed code over HTTP executes none of it, and is chosen by the chain; one that loads the code is judged by what it executes', async () => {
    const { chosen, fallback } = await select('--base', 'main~2', '--head', 'main~1', '--share', '0');
    expect(chosen.map((one: { test: string }) => one.test)).toEqual([SHOWS, NEW]);
    expect(chosen[0].reasons[0]).toMatch(/calls .*\/price\/.*, served as \/price\/:id/);
    expect(fallback).toBeNull();
    expect((await select('--base', 'main~2', '--head', 'main~1')).chosen.map((one: { test: string }) => one.test)).toEqual([PRICE, SHOWS, NEW]);
  });

  test('a test of a file that coverage does not know is chosen by its imports', async () => {
    expect((await select('--base', 'main~1')).chosen.map((one: { test: string }) => one.test)).toEqual(['shop/test/dark.test.js']);
  });
});
