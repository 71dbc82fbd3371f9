// Each detector of implicit dependencies: what it sees, and what only looks like it.
import { expect, test } from 'vitest';
import { configKey } from './config-key.ts';
import type { Detector } from './detector.ts';
import { env } from './env.ts';
import { generatedFrom, readsFile } from './file-read.ts';
import { flag } from './flag.ts';
import { graphql } from './graphql.ts';
import { injection } from './injection.ts';
import { route } from './route.ts';
import { rpc } from './rpc.ts';
import { schema } from './schema.ts';
import { field, sharedName } from './shared-name.ts';
import { subject } from './subject.ts';
import { table } from './table.ts';
import { template } from './template.ts';
import { provided } from './tokens.ts';
import { translation } from './translation.ts';

type Case = [detector: Detector, from: string, says: string, to: string, reads: string, sees: boolean, gone?: boolean];

const CASES: Case[] = [
  [env, 'compose.yaml', '    environment:\n      CART_LIMIT: 5', 'a.js', 'const n = process.env.CART_LIMIT;', true],
  [env, '.env', 'CART_LIMIT=5', 'a.py', 'n = os.environ["CART_LIMIT"]', true],
  [env, '.env', 'CART_LIMIT=5', 'a.go', 'n := os.Getenv("CART_LIMIT")', true],
  [env, '.env', 'CART_LIMIT=5', 'a.js', 'const { CART_LIMIT } = process.env;', true],
  [env, 'Dockerfile', 'ENV CART_LIMIT=5', 'Main.java', 'System.getenv("CART_LIMIT")', false],
  [env, 'k8s/cart.yaml', '        - name: CART_LIMIT\n          value: "5"', 'a.rs', 'std::env::var("CART_LIMIT")', true],
  [env, '.env', 'CART_LIMIT=5', 'a.js', '// process.env.CART_LIMIT was read here', false],
  [env, '.env', 'CART_LIMIT=5', 'a.js', 'const n = process.env.CART_LIMITS;', false],
  [env, 'a.js', 'const n = process.env.CART_LIMIT;', 'b.py', 'os.getenv("CART_LIMIT")', false],
  [env, 'a.js', 'const n = process.env.CART_LIMIT;', 'b.py', 'os.getenv("CART_LIMIT")', true, true],
  [configKey, 'config/shop.json', '{ "pricing": { "taxRate": 1 } }', 'a.js', "load('shop.json').pricing.taxRate", true],
  [configKey, 'config/shop.yaml', 'taxRate: 1', 'a.py', 'config["taxRate"]', true],
  [configKey, 'config/shop.yaml', 'taxRate: 1', 'a.go', 'viper.GetFloat64("pricing.taxRate")', true],
  [configKey, 'config/shop.yaml', 'name: x', 'a.js', 'person.name', false],
  [configKey, 'config/shop.yaml', 'taxRate: 1', 'a.js', '// config.taxRate is gone', false],
  [route, 'server.js', "app.get('/cart/:id', show)", 'client.js', 'await fetch(`${base}/cart/${id}`)', true],
  [route, 'app.py', '@app.get("/cart/{id}")\ndef show(id):\n    return id', 'client.go', 'http.Get("http://cart/cart/1")', true],
  [route, 'main.go', 'mux.HandleFunc("GET /orders/{id}", show)', 'client.py', 'requests.get(f"{BASE}/orders/7")', true],
  [route, 'openapi.yaml', 'openapi: 3.1.0\npaths:\n  /orders/{id}:\n    get: {}', 'client.ts', 'client.get(`/orders/${id}`)', true],
  [route, 'server.js', "if (req.url === '/cart/total') {", 'client.js', "fetch(url + '/cart/total')", true],
  [route, 'server.js', "if (url.pathname.startsWith('/cart/')) {", 'client.js', 'await fetch(`${base}/cart/${id}`)', true],
  [route, 'server.js', "app.get('/cart/:id', show)", 'client.js', "import x from '../cart.js'", false],
  [route, 'server.js', "app.get('/cart/:id', show)", 'other.js', "app.get('/cart/:id', other)", false],
  [route, 'server.js', "app.get('/cart/:id', show)", 'package.json', '{ "workspaces": ["services/cart"], "dependencies": { "@shop/cart": "*" } }', false],
  [route, 'server.js', "app.get('/healthz', ok)", 'probe.js', "fetch('/healthz')", false],
  [flag, 'flags/cart.json', '{\n  "fast-way": true\n}', 'cart.py', 'return 1 if is_enabled("fast-way") else 3', true],
  [
    schema,
    'order.schema.json',
    '{\n  "title": "Placed",\n  "properties": { "order_id": { "type": "string" } }\n}',
    'event.py',
    'return {"order_id": id}',
    true,
  ],
  [subject, 'a.js', "bus.publish('orders.created', order)", 'b.py', 'bus.subscribe("orders.created", on_order)', true],
  [subject, 'a.js', "bus.publish('orders.created', order)", 'b.js', "bus.subscribe('orders.*', on)", true],
  [subject, 'a.go', 'nc.Publish("orders.created", data)', 'worker.yaml', '  subject: orders.created', true],
  [subject, 'a.js', "emitter.emit('data', x)", 'b.js', "stream.on('data', f)", false],
  [subject, 'a.js', "bus.publish('orders.created', order)", 'b.js', "bus.subscribe('orders.deleted', on)", false],
  [table, 'migrations/1.sql', 'ALTER TABLE orders ADD COLUMN note text;', 'a.py', 'cur.execute("SELECT * FROM orders")', true],
  [table, 'models.py', '    __tablename__ = "orders"', 'a.go', 'db.Query(`UPDATE orders SET x = 1`)', true],
  [table, 'migrations/1.sql', 'CREATE TABLE orders (id int);', 'a.js', "knex('orders').where({ id })", true],
  [table, 'migrations/1.sql', 'CREATE TABLE orders (id int);', 'a.js', 'const orders = [];', false],
  [schema, 'cart.proto', 'message CartItem {\n  int32 n = 1;\n}', 'a.go', 'item := &pb.CartItem{}', true],
  [schema, 'cart.proto', 'message CartItem {\n}', 'a.go', 'item := CartItems{}', false],
  [flag, 'flags.yaml', 'new-checkout: true', 'a.js', "if (flags.isEnabled('new-checkout')) go()", true],
  [flag, 'flags.yaml', 'new-checkout: true', 'a.js', "const css = 'new-checkout';", false],
  [
    injection,
    'FlatRate.java',
    '@Service\nclass FlatRate implements Rate {\n  int of() { return 1; }\n}',
    'Invoice.java',
    'class Invoice {\n  @Autowired Rate rate;\n}',
    true,
  ],
  [
    injection,
    'FlatRate.java',
    'class FlatRate extends Base implements Audit, Rate<Cart> {\n}',
    'Invoice.java',
    '@Service class Invoice { Invoice(Rate rate) {} }',
    true,
  ],
  [
    injection,
    'flat-rate.ts',
    '@Injectable()\nexport class FlatRate implements Rate {\n}',
    'invoice.ts',
    'class Invoice { constructor(private readonly rate: Rate) {} }',
    true,
  ],
  [injection, 'FlatRate.cs', 'public class FlatRate : IRate\n{\n}', 'Invoice.cs', 'var rate = provider.GetRequiredService<IRate>();', true],
  [injection, 'FlatRate.php', 'class FlatRate implements Rate\n{\n}', 'Invoice.php', 'public function __construct(private Rate $rate) {}', true],
  [provided, 'a.ts', "{ provide: 'TAX_RATE', useClass: FlatRate }", 'b.ts', "constructor(@Inject('TAX_RATE') rate) {}", true],
  [provided, 'a.js', "container.register('taxRate', flatRate)", 'b.js', "const rate = container.resolve('taxRate');", true],
  [provided, 'a.js', "container.register('taxRate', flatRate)", 'b.js', "const label = 'taxRate';", false],
  [injection, 'A.java', 'class A implements Serializable {\n}', 'B.java', '@Autowired Serializable s;', false],
  [injection, 'FlatRate.java', 'class FlatRate implements Rate {\n}', 'Rates.java', 'static String show(Rate rate) { return ""; }', false],
  [sharedName, 'a.js', "const KEY = 'cart:limit';", 'b.py', 'redis.get("cart:limit")', true, true],
  [sharedName, 'a.js', "const KEY = 'cart:limit';", 'b.py', 'redis.get("cart:limit")', false],
  [field, 'a.js', 'reply({ totalCents: 1 })', 'b.py', 'return message["totalCents"]', true, true],
  [field, 'a.js', 'reply({ total: 1 })', 'b.py', 'return message["total"]', false, true],
  [flag, 'flags.json', '{ "new-checkout": true }', 'a.py', 'client.get_boolean_value("new-checkout", False)', true],
  [flag, 'flagd.json', '{ "new-checkout": {} }', 'a.ts', "await client.getBooleanValue('new-checkout', false)", true],
  [flag, 'config/features.yml', 'new_checkout: true', 'a.rb', 'Flipper.enabled?(:new_checkout)', true],
  [flag, 'flags.yaml', 'new_checkout: true', 'a.py', 'waffle.flag_is_active(request, "new_checkout")', true],
  [rpc, 'server.py', 'import grpc\nclass Carts(pb.CartServicer):\n    def Get(self): pass', 'client.py', 'stub = pb.CartStub(channel)', true],
  [rpc, 'server.go', 'import pb "x/grpc"\npb.RegisterCartServiceServer(s, &server{})', 'client.go', 'c := pb.NewCartServiceClient(conn)', true],
  [rpc, 'Server.java', 'import io.grpc.Server;\nclass S extends CartGrpc.CartImplBase {\n}', 'Client.java', 'CartGrpc.newBlockingStub(channel)', true],
  [
    rpc,
    'server.js',
    "const grpc = require('@grpc/grpc-js');\nserver.addService(pb.CartService.service, { get })",
    'client.js',
    'const c = new pb.CartService(address, grpc.credentials.createInsecure());',
    true,
  ],
  [rpc, 'server.go', 'import pb "x/grpc"\npb.RegisterCartServiceServer(s, &server{})', 'other.go', 'c := pb.NewOrderServiceClient(conn)', false],
  [rpc, 'server.go', 'import pb "x/grpc"\npb.RegisterCartServiceServer(s)', 'client.go', '// c := pb.NewCartServiceClient(conn)', false],
  [graphql, 'resolvers.js', 'const resolvers = {\n  Query: {\n    cartTotal: () => 1,\n  },\n};', 'page.tsx', 'const Q = gql`query Show { cartTotal }`;', true],
  [graphql, 'resolvers.py', 'def resolve_cart_total(self, info):\n    return 1', 'page.graphql', 'query Show {\n  cartTotal\n}', true],
  [
    graphql,
    'schema.graphql',
    'type Query {\n  cartTotal(id: ID!): Int\n}',
    'resolvers.ts',
    'export const r = {\n  Query: {\n    cartTotal: () => 1,\n  },\n};',
    true,
  ],
  [graphql, 'resolvers.js', 'const resolvers = {\n  Query: {\n    cartTotal: () => 1,\n  },\n};', 'a.js', 'const cartTotal = 1;', false],
  [
    graphql,
    'resolvers.js',
    'const resolvers = {\n  Query: {\n    cartTotal: () => 1,\n  },\n};',
    'page.tsx',
    'const Q = gql`query Show { cartTotals }`;',
    false,
  ],
  [translation, 'locales/en.json', '{ "cart": { "emptyNote": "x" } }', 'a.tsx', "<p>{t('cart.emptyNote')}</p>", true],
  [translation, 'config/locales/en.yml', 'en:\n  empty_note: x', 'a.rb', "I18n.t('cart.empty_note')", true],
  [translation, 'messages.properties', 'cart.emptyNote=x', 'A.java', 'source.getMessage("cart.emptyNote", null)', true],
  [translation, 'locales/en.json', '{ "emptyNote": "x" }', 'a.js', "const id = 'emptyNote';", false],
  [template, 'views/cart/show.ejs', '<p>1</p>', 'a.js', "res.render('cart/show', { cart })", true],
  [template, 'resources/views/cart/show.blade.php', '<p>1</p>', 'a.php', "return view('cart.show');", true],
  [template, 'templates/cart/_row.hbs', '<p>1</p>', 'templates/list.hbs', '{{> cart/row}}', true],
  [template, 'views/cart/show.ejs', '<p>1</p>', 'a.js', "res.render('order/show')", false],
];

