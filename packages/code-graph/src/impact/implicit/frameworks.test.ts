// Ways in which frameworks say a route, a queue, a table, a service: what is seen, and what only looks like it.
import { expect, test } from 'vitest';
import { configKey } from './config-key.ts';
import type { Detector } from './detector.ts';
import { flag } from './flag.ts';
import { route } from './route.ts';
import { rpc } from './rpc.ts';
import { subject } from './subject.ts';
import { table } from './table.ts';
import { template } from './template.ts';
import { provided } from './tokens.ts';

type Case = [why: string, detector: Detector, from: string, says: string, to: string, reads: string, sees: boolean];

const CLIENT = 'await fetch(`${base}/stock/${sku}`)';
const CASES: Case[] = [
  [
    'a client whose call looks like a route',
    route,
    'a.go',
    'g.GET("/stock/:sku", show)',
    'A.kt',
    'class A { fun left(sku: String) = http.get("/stock/$sku") }',
    true,
  ],
  ['another server of the same path', route, 'a.go', 'g.GET("/stock/:sku", show)', 'b.py', '@app.get("/stock/{sku}")\ndef show(sku): ...', false],
  [
    'SQL on the table of a Django model',
    table,
    'shop/models.py',
    'class Parcel(models.Model):\n    weight = models.IntegerField()',
    'a.go',
    'db.QueryRow("SELECT weight FROM shop_parcel")',
    true,
  ],
  ['a prefix where a plug-in is registered', route, 'a.ts', "app.register(stock, { prefix: '/stock' });", 'c.ts', CLIENT, true],
  ['a prefix of something else', route, 'a.ts', "cache.open({ prefix: '/stock' });", 'c.ts', CLIENT, false],
  ['a path that only its router tells', route, 'a.py', 'router = APIRouter(prefix="/stock")\n@router.get("/{sku}")\ndef one(sku): ...', 'c.ts', CLIENT, true],
  ['a nested block of Ktor', route, 'a.kt', 'route("/stock") {\n  get("/{sku}") { call.respond(1) }\n}', 'c.ts', CLIENT, true],
  ['a group of gin in capitals', route, 'a.go', 'v1.GET("/stock/:sku", show)', 'c.ts', CLIENT, true],
  ['options of a client in capitals', route, 'a.ts', "client.GET('/stock/{sku}', { params })", 'c.ts', CLIENT, false],
  ['a block of chi', route, 'a.go', 'r.Route("/stock", func(r chi.Router) {\n\tr.Get("/{sku}", h.Show)\n})', 'c.go', 'http.Get(base + "/stock/" + sku)', true],
  ['axum behind a bracket', route, 'a.rs', 'Router::new().nest("/stock", inner())', 'c.rs', 'reqwest::get(format!("{base}/stock/{sku}"))', true],
  [
    'the controller in the route of its class',
    route,
    'StockController.cs',
    '[Route("api/[controller]")]\npublic class StockController\n{\n}',
    'C.cs',
    'http.GetAsync($"api/stock/{sku}")',
    true,
  ],
  ['a controller of Nest', route, 'a.ts', "@Controller('stock')\nexport class A {}", 'c.ts', CLIENT, true],
  ['a bean called like a path', route, 'A.java', '@Controller("stock")\nclass A {}', 'c.ts', CLIENT, false],
  ['Laravel', route, 'routes/api.php', "Route::get('/stock/{sku}', [A::class, 'show']);", 'AT_test.php', "$this->getJson('/api/stock/7')", true],
  ['Next, by its folder', route, 'src/app/stock/[sku]/route.ts', 'export async function GET() {}', 'c.ts', CLIENT, true],
  ['Rails, by the name of the controller', route, 'app/controllers/stocks_controller.rb', 'class StocksController\nend', 'c.ts', "fetch('/stocks/7')", true],
  ['a value that Ruby puts in', route, 'a.py', '@bp.route("/stock/<sku>/left")', 'c.rb', 'conn.get("/shop/stock/#{sku}/left")', true],
  [
    'an exchange and a key',
    subject,
    'a.php',
    "$channel->basic_publish($message, 'shop', 'order.placed');",
    'A.cs',
    'channel.QueueBind("q", "shop", "order.placed");',
    true,
  ],
  ['a type of content', subject, 'a.js', "bus.publish(data, 'it', 'application/json')", 'b.js', "bus.subscribe('x', 'application/json')", false],
  [
    'a queue that the environment names',
    subject,
    'a.py',
    'sqs.send_message(QueueUrl=os.environ["ORDERS_QUEUE_URL"])',
    'b.js',
    'receive({ QueueUrl: process.env.ORDERS_QUEUE_URL })',
    true,
  ],
  [
    'rows by the class that holds them',
    table,
    'db/migrate/1_a.rb',
    'rename_column :order_items, :a, :b',
    'order_item.rb',
    'class OrderItem < ApplicationRecord\nend',
    true,
  ],
  ['another class', table, 'db/migrate/1_a.rb', 'rename_column :order_items, :a, :b', 'order.rb', 'class Order < ApplicationRecord\n  # OrderItem\nend', false],
  ['SQL on the table of a class', table, 'order_item.rb', 'class OrderItem < ApplicationRecord\nend', 'a.py', 'db.execute("SELECT id FROM order_items")', true],
  [
    'a table that EF is told',
    table,
    'A.cs',
    'class A\n{\n    void Configure()\n    {\n        b.ToTable("claim_files");\n    }\n}',
    'B.cs',
    'db.Query("select paid from claim_files")',
    true,
  ],
  ['a part beside its page', template, 'app/views/carts/_line.html.erb', '<li>', 'app/views/carts/show.html.erb', "<%= render partial: 'line' %>", true],
  ['a part of another folder', template, 'app/views/carts/_line.html.erb', '<li>', 'app/views/orders/show.html.erb', "<%= render partial: 'line' %>", false],
  ['a page of its action', template, 'app/views/carts/show.html.erb', '<p>', 'app/controllers/carts_controller.rb', 'def show\nend', true],
  ['a page of another action', template, 'app/views/carts/show.html.erb', '<p>', 'app/controllers/carts_controller.rb', 'def index\n  shown = 1\nend', false],
  [
    'all services of a tag',
    provided,
    'config/services.yaml',
    "  App\\Format: { tags: ['app.format'] }",
    'A.php',
    "#[AutowireIterator('app.format')] private iterable $all",
    true,
  ],
  [
    'another tag',
    provided,
    'config/services.yaml',
    "  App\\Format: { tags: ['app.format'] }",
    'A.php',
    "#[AutowireIterator('app.format.old')] private iterable $all",
    false,
  ],
  ['a list of Laravel', configKey, 'config/shop.php', "return [\n    'port' => 1,\n];", 'A.php', "config('shop.port')", true],
  ['another list', configKey, 'config/shop.php', "return [\n    'port' => 1,\n];", 'A.php', "config('mail.port')", false],
  ['OpenFeature of Go', flag, 'flags/a.json', '{\n  "fast-way": true\n}', 'a.go', 'c.BooleanValue(ctx, "fast-way", false, e)', true],
  ['a server of C#', rpc, 'A.cs', 'using Grpc.Core;\nclass A : Scorer.ScorerBase { }', 'a.py', 'stub = pb2_grpc.ScorerStub(channel)', true],
];

test.each(CASES)('%s: %o, in %s %j and in %s %j is seen: %s', (_, detector, from, says, to, reads, sees) => {
  const candidate = { path: to, source: reads, sameUnit: to.includes('app/') || from.includes('config/') };
  const found = detector.signals(says, from).filter(({ name }) => {
    const needle = detector.needle(name);
    return needle !== null && reads.includes(needle) && detector.answer(name, candidate, { path: from, gone: false }) !== null;
  });
  expect(found.length > 0).toBe(sees);
});

test.each([
  ['C#', '[HttpGet("stock")]\npublic int Get()\n{\n    return 1;\n}\npublic int Other() => 2;'],
  ['a route beside a list of objects', "app.get('/stock',\n  show);\n{\n  other();\n}"],
])('a block in %s ends with its bracket: what stands behind it is not of the route', (_, source) => {
  const [found] = route.signals(source, 'A.cs');
  expect(source.split('\n').slice(0, found?.until).join('\n')).not.toMatch(/Other|other/);
});
