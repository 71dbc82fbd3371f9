// The whole analysis on real commits: which units and which test files, and that comments, words and looks reach nobody.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ImpactReport, ImpactReport as Schema } from '@awo/contracts';
import { describeRepository, type Repository } from '@awo/repository';
import { openReachCache } from '../cache.ts';
import { type GitFixture, gitFixture } from '../git-repository.fixture.ts';
import { analyseImpact } from './analyse.ts';

const SHOP: Record<string, string> = {
  'package.json': '{"name":"shop","private":true,"workspaces":["services/*","packages/*"]}',
  'README.md': '# Shop\n',
  'packages/money/package.json': '{"name":"@shop/money","type":"module","exports":"./src/index.js","scripts":{"test":"node --test"}}',
  'packages/money/src/index.js': "export { round } from './round.js';\nexport { format } from './format.js';\n",
  'packages/money/src/round.js': 'export function round(n) { return Math.round(n * 100) / 100; }\n',
  'packages/money/src/format.js': 'const SIGN = "$";\nexport const format = (n) => `${SIGN}${n}`;\n',
  'packages/money/src/round.test.js': "import { round } from './round.js';\nround(1);\n",
  'packages/money/src/format.test.js': "import { format } from './format.js';\nformat(1);\n",
  'services/cart/package.json':
    '{"name":"cart","type":"module","dependencies":{"@shop/money":"*","lodash":"4.17.0"},"scripts":{"start":"node src/server.js","test":"node --test"}}',
  'services/cart/src/server.js':
    "import { createServer } from 'node:http';\nimport { total } from './total.js';\nimport { publish } from './bus.js';\nconst LIMIT = Number(process.env.CART_MAX_ITEMS ?? 10);\nexport const app = createServer((req, res) => {\n  if (req.url === '/cart/total') {\n    publish('cart.checked-out', { totalCents: total([]) });\n    res.end(JSON.stringify({ limit: LIMIT }));\n  }\n});\n",
  'services/cart/src/total.js': "import { round } from '@shop/money';\nimport _ from 'lodash';\nexport const total = (items) => round(_.sum(items));\n",
  'services/cart/src/bus.js': 'export const publish = (subject, data) => [subject, data];\n',
  'services/cart/src/site.css': 'body { color: red }\n',
  'services/cart/test/total.test.js': "import { total } from '../src/total.js';\ntotal([]);\n",
  'services/cart/test/server.test.js': "import { app } from '../src/server.js';\napp.close();\n",
  'services/catalog/package.json':
    '{"name":"catalog","type":"module","dependencies":{"@shop/money":"*"},"scripts":{"start":"node src/main.js","test":"node --test"}}',
  'services/catalog/src/main.js':
    "import { readFileSync } from 'node:fs';\nimport { format } from '@shop/money';\nconst settings = JSON.parse(readFileSync(new URL('../../../config/shop.json', import.meta.url)));\nexport const price = (n) => format(n * settings.pricing.taxRate);\nexport const cartTotal = async () => (await fetch(`${process.env.CART_URL}/cart/total`)).json();\nexport const limit = process.env.CART_MAX_ITEMS;\n",
  'services/catalog/test/price.test.js': "import { price } from '../src/main.js';\nprice(1);\n",
  'services/catalog/test/cart.test.js': "import { cartTotal, limit } from '../src/main.js';\ncartTotal(limit);\n",
  'config/shop.json': '{ "pricing": { "taxRate": 1.2, "currency": "EUR" } }\n',
  'services/mail/pyproject.toml': '[project]\nname = "mail"\nversion = "0.1.0"\n',
  'services/mail/mail/__init__.py': '',
  'services/mail/mail/worker.py':
    'from mail.text import subject_line\n\n\ndef run(bus):\n    bus.subscribe("cart.checked-out", handle)\n\n\ndef handle(message):\n    return subject_line(message["totalCents"])\n',
  'services/mail/mail/text.py': '"""Texts."""\n\n\ndef subject_line(cents):\n    return f"Total {cents}"\n\n\ndef footer():\n    return "bye"\n',
  'services/mail/tests/test_worker.py': 'from mail.worker import handle\n\n\ndef test_handle():\n    assert handle({"totalCents": 1})\n',
  'services/mail/tests/test_footer.py': 'from mail.text import footer\n\n\ndef test_footer():\n    assert footer()\n',
  'go/go.mod': 'module example.org/shop\n\ngo 1.22\n',
  'go/pkg/price/price.go': 'package price\n\n// Price is it.\nfunc Price() int { return 1 }\n',
  'go/pkg/price/price_test.go': 'package price\n\nimport "testing"\n\nfunc TestPrice(t *testing.T) { Price() }\n',
  'go/pkg/other/other.go': 'package other\n\nfunc Other() {}\n',
  'go/pkg/other/other_test.go': 'package other\n\nimport "testing"\n\nfunc TestOther(t *testing.T) { Other() }\n',
  'docker-compose.yml': 'services:\n  cart:\n    build: services/cart\n    environment:\n      CART_MAX_ITEMS: 10\n  mail:\n    build: services/mail\n',
};
const TOTAL = 'services/cart/test/total.test.js';
const SERVER = 'services/cart/test/server.test.js';
/** Calls the route and reads the variable; PRICE tests another function of the same file. */
const CALLER = 'services/catalog/test/cart.test.js';
const PRICE = 'services/catalog/test/price.test.js';
const WORKER = 'services/mail/tests/test_worker.py';
const FOOTER = 'services/mail/tests/test_footer.py';

