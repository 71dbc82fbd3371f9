// What a change breaks for others, what moved, who owns it, what breaks often: each seen, and each not seen where it only looks like it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ImpactHints, ImpactReport } from '@awo/contracts';
import type { Repository } from '@awo/repository';
import { openReachCache } from '../../cache.ts';
import { type GitFixture, gitFixture, modelOf } from '../../git-repository.fixture.ts';
import { analyseImpact } from '../analyse.ts';
import { changeFailures } from './change-failure.ts';
import { ownersOf } from './owners.ts';

const OPENAPI = `openapi: 3.0.3
info: { title: Cart, version: '1' }
paths:
  /carts/{id}:
    get:
      responses:
        '200': { description: ok, content: { application/json: { schema: { $ref: '#/components/schemas/Cart' } } } }
components:
  schemas:
    Cart: { type: object, properties: { id: { type: string }, total: { type: number } } }
`;
const FILES: Record<string, string> = {
  'lib/package.json': '{"name":"lib","type":"module","exports":"./index.js","dependencies":{"zod":"^3.0.0","ky":"~0.3.1"}}',
  'lib/index.js': "export * from './round.js';\nexport const one = 1;\n",
  'lib/round.js': 'const hidden = 1;\nexport const round = (n) => n + hidden;\nexport const keep = 1;\n',
  'app/package.json': '{"name":"app","private":true,"type":"module","dependencies":{"lib":"*"}}',
  'app/main.js': "import { round } from 'lib';\nround(1);\nexport const own = 1;\nexport const note = 'order_note';\n",
  'app/openapi.yaml': OPENAPI,
  'app/cart.proto':
    'syntax = "proto3";\npackage shop;\nmessage Cart {\n  string id = 1;\n  int32 total = 2;\n}\nservice Carts {\n  rpc Get (Cart) returns (Cart);\n}\n',
  'app/schema/a.graphql': 'type Query {\n  cart(id: ID!): Cart\n}\n',
  'app/schema/b.graphql': 'type Cart {\n  id: ID!\n  total: Int\n}\n',
  'app/events/created.avsc': '{"type":"record","name":"Created","fields":[{"name":"id","type":"string"},{"name":"total","type":"int"}]}',
  'app/events/paid.schema.json':
    '{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{"id":{"type":"string"},"total":{"type":"number"}},"required":["id"]}',
  'app/limits.schema.json': '{"type":"object","properties":{"most":{"type":"number"}}}',
  'app/stock.proto':
    'syntax = "proto3";\npackage shop;\nmessage StockLow {\n  int32 left = 1;\n  Place place = 2;\n}\nmessage Place {\n  string shelf = 1;\n}\n',
  'app/till.proto':
    'syntax = "proto3";\npackage shop;\nmessage TillState {\n  int32 left = 1;\n}\nservice Tills {\n  rpc Get (TillState) returns (TillState);\n}\n',
  'app/refund.schema.json': '{"type":"object","properties":{"sum":{"type":"integer"}}}',
  'app/check-refund.js': "import refund from './refund.schema.json' with { type: 'json' };\nexport const check = (one) => valid(refund, one);\n",
  'app/refunds.js': "import { check } from './check-refund.js';\nnc.subscribe('refund.asked', (one) => check(one) && nc.publish('refund.paid', one));\n",
  'app/send.js': "const { StockLow } = load('stock.proto');\njs.publish('stock.low', StockLow.encode({ left: 1 }));\n",
  'db/migrations/1.sql': 'CREATE TABLE orders (id bigint, order_note text, legacy_mark text);\n',
  '.github/CODEOWNERS': '* @shop/all\n/db/ @shop/data # rows\n*.proto @shop/api\n',
};
const model = modelOf('npm', { lib: [], app: ['lib'], db: [] });

let fixture: GitFixture;
let repository: Repository;
let base: string;
const cache = openReachCache();
beforeAll(async () => {
  fixture = gitFixture();
  base = fixture.commit(FILES);
  repository = await fixture.open();
});
afterAll(() => fixture.remove());

let edited: string[] = [];
async function reportOf(changes: Record<string, string | null>): Promise<ImpactReport> {
  const back = Object.fromEntries(edited.map((path) => [path, FILES[path] ?? null]));
  edited = Object.keys(changes);
  const head = fixture.commit({ ...back, ...changes });
  return analyseImpact(repository, model, base, head, { cache, history: false });
}
async function hintsOf(path: string, from: string | RegExp, to: string): Promise<ImpactHints | undefined> {
  expect(FILES[path]).toMatch(from);
  return (await reportOf({ [path]: (FILES[path] ?? '').replace(from, to) })).hints;
}