test.each(CASES)('%o: in %s %j and in %s %j is seen: %s', (detector, from, says, to, reads, sees, gone = false) => {
  const names = detector.signals(says, from).map((signal) => signal.name);
  const answers = names.map((name) => {
    const needle = detector.needle(name);
    return needle !== null && reads.includes(needle) ? detector.answer(name, { path: to, source: reads, sameUnit: false }, { path: from, gone }) : null;
  });
  expect(answers.some((answer) => answer !== null && answer.confidence >= 0.3)).toBe(sees);
});

test.each([
  ['data/vat.csv', "readFileSync('data/vat.csv')", true, 0.9],
  ['services/a/data/vat.csv', "join(dir, 'data', 'vat.csv')", true, 0.8],
  ['services/a/fixtures/one.json', "for (const f of readdirSync(join(dir, 'fixtures')))", true, 0.5],
  ['services/a/data/vat.csv', "'vat.csv.bak'", true, null],
  ['services/a/config.json', "readFileSync('config.json')", false, null],
  ['data/vat.csv', '// data/vat.csv is not read any more', true, null],
])('%s is read by %j in the same unit %s: %s', (path, source, sameUnit, confidence) => {
  expect(readsFile(path, { path: 'services/a/main.js', source, sameUnit })?.confidence ?? null).toBe(confidence);
});

test('a generated file that names its source goes stale with it; one that speaks of another file does not', () => {
  const made = { path: 'api_pb.go', source: '// Code generated by protoc-gen-go. DO NOT EDIT.\n// source: api.proto\n', sameUnit: true };
  expect(generatedFrom('proto/api.proto', made)?.confidence).toBe(0.8);
  expect(generatedFrom('proto/other.proto', made)).toBeNull();
  expect(generatedFrom('gen.yaml', { ...made, source: 'package x\n\n//go:generate tool -c gen.yaml\n' })).not.toBeNull();
});
