// What a file serves is followed only where it uses what changed, and from one process to the next.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeRepository, type Repository } from '@awo/repository';
import { openReachCache } from '../../cache.ts';
import { type GitFixture, gitFixture } from '../../git-repository.fixture.ts';
import { analyseImpact } from '../analyse.ts';
import { shapeOfJs } from '../shape-js.ts';
import { affectedSignals } from './affected.ts';
import { PRODUCERS } from './producers.ts';
import { MAX_REACHED } from './served.ts';

const service = (name: string): string => `{"name":"${name}","type":"module","scripts":{"start":"node src/main.js","test":"node --test"}}`;
const PRICES: Record<string, string> = {
  'package.json': '{"name":"prices","private":true,"workspaces":["services/*"]}',
  'services/price/package.json': service('price'),
  'services/price/src/pricing.js': 'export const priceOf = (id) => id.length * 100;\n',
  'services/price/src/stock.js': 'export const stockOf = (id) => id.length;\n',
  'services/price/src/routes.js':
    "import { priceOf } from './pricing.js';\nimport { stockOf } from './stock.js';\n\nexport function routes(app, bus) {\n  app.get('/price/:id', (req, res) => {\n    res.json(priceOf(req.params.id));\n  });\n  app.get('/stock/:id', (req, res) => {\n    res.json(stockOf(req.params.id));\n  });\n  app.post('/orders', (req, res) => {\n    const total = priceOf(req.body.id);\n    bus.publish('orders.placed', { total });\n    res.end();\n  });\n}\n",
  'services/price/src/main.js': "import { routes } from './routes.js';\nroutes(globalThis.app, globalThis.bus);\n",
  'services/shop/package.json': service('shop'),
  'services/shop/src/price-client.js':
    'export const price = async (id) => (await fetch(`${process.env.PRICE_URL}/price/${id}`)).json();\nexport const name = () => 1;\n',
  'services/shop/src/stock-client.js': 'export const stock = async (id) => (await fetch(`${process.env.PRICE_URL}/stock/${id}`)).json();\n',
  'services/shop/src/pages.js':
    "import { price } from './price-client.js';\nexport const pages = (app) => {\n  app.get('/page/:id', async (req, res) => res.end(String(await price(req.params.id))));\n};\n",
  'services/shop/test/price.test.js': "import { price } from '../src/price-client.js';\nprice('a');\n",
  'services/shop/test/name.test.js': "import { name } from '../src/price-client.js';\nname();\n",
  'services/shop/test/stock.test.js': "import { stock } from '../src/stock-client.js';\nstock('a');\n",
  'services/robot/package.json': service('robot'),
  'services/robot/src/main.js': 'export const look = async (id) => (await fetch(`${process.env.SHOP_URL}/page/${id}`)).text();\n',
  'services/robot/test/look.test.js': "import { look } from '../src/main.js';\nlook('a');\n",
  'services/mail/pyproject.toml': '[project]\nname = "mail"\nversion = "0.1.0"\n',
  'services/mail/mail/__init__.py': '',
  'services/mail/mail/worker.py': 'def run(bus):\n    bus.subscribe("orders.placed", handle)\n\n\ndef handle(message):\n    return message["total"]\n',
  'services/mail/tests/test_worker.py': 'from mail.worker import handle\n\n\ndef test_handle():\n    assert handle({"total": 1})\n',
};
const SHOP = 'services/shop/test';
const ROBOT = 'services/robot/test/look.test.js';
const WORKER = 'services/mail/tests/test_worker.py';

let fixture: GitFixture;
let repository: Repository;
const cache = openReachCache();
beforeAll(async () => {
  fixture = gitFixture();
  fixture.commit(PRICES);
  repository = await fixture.open();
});
afterAll(() => fixture.remove());

async function impactOf(edits: Record<string, string | null>) {
  const { sha: base } = await repository.resolve('HEAD');
  const head = fixture.commit(edits);
  const report = await analyseImpact(repository, await describeRepository(repository, head), base, head, { cache, history: false });
  fixture.commit(Object.fromEntries(Object.keys(edits).map((path) => [path, PRICES[path] ?? null])));
  return report;
}
const edit = (path: string, from: string, to: string) => ({ [path]: (PRICES[path] ?? '').replace(from, to) });

test.each([
  ['a module behind two of three routes and a message', edit('services/price/src/pricing.js', '100', '110'), [ROBOT, `${SHOP}/price.test.js`, WORKER]],
  ['a module behind the third', edit('services/price/src/stock.js', 'id.length', 'id.length + 1'), [`${SHOP}/stock.test.js`]],
  ['the line before a message is sent', edit('services/price/src/routes.js', 'priceOf(req.body.id)', 'priceOf(req.body.id) + 1'), [WORKER]],
  [
    'what all handlers are given',
    edit('services/price/src/routes.js', 'app, bus', 'app, bus, log'),
    [ROBOT, `${SHOP}/price.test.js`, `${SHOP}/stock.test.js`, WORKER],
  ],
  ['a route under another name: what is sent inside of it is the same', edit('services/price/src/routes.js', "'/orders'", "'/carts'"), []],
])('%s reaches who takes it, over one process more, and nobody else', async (_, edits, tests) => {
  const report = await impactOf(edits);
  expect(report.tests.map((one) => one.file).toSorted()).toEqual([...tests].toSorted());
  for (const { probability } of report.tests) expect(probability).toBeLessThan(0.6);
});

