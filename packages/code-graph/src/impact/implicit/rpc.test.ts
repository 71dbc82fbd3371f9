// Calls by a name in text: methods of RPC servers and fields of graphs, in the ways of their libraries; and what only looks like one.
import { expect, test } from 'vitest';
import type { Detector } from './detector.ts';
import { graphql } from './graphql.ts';
import { objectKeys } from './object-keys.ts';
import { rpcMethod } from './rpc-method.ts';

type Case = [from: string, says: string, to: string, asks: string, confidence: number | null];

function surest(detector: Detector, [from, says, to, asks]: Case): number | null {
  const answers = detector.signals(says, from).flatMap(({ name }) => {
    const needle = detector.needle(name);
    const answer =
      needle !== null && asks.includes(needle) ? detector.answer(name, { path: to, source: asks, sameUnit: false }, { path: from, gone: false }) : null;
    return answer ? [answer.confidence] : [];
  });
  return answers.length > 0 ? Math.max(...answers) : null;
}

const PROXY = 'from xmlrpc.client import ServerProxy\n\ndef quoted(base):\n    with ServerProxy(base) as shop:\n        return ';
const GO_QUOTES = 'package cart\n\nfunc (q *Quotes) Price(units int, cents *int) error {\n\treturn nil\n}\n';

const METHODS: Case[] = [
  ['a.py', '@method("cart.quote")\ndef quote(n):\n    return n', 'a.js', "export const q = (n) => request(base, 'cart.quote', n);", 0.8],
  ['a.py', '@dispatcher.add_method(name="cart.quote")\ndef quote(n):\n    return n', 'a.py', 'client.request("cart.quote", 3)', 0.8],
  ['a.py', 'from jsonrpc import dispatcher\n\n@dispatcher.add_method\ndef quote(n):\n    return n', 'a.js', "rpc.call('quote', [3])", 0.7],
  ['a.py', 'from jsonrpcserver import method\n\n@method\nasync def quote(n):\n    return n', 'a.py', 'jsonrpc = {"method": "quote"}', 0.7],
  ['a.py', 'from jsonrpc import dispatcher\ndispatcher["cart.quote"] = quote', 'a.go', 'err := client.Call(&cents, "cart.quote", 3)', 0.8],
  ['a.py', 'server.register_function(quote, "cart.quote")', 'b.py', `${PROXY}shop.cart.quote(3)`, 0.8],
  ['a.py', 'server.register_function(lambda a, b: a, "cart.quote")', 'b.py', 'def quoted(proxy):\n    return proxy.cart.quote(3)', 0.5],
  ['a.py', 'from xmlrpc.server import SimpleXMLRPCServer\nserver.register_function(quote)', 'b.py', `${PROXY}shop.quote(3)`, 0.8],
  [
    'a.py',
    'import xmlrpc\n\nclass Quotes:\n    def quote(self, n):\n        return n\n\nserver.register_instance(Quotes())',
    'b.py',
    `${PROXY}shop.quote(3)`,
    0.8,
  ],
  ['a.py', 'import rpyc\n\nclass S(rpyc.Service):\n    def exposed_quote(self, n):\n        return n', 'b.py', 'c = rpyc.connect(h)\nc.root.quote(3)', 0.8],
  ['a.js', "new JSONRPCServer().addMethod('cart.quote', ({ n }) => n);", 'b.ts', "await client.request<number>('cart.quote', { n })", 0.8],
  [
    'a.js',
    "const jayson = require('jayson');\nnew jayson.Server({\n  'cart.quote': (args, done) => done(null, 1),\n});",
    'b.js',
    "client.request('cart.quote', [3])",
    0.8,
  ],
  ['a.js', "import { Server } from 'rpc-websockets';\nserver.register('quote', ([n]) => n);", 'b.js', "import 'rpc-websockets';\nws.call('quote', [3])", 0.7],
  ['A.java', '@JsonRpcMethod("cart.quote")\nint quote(int n);', 'B.java', 'client.invoke("cart.quote", args, Integer.class)', 0.8],
  [
    'a.rs',
    '// jsonrpsee\nuse jsonrpsee::RpcModule;\nmodule.register_method("cart_quote", |p, _| 1)?;',
    'b.rs',
    'let n: u64 = rpc_client.request("cart_quote", p).await?;',
    0.7,
  ],
  [
    'a.py',
    '@method("cart.quote")\ndef quote(n):\n    return n',
    'b.js',
    "import { rpc } from './json-rpc.js';\nexport const METHODS = { quote: 'cart.quote' };",
    0.5,
  ],
  ['a.go', GO_QUOTES, 'b.go', 'err = client.Call("Quotes.Price", 3, &cents)', 0.8],
  ['a.go', GO_QUOTES, 'b.go', 'call := client.Go("CartQuotes.Price", 3, &cents, nil)', 0.35],
  ['a.go', `${GO_QUOTES}\nfunc init() {\n\trpc.RegisterName("CartQuotes", new(Quotes))\n}\n`, 'b.go', 'client.Call("CartQuotes.Price", 3, &cents)', 0.8],
  ['main.go', 'quotes := &cart.Quotes{}\nrpc.Register(quotes)', 'b.go', 'client.Call("Quotes.Price", 3, &cents)', 0.8],
  ['main.go', 's.RegisterService(new(cart.Quotes), "")', 'b.go', 'json2.EncodeClientRequest("Quotes.Price", args)', 0.8],
  // What only looks like it.
  ['a.py', '@method("cart.quote")\ndef quote(n):\n    return n', 'b.py', '@method("cart.quote")\ndef other(n):\n    return n', null],
  ['a.py', '@method("cart.quote")\ndef quote(n):\n    return n', 'b.py', "# request('cart.quote')\nlabel = translate('cart.quote')", null],
  ['a.py', '@method("cart.quote")\ndef quote(n):\n    return n', 'b.js', "request(base, 'cart.quotes')", null],
  ['a.js', "yup.addMethod(yup.string, 'quote', f);", 'b.js', "rpc.call('quote')", null],
  ['a.js', "server.addMethod('cart.quote', f);", 'b.js', "connection.onRequest('cart.quote', f)", null],
  ['a.py', 'from jsonrpc import dispatcher\n\n@dispatcher.add_method\ndef quote(n):\n    return n', 'b.js', "bus.call('quote')", null],
  ['a.go', `${GO_QUOTES}\nfunc init() {\n\trpc.RegisterName("CartQuotes", new(Quotes))\n}\n`, 'b.go', 'client.Call("OrderQuotes.Price", 3, &cents)', null],
  ['a.go', GO_QUOTES, 'b.go', 'price := client.Quotes.Price(3, &cents)', null],
  ['a.go', 'func (q *Quotes) price(units int, cents *int) error {\n}', 'b.go', 'client.Call("Quotes.price", 3, &cents)', null],
  ['main.go', 'rpc.RegisterName("CartQuotes", cart.Quotes{})', 'b.go', 'client.Call("Cart.Price", 3, &cents)', null],
];