test.each<[title: string, path: string, from: string | RegExp, to: string, elements: string[]]>([
  ['a name exported through another file', 'lib/round.js', 'export const round', 'const round', ['exports lib: round']],
  ['a private name', 'lib/round.js', 'hidden = 1', 'hidden = 2', []],
  ['a name more', 'lib/index.js', 'one = 1;', 'one = 1;\nexport const two = 2;', []],
  ['a name of a private package that nobody imports', 'app/main.js', 'export const own', 'const own', []],
  ['OpenAPI: a property that was answered', 'app/openapi.yaml', ', total: { type: number }', '', ['openapi GET /carts/{id}']],
  ['OpenAPI: a property more', 'app/openapi.yaml', ', total:', ', note: { type: string }, total:', []],
  ['OpenAPI: other words', 'app/openapi.yaml', 'title: Cart', 'title: Carts', []],
  ['protobuf: another type', 'app/cart.proto', 'int32 total = 2', 'string total = 2', ['protobuf shop.Cart.total']],
  ['protobuf: a number that is used again', 'app/cart.proto', 'int32 total = 2', 'int32 total = 3', ['protobuf shop.Cart.total']],
  ['protobuf: a type that reads the same bytes', 'app/cart.proto', 'int32 total', 'int64 total', []],
  ['protobuf: a field more', 'app/cart.proto', 'int32 total = 2;', 'int32 total = 2;\n  string note = 3;', []],
  ['protobuf: a method less', 'app/cart.proto', /\n {2}rpc.*;/, '', ['protobuf shop.Carts.Get']],
  ['GraphQL: a field less, in one of two files', 'app/schema/b.graphql', '\n  total: Int', '', ['graphql Cart.total']],
  ['GraphQL: an argument that is required', 'app/schema/a.graphql', 'id: ID!', 'id: ID!, at: Int!', ['graphql Query.cart']],
  ['GraphQL: a field more', 'app/schema/b.graphql', 'total: Int', 'total: Int\n  note: String', []],
  [
    'Avro: a field without default',
    'app/events/created.avsc',
    '{"name":"total","type":"int"}',
    '{"name":"total","type":"int"},{"name":"at","type":"long"}',
    ['event Created'],
  ],
  [
    'Avro: a field with one',
    'app/events/created.avsc',
    '{"name":"total","type":"int"}',
    '{"name":"total","type":"int"},{"name":"at","type":"long","default":0}',
    [],
  ],
  ['JSON Schema: a property that is required now', 'app/events/paid.schema.json', '["id"]', '["id","total"]', ['event total']],
  ['JSON Schema: a property more', 'app/events/paid.schema.json', '"total":', '"note":{"type":"string"},"total":', []],
  [
    'JSON Schema: brackets without end',
    'app/limits.schema.json',
    '{"type":"number"}',
    '{"not":'.repeat(20_000) + '{}' + '}'.repeat(20_000),
    ['event app/limits.schema.json'],
  ],
  ['protobuf: a file that is none', 'app/cart.proto', 'message Cart', 'massage Cart', ['protobuf app/cart.proto']],
])('contracts: %s', async (_, path, from, to, elements) => {
  const hints = await hintsOf(path, from, to);
  expect(hints?.contracts.map(({ kind, element }) => `${kind} ${element}`)).toEqual(elements);
  expect(hints?.reversibility.reversible).toBe(elements.length === 0 ? 'yes' : 'unknown');
});

const OLD_CANNOT: [title: string, changes: [path: string, from: string | RegExp, to: string][], expected: object][] = [
  [
    'a message by its folder',
    [['app/events/paid.schema.json', '"number"', '["number","null"]']],
    {
      reversible: 'no',
      from: 'traffic',
      because: expect.stringMatching(/^app\/events\/paid\.schema\.json:1 \(total\): who has the old version cannot read new messages: .*null.*called events/),
    },
  ],
  ['a record of Avro', [['app/events/created.avsc', '"type":"int"', '"type":"long"']], { reversible: 'no', from: 'traffic' }],
  [
    'a message by who sends it',
    [
      ['app/send.js', 'x', 'x'],
      ['app/stock.proto', 'int32 left', 'string left'],
    ],
    { reversible: 'no', from: 'traffic', because: expect.stringContaining('app/send.js:2 sends stock.low') },
  ],
  [
    'what holds it is sent',
    [['app/stock.proto', 'string shelf', 'bytes shelf']],
    { reversible: 'no', because: expect.stringMatching(/app\/stock\.proto:8 \(shop\.Place\.shelf\)/) },
  ],
  [
    'a message of who takes messages, too',
    [
      ['app/send.js', 'js.publish', "js.subscribe('stock.asked');\njs.publish"],
      ['app/stock.proto', 'int32 left', 'string left'],
    ],
    { reversible: 'no', from: 'start' },
  ],
  ['the body of a remote call', [['app/till.proto', 'int32 left', 'string left']], { reversible: 'unknown', because: expect.not.stringContaining('message:') }],
  [
    'a message by who imports what checks it, and that sooner than another from its start',
    [
      ['app/events/paid.schema.json', '"number"', '["number","null"]'],
      ['app/refund.schema.json', 'integer', 'number'],
    ],
    { reversible: 'no', from: 'start', because: expect.stringContaining('app/refunds.js:2 sends refund.paid') },
  ],
  [
    'what nobody says the use of',
    [['app/limits.schema.json', '"number"', '"string"']],
    { reversible: 'unknown', because: expect.stringMatching(/app\/limits\.schema\.json:1 \(most\).*It may be a message: nobody who knows it/) },
  ],
  [
    'a message that the old version can read',
    [['app/events/paid.schema.json', '"required":["id"]', '"required":["id","total"]']],
    { reversible: 'unknown', because: expect.stringContaining('who has the new version cannot read old messages') },
  ],
  [
    'an irreversible migration beside, which has run before',
    [
      ['app/events/created.avsc', '"type":"int"', '"type":"long"'],
      ['db/migrations/1.sql', /$/, 'ALTER TABLE orders DROP COLUMN order_note;\n'],
    ],
    { reversible: 'no', because: expect.stringContaining('order_note') },
  ],
];