let fixture: GitFixture;
let repository: Repository;
const cache = openReachCache();
beforeAll(async () => {
  fixture = gitFixture();
  fixture.commit(SHOP);
  repository = await fixture.open();
});
afterAll(() => fixture.remove());

/** The report on one edit, which is undone again. */
async function impactOf(edits: Record<string, string | null>): Promise<ImpactReport> {
  const { sha: base } = await repository.resolve('HEAD');
  const head = fixture.commit(edits);
  const report = Schema.parse(await analyseImpact(repository, await describeRepository(repository, head), base, head, { cache }));
  fixture.commit(Object.fromEntries(Object.keys(edits).map((path) => [path, SHOP[path] ?? null])));
  return report;
}
const edit = (path: string, from: string | RegExp, to: string): Record<string, string> => ({
  [path]: (SHOP[path] ?? '').replaceAll(typeof from === 'string' ? from : from, to),
});

test.each([
  [
    'one exported function',
    edit('packages/money/src/round.js', '100', '1000'),
    'packages/money direct, services/cart implicit, services/catalog implicit, services/mail implicit',
    ['packages/money/src/round.test.js', SERVER, TOTAL, CALLER, WORKER],
  ],
  [
    'a constant behind the other',
    edit('packages/money/src/format.js', '"$"', '"E"'),
    'packages/money direct, services/catalog implicit',
    ['packages/money/src/format.test.js', PRICE],
  ],
  ['a comment', edit('packages/money/src/round.js', /^/g, '// note\n'), 'packages/money none-semantic', []],
  ['a private name', edit('packages/money/src/format.js', 'SIGN', 'MARK'), 'packages/money none-semantic', []],
  ['a document', edit('README.md', 'Shop', 'Shops'), '', []],
  ['a style sheet', edit('services/cart/src/site.css', 'red', 'blue'), 'services/cart direct', []],
  [
    'a key of a configuration file that another unit reads',
    edit('config/shop.json', 'taxRate', 'vatRate'),
    '. direct, services/catalog implicit',
    [CALLER, PRICE],
  ],
  ['a value of a file that another unit reads', edit('config/shop.json', '"EUR"', '"USD"'), '. direct, services/catalog implicit', [CALLER, PRICE]],
  [
    'a variable that one service stops to read and another still reads',
    edit('services/cart/src/server.js', 'CART_MAX_ITEMS', 'CART_LIMIT'),
    'services/cart direct, services/catalog implicit, services/mail implicit',
    [SERVER, CALLER, WORKER],
  ],
  [
    'a variable that compose sets',
    edit('docker-compose.yml', '10', '20'),
    '. direct, services/cart implicit, services/catalog implicit, services/mail implicit',
    [SERVER, CALLER, WORKER],
  ],
  [
    'a route that another calls',
    edit('services/cart/src/server.js', '/cart/total', '/cart/sum'),
    'services/cart direct, services/catalog implicit',
    [SERVER, CALLER],
  ],
  [
    'a subject that another consumes',
    edit('services/cart/src/server.js', 'cart.checked-out', 'cart.paid'),
    'services/cart direct, services/catalog implicit, services/mail implicit',
    [SERVER, CALLER, WORKER],
  ],
  ['one Python function of two', edit('services/mail/mail/text.py', 'bye', 'Bye'), 'services/mail direct', [FOOTER]],
  ['a docstring', edit('services/mail/mail/text.py', 'Texts', 'Text'), 'services/mail none-semantic', []],
  ['a Go package', edit('go/pkg/price/price.go', 'return 1', 'return 2'), 'go direct', ['go/pkg/price/price_test.go']],
  ['a Go comment', edit('go/pkg/price/price.go', 'is it', 'was it'), 'go none-semantic', []],
  [
    'a dependency of what a route answers and a message holds',
    edit('services/cart/package.json', '4.17.0', '4.17.1'),
    'services/cart direct, services/catalog implicit, services/mail implicit',
    [SERVER, TOTAL, CALLER, WORKER],
  ],
  ['a test alone', edit(TOTAL, 'total([])', 'total([1])'), 'services/cart direct', [TOTAL]],
  [
    'a file that is gone, by which a message was sent',
    { 'services/cart/src/bus.js': null },
    'services/cart direct, services/catalog implicit, services/mail implicit',
    [SERVER, CALLER, WORKER],
  ],
])('%s', async (_, edits, units, tests) => {
  const report = await impactOf(edits);
  expect(report.units.map((unit) => `${unit.id} ${unit.change}`).join(', ')).toBe(units);
  expect(report.tests.map((one) => one.file).toSorted()).toEqual([...tests].toSorted());
  expect(report.tests.length + report.skipped.tests).toBeGreaterThanOrEqual(9);
  for (const { reasons } of [...report.units, ...report.tests]) expect(Object.keys(edits)).toContain(reasons[0]?.from);
});