test('each process further is less sure, and the chain names each route on the way', async () => {
  const report = await impactOf(edit('services/price/src/pricing.js', '100', '110'));
  const probability = (file: string): number => report.tests.find((one) => one.file === file)?.probability ?? 0;
  expect(probability(ROBOT)).toBeLessThan(probability(`${SHOP}/price.test.js`));
  const reasons = report.tests.find((one) => one.file === ROBOT)?.reasons ?? [];
  expect(reasons.map(({ kind }) => kind)).toEqual(['changed-file', 'symbol', 'route', 'symbol', 'route', 'symbol']);
  expect(reasons.filter(({ kind }) => kind === 'route').map(({ at }) => at)).toEqual(['services/shop/src/price-client.js:1', 'services/robot/src/main.js:1']);
});

const signals = (source: string) => PRODUCERS.flatMap((detector) => detector.signals(source, 'a.js').map((signal) => ({ ...signal, kind: detector.kind })));
const affected = (source: string, names: readonly string[] | 'all', lines: readonly number[] = []) =>
  affectedSignals(source, shapeOfJs(source, 'js'), { names: names === 'all' ? 'all' : new Set(names), lines: new Set(lines) }, signals(source)).signals.map(
    (one) => `${one.kind} ${one.name}`,
  );

test.each<[why: string, source: string, names: readonly string[] | 'all', lines: readonly number[], expected: string[]]>([
  [
    'a handler elsewhere in the file',
    "import { a } from './a.js';\napp.get('/a', one);\napp.get('/b', two);\nfunction one() { a(); }\nfunction two() {}\n",
    ['a'],
    [],
    ['route /a'],
  ],
  [
    'a changed handler elsewhere in the file',
    "app.get('/a', one);\napp.get('/b', two);\nfunction one() {\n  x();\n}\nfunction two() {}\n",
    [],
    [4],
    ['route /a'],
  ],
  ['something set up before all', "import { auth } from './auth.js';\nconst app = make();\napp.use(auth);\napp.get('/a', one);\n", ['auth'], [], ['route /a']],
  ['something set up for another', "import { auth } from './auth.js';\nconst app = make();\nlog(auth);\napp.get('/a', one);\n", ['auth'], [], []],
  [
    'a class that is given it',
    "import { Prices } from './p.js';\nexport class Web {\n  prices = new Prices();\n  serve(app) {\n    app.get('/a', () => this.prices.all());\n  }\n}\n",
    ['Prices'],
    [],
    ['route /a'],
  ],
  [
    'a subject that is a constant',
    "import { a } from './a.js';\nconst PLACED = bus.topic.publish('orders.placed');\nexport const send = () => PLACED(a());\n",
    ['a'],
    [],
    ['subject orders.placed'],
  ],
  [
    'rows written',
    "import { a } from './a.js';\nexport const save = (db) => db.query('INSERT INTO orders VALUES ($1)', [a()]);\nexport const other = (db) => db.query('UPDATE carts SET x = 1');\n",
    ['a'],
    [],
    ['table rows of orders'],
  ],
  [
    'a file written',
    "import { a } from './a.js';\nexport const save = () => writeFileSync(join(dir, 'rates.csv'), a());\n",
    ['a'],
    [],
    ['file-read rates.csv'],
  ],
  ['no name that tells', "import { a } from './a.js';\napp.get('/a', a);\napp.get('/b', b);\n", 'all', [], ['route /a', 'route /b']],
  ['exports made at run time', "const a = require('./a.js');\napp.get('/a', a);\napp.get('/b', b);\nexports[x] = 1;\n", ['a'], [], ['route /a', 'route /b']],
])('%s', (_, source, names, lines, expected) => {
  expect(affected(source, names, lines)).toEqual(expected);
});

test('more reached files than are looked at are said to be left, and their units count whole', async () => {
  const many = Object.fromEntries(
    Array.from({ length: MAX_REACHED + 2 }, (_, i) => [`services/price/src/many/m${i}.js`, "export { priceOf } from '../pricing.js';\n"]),
  );
  fixture.commit(many);
  const report = await impactOf(edit('services/price/src/pricing.js', '100', '110'));
  fixture.commit(Object.fromEntries(Object.keys(many).map((path) => [path, null])));
  expect(report.fallback).toMatchObject({ kind: 'too-many-names', because: expect.stringContaining(`more than ${MAX_REACHED} reached files`) });
  expect(report.fallback?.files.every((path) => path.startsWith('services/price/src/'))).toBe(true);
});