test.each(OLD_CANNOT)('the old version before new messages: %s', async (_, changes, expected) => {
  const report = await reportOf(Object.fromEntries(changes.map(([path, from, to]) => [path, (FILES[path] ?? '').replace(from, to)])));
  expect(report.hints?.reversibility).toMatchObject(expected);
});

test('a column that code still names cannot be dropped; one that nobody names ends what began earlier', async () => {
  const named = await reportOf({ 'db/migrations/2.sql': 'ALTER TABLE orders DROP COLUMN order_note;\n' });
  expect(named.hints?.reversibility).toMatchObject({ reversible: 'no', because: expect.stringContaining('db/migrations/2.sql:1') });
  expect(named.strategy.kind).toBe('blue-green');
  expect(named.hints?.owners).toEqual([{ owner: '@shop/data', files: 1 }]);
  const unused = await reportOf({ 'db/migrations/2.sql': 'ALTER TABLE orders DROP COLUMN legacy_mark;\n' });
  expect(unused.hints?.reversibility.reversible).toBe('unknown');
  const wider = await reportOf({ 'db/migrations/2.sql': 'ALTER TABLE orders ALTER COLUMN id TYPE int;\n' });
  expect(wider.hints?.migrations).toMatchObject([{ kind: 'contract', because: expect.stringContaining('from bigint to int') }]);
});

test('dependencies that moved over a major version; below 1.0 the second part counts', async () => {
  const hints = await hintsOf('lib/package.json', '"zod":"^3.0.0","ky":"~0.3.1"', '"zod":"^4.1.0","ky":"~0.4.0"');
  expect(hints?.majors.map((one) => `${one.package} ${one.from} ${one.to}`)).toEqual(['zod ^3.0.0 ^4.1.0', 'ky ~0.3.1 ~0.4.0']);
  expect(hints?.only).toBe('dependencies');
  expect((await hintsOf('lib/package.json', '^3.0.0', '^3.9.0'))?.majors).toEqual([]);
});

test('a file whose changes were repaired again and again is fragile; one repair of one change is chance', () => {
  const commit = (subject: string, ...files: string[]) => ({ sha: '', subject, author: '', at: '', files });
  const calm = Array.from({ length: 40 }, (_, i) => commit('work', `calm${i % 8}.js`));
  const wild = Array.from({ length: 6 }, () => [commit('fix crash', 'wild.js'), commit('work', 'wild.js')]).flat();
  const found = changeFailures([...wild, ...calm, commit('fix it', 'once.js'), commit('work', 'once.js')], ['wild.js', 'calm1.js', 'once.js']);
  expect(found).toMatchObject([{ file: 'wild.js', changes: 12, failures: 6 }]);
  // Drawn towards the mean of all, and still above it.
  expect(found[0]?.ratio).toBeLessThan(0.5);
  expect(found[0]?.ratio).toBeGreaterThan(2 * (found[0]?.mean ?? 1));
});

test('the last pattern decides, as for .gitignore', () => {
  const text = '* @all\n*.js @js\n/docs/ @docs\napps/*/api @api\nbuild/ @build\n/free.txt\n';
  const owner = (path: string): string[] => ownersOf(text, [path]).map((one) => one.owner);
  expect(['x.py', 'a/b.js', 'docs/x.md', 'a/docs/x.md', 'apps/shop/api/x.py', 'a/build/x.py', 'free.txt'].map(owner)).toEqual([
    ['@all'],
    ['@js'],
    ['@docs'],
    ['@all'],
    ['@api'],
    ['@build'],
    [],
  ]);
});