test('what cannot be parsed widens to its unit and says so', async () => {
  const report = await impactOf({ 'packages/money/src/round.js': 'export function round(n) { return' });
  expect(report.fallback?.kind).toBe('unparsable-file');
  expect(report.tests.map((one) => one.file)).toEqual(expect.arrayContaining(['packages/money/src/format.test.js', TOTAL, SERVER]));
});

test('awo.yaml adds, takes away and ties together; a correction that meets nothing is reported as dead', async () => {
  const awoYaml =
    'impact:\n  always: [go, no-such-unit]\n  never: ["**/*.css"]\n  edges:\n    - { from: packages/money/**, to: services/mail }\n    - { from: nowhere/**, to: go }\n';
  fixture.commit({ 'awo.yaml': awoYaml });
  const report = await impactOf({ ...edit('packages/money/src/round.js', '100', '1000'), ...edit('services/cart/src/site.css', 'red', 'blue') });
  fixture.commit({ 'awo.yaml': null });
  expect(report.units.map((unit) => unit.id)).toEqual(expect.arrayContaining(['go', 'services/mail']));
  expect(report.units.find((unit) => unit.id === 'services/cart')?.change).toBe('implicit');
  expect(report.dead).toEqual(['always: no-such-unit', 'edges: nowhere/** -> go']);
});