test.each(METHODS)('rpc: in %s %j and in %s %j is %s sure', (...one) => {
  expect(surest(rpcMethod, one)).toBe(one[4]);
});

const ASKS = 'const Q = gql`\n  query Price($units: Int!) {\n    cartPrice(units: $units)\n  }\n`;';
const DOCUMENT = 'query Price {\n  cartPrice\n}\n';

const FIELDS: Case[] = [
  ['a.js', 'export const Query = {\n  cartPrice: (_, { units }) => units,\n};', 'b.js', ASKS, 0.7],
  ['a.ts', 'export const Query: QueryResolvers<Context> = {\n  async cartPrice(_, { units }) {\n    return units;\n  },\n};', 'b.graphql', DOCUMENT, 0.7],
  ['a.js', 'const rootValue = {\n  cartPrice: ({ units }) => units,\n};', 'b.py', `QUERY = """\n${DOCUMENT}"""`, 0.7],
  ['a.js', "import { graphqlHTTP } from 'express-graphql';\nconst root = { hello: () => 1, cartPrice };", 'b.js', "ask('{ cartPrice }')", 0.7],
  ['a.js', 'const queryResolvers = { cartPrice };', 'b.graphql', DOCUMENT, 0.7],
  [
    'a.js',
    "new GraphQLObjectType({\n  name: 'Query',\n  fields: () => ({\n    cartPrice: { type: GraphQLInt, resolve: f },\n  }),\n});",
    'b.graphql',
    DOCUMENT,
    0.7,
  ],
  [
    'a.ts',
    '@Resolver()\nclass Prices {\n  @Query(() => Int)\n  async cartPrice(@Arg("units") units: number) {\n    return units;\n  }\n}',
    'b.graphql',
    DOCUMENT,
    0.7,
  ],
  [
    'a.ts',
    "class Prices {\n  @Query((returns) => Int, { name: 'cartPrice' })\n  @UseGuards(Auth())\n  public priceOf(@Args('units') units: number) {\n    return units;\n  }\n}",
    'b.graphql',
    DOCUMENT,
    0.7,
  ],
  ['a.ts', "class Prices {\n  @Query('cartPrice')\n  priceOf() {\n    return 1;\n  }\n}", 'b.graphql', DOCUMENT, 0.7],
  ['a.ts', "builder.queryField('cartPrice', (t) => t.int({ resolve: () => 1 }));", 'b.graphql', DOCUMENT, 0.7],
  ['a.py', '@query.field("cartPrice")\ndef price_of(_, info, units):\n    return units', 'b.js', ASKS, 0.7],
  ['a.py', '@query.field("cartPrice")\n@convert_case\nasync def resolve_price(_, info, units):\n    return units', 'b.graphql', DOCUMENT, 0.7],
  ['a.py', 'query.set_field("cartPrice", price_of)', 'b.graphql', DOCUMENT, 0.7],
  [
    'a.py',
    '@strawberry.type\nclass Query:\n    @strawberry.field\n    def cart_price(self, units: int) -> int:\n        return units',
    'b.graphql',
    DOCUMENT,
    0.7,
  ],
  ['a.py', 'class Query:\n    @strawberry.field(name="cartPrice")\n    def price_of(self) -> int:\n        return 1', 'b.graphql', DOCUMENT, 0.7],
  ['a.py', 'class Query:\n    cart_price: int = strawberry.field(resolver=price_of)', 'b.graphql', DOCUMENT, 0.7],
  ['a.py', 'class Query(graphene.ObjectType):\n    def resolve_cart_price(self, info):\n        return 1', 'b.py', `QUERY = """\n${DOCUMENT}"""`, 0.7],
  ['a.go', 'func (r *queryResolver) CartPrice(ctx context.Context) (int, error) {\n}', 'b.graphql', DOCUMENT, 0.7],
  ['A.java', '  @DgsQuery\n  public Integer cartPrice() {\n    return 1;\n  }', 'b.graphql', DOCUMENT, 0.7],
  // What only looks like it.
  ['a.js', 'const root = { cartPrice };', 'b.graphql', DOCUMENT, null],
  ['a.ts', "class Prices {\n  @Get()\n  all(@Query('cartPrice') units: number) {}\n}", 'b.graphql', DOCUMENT, null],
  ['a.js', 'export const Query = {\n  cartPrice: (_, { units }) => units,\n};', 'b.js', 'const cartPrice = 1;', null],
  ['a.js', 'export const Query = {\n  total: (_, { units }) => ({ cartPrice: units }),\n};', 'b.graphql', DOCUMENT, null],
  ['a.py', '@query.field("other")\ndef resolve_cart_price(_, info):\n    return 1', 'b.graphql', DOCUMENT, null],
  ['a.py', '@form.field\ndef cart_price(self):\n    return 1', 'b.graphql', DOCUMENT, null],
];

test.each(FIELDS)('graphql: in %s %j and in %s %j is %s sure', (...one) => {
  expect(surest(graphql, one)).toBe(one[4]);
});

test('a field of Ariadne has the name that its decorator says, and no other of the function', () => {
  expect(graphql.signals('@query.field("cartPrice")\ndef resolve_cart_price(_, info):\n    return 1\n', 'a.py').map(({ name }) => name)).toEqual(['cartPrice']);
});

test('keys of an object have the lines of their values, whatever texts, comments and other objects stand in them', () => {
  const text =
    "x({ a: 1, b,\n  'c.d': () => {\n    return { no: '}' };\n  },\n  ...more, // e: {\n  async f() {},\n  [g]: 1,\n  h: `}`,\n}); const y = { no: 1 };\n";
  expect(objectKeys(text, text.indexOf('{')).map(({ name, line, until }) => [name, line, until])).toEqual([
    ['a', 1, 1],
    ['b', 1, 1],
    ['c.d', 2, 4],
    ['f', 6, 6],
    ['h', 8, 8],
  ]);
});