test('a migration that drops a column is of high risk, reaches who reads the table, and is not to run side by side', async () => {
  const dao = {
    'services/catalog/src/dao.js': "export const all = (db) => db.query('SELECT * FROM order_lines');\n",
    'services/catalog/test/dao.test.js': "import { all } from '../src/dao.js';\nall({ query: String });\n",
  };
  fixture.commit(dao);
  const report = await impactOf({ 'services/cart/migrations/002.sql': 'ALTER TABLE order_lines DROP COLUMN note;\n' });
  fixture.commit(Object.fromEntries(Object.keys(dao).map((path) => [path, null])));
  expect(report.tests.map((one) => one.file)).toContain('services/catalog/test/dao.test.js');
  expect(report.units.find((unit) => unit.id === 'services/cart')?.risk).toBe('high');
  expect(report.strategy.kind).toBe('blue-green');
});

test('a statement that writes another column reaches who reads it in another service, before who only reads the table', async () => {
  const dao = {
    'services/cart/src/dao.js': "export const save = (db, n) => db.query('INSERT INTO order_lines (id, total) VALUES ($1, $2)', [n.id, n.total]);\n",
    'services/catalog/src/sums.js': "export const sums = (db) => db.query('SELECT sum(total) FROM order_lines');\n",
    'services/catalog/test/sums.test.js': "import { sums } from '../src/sums.js';\nsums({ query: String });\n",
    'services/mail/mail/notes.py': 'def notes(cur):\n    return cur.execute("SELECT note FROM order_lines")\n',
    'services/mail/tests/test_notes.py': 'from mail.notes import notes\n\n\ndef test_notes(cur):\n    notes(cur)\n',
  };
  fixture.commit(dao);
  const report = await impactOf({ 'services/cart/src/dao.js': dao['services/cart/src/dao.js'].replace('n.total]', 'n.total * 100]') });
  fixture.commit(Object.fromEntries(Object.keys(dao).flatMap((path) => (path === 'services/cart/src/dao.js' ? [] : [[path, null]]))));
  expect(report.tests.map(({ file, probability }) => [file, probability])).toEqual([
    ['services/catalog/test/sums.test.js', 0.8],
    ['services/mail/tests/test_notes.py', 0.6],
  ]);
  expect(report.units.map((unit) => `${unit.id} ${unit.change}`)).toEqual(['services/cart direct', 'services/catalog implicit', 'services/mail implicit']);
});

test('a private name of Python that nobody else says changes nothing; one that a test says is a change', async () => {
  const text = 'def _price(n):\n    return n\n\n\ndef show(n):\n    cost = _price(n)\n    return cost\n';
  const files = {
    'services/mail/mail/price.py': text,
    'services/mail/tests/test_price.py': 'from mail import price\n\n\ndef test_price():\n    assert price.show(1)\n',
  };
  fixture.commit(files);
  const quiet = await impactOf({ 'services/mail/mail/price.py': text.replaceAll('_price', '_sum').replaceAll('cost', 'total') });
  fixture.commit({
    'services/mail/mail/price.py': text,
    'services/mail/tests/test_price.py': `${files['services/mail/tests/test_price.py']}    price._price(1)\n`,
  });
  const said = await impactOf({ 'services/mail/mail/price.py': text.replaceAll('_price', '_sum') });
  fixture.commit({ 'services/mail/mail/price.py': text });
  const local = await impactOf({ 'services/mail/mail/price.py': text.replaceAll('cost', 'total') });
  fixture.commit({ 'services/mail/tests/test_price.py': null });
  expect([quiet, said, local].map(({ files: [file], tests }) => [file?.semantic, tests.map((one) => one.file)])).toEqual([
    ['none', []],
    ['symbols', ['services/mail/tests/test_price.py']],
    ['none', []],
  ]);
});

test('without a base everything counts', async () => {
  const { sha } = await repository.resolve('HEAD');
  const report = await analyseImpact(repository, await describeRepository(repository, sha), null, sha, { cache });
  expect(report.fallback?.kind).toBe('no-base');
  expect(report.skipped.tests).toBe(0);
  expect(report.tests.length).toBe(10);
});
