// A change behind a method or a field that is called by its name reaches the tests of the caller, from one language to another.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeRepository, type Repository } from '@awo/repository';
import { openReachCache } from '../../cache.ts';
import { type GitFixture, gitFixture } from '../../git-repository.fixture.ts';
import { analyseImpact } from '../analyse.ts';

const packageJson = (name: string): string => `{"name":"${name}","type":"module","scripts":{"start":"node main.mjs","test":"node --test"}}`;
const pyproject = (name: string): string => `[project]\nname = "${name}"\nversion = "0.1.0"\n`;
const jsTest = (name: string, from: string): string => `import { ${name} } from '../src/${from}.js';\n${name}('http://x', 3);\n`;

const SHOP: Record<string, string> = {
  'package.json': '{"name":"shop","private":true,"workspaces":["services/*"]}',
  'go.mod': 'module example.org/shop\n\ngo 1.24\n',
  'gen/cart_connect.js': "export const CartService = { typeName: 'shop.v1.CartService', methods: { quote: { name: 'Quote' } } };\n",
  'services/cart/package.json': packageJson('cart'),
  'services/cart/src/quote.js': 'export const quote = ({ units }) => ({ cents: units * 20 });\n',
  'services/cart/main.mjs':
    "import { connectNodeAdapter } from '@connectrpc/connect-node';\nimport { CartService } from '../../gen/cart_connect.js';\nimport { quote } from './src/quote.js';\n\nconst routes = (router) => router.service(CartService, { quote });\nserve(connectNodeAdapter({ routes }));\n",
  'services/web/package.json': packageJson('web'),
  'services/web/src/cart.js':
    "import { createClient } from '@connectrpc/connect';\nimport { CartService } from '../../../gen/cart_connect.js';\n\nexport const carts = (transport, units) => createClient(CartService, transport).quote({ units });\n",
  'services/web/test/cart.test.js': jsTest('carts', 'cart'),
  'services/web/src/rpc.js':
    "export const request = async (base, method, ...params) => fetch(base, { method: 'POST', body: JSON.stringify({ jsonrpc: '2.0', method, params }) });\n",
  'services/web/src/stock.js': "import { request } from './rpc.js';\n\nexport const left = (base, id) => request(base, 'stock.left', id);\n",
  'services/web/src/moves.js': "import { request } from './rpc.js';\n\nexport const moved = (base, id) => request(base, 'stock.moved', id);\n",
  'services/web/test/left.test.js': jsTest('left', 'stock'),
  'services/web/test/moved.test.js': jsTest('moved', 'moves'),
  'services/web/src/prices.js':
    'const QUERY = gql`\n  query Price($units: Int!) {\n    cartPrice(units: $units)\n  }\n`;\nexport const prices = (client) => client.ask(QUERY);\n',
  'services/web/test/prices.test.js': jsTest('prices', 'prices'),
  'services/stock/pyproject.toml': pyproject('stock'),
  'services/stock/main.py':
    'from jsonrpcserver import method, serve\n\n\n@method("stock.left")\ndef left(id):\n    return id - 1\n\n\n@method(name="stock.moved")\ndef moved(id):\n    return id\n\n\nserve()\n',
  'services/tax/pyproject.toml': pyproject('tax'),
  'services/tax/main.py':
    'from xmlrpc.server import SimpleXMLRPCServer\n\n\ndef rate(units):\n    return units * 19\n\n\ndef code(units):\n    return units\n\n\nserver = SimpleXMLRPCServer(("127.0.0.1", 0))\nserver.register_function(rate, "tax.rate")\nserver.register_function(code, "tax.code")\nserver.serve_forever()\n',
  'services/till/pyproject.toml': pyproject('till'),
  'services/till/taxes.py':
    'from xmlrpc.client import ServerProxy\n\n\ndef taxed(base, units):\n    with ServerProxy(base) as proxy:\n        return proxy.tax.rate(units)\n',
  'services/till/test_taxes.py': 'from taxes import taxed\n\n\ndef test_taxed():\n    assert taxed("http://x", 3) == 57\n',
  'services/graph/pyproject.toml': pyproject('graph'),
  'services/graph/main.py':
    'from ariadne import QueryType\n\nquery = QueryType()\n\n\n@query.field("cartPrice")\ndef resolve_price(_, info, units):\n    return units * 20\n\n\n@query.field("other")\ndef resolve_cart_price(_, info):\n    return 1\n',
  'quotes/quotes.go':
    'package quotes\n\n// Quotes answers.\ntype Quotes struct{}\n\n// Price is of so many.\nfunc (Quotes) Price(units int, cents *int) error {\n\t*cents = units * 20\n\treturn nil\n}\n',
  'quotes/cmd/main.go':
    'package main\n\nimport (\n\t"net/rpc"\n\n\t"example.org/shop/quotes"\n)\n\nfunc main() {\n\trpc.RegisterName("CartQuotes", quotes.Quotes{})\n}\n',
  'basket/client.go':
    'package basket\n\nimport "net/rpc"\n\n// Quoted asks.\nfunc Quoted(client *rpc.Client, units int) (cents int, err error) {\n\terr = client.Call("CartQuotes.Price", units, &cents)\n\treturn cents, err\n}\n',
  'basket/client_test.go': 'package basket\n\nimport "testing"\n\nfunc TestQuoted(t *testing.T) {\n\tQuoted(nil, 3)\n}\n',
  'mail/mailer.go': 'package mail\n\n// Cost is of so many.\nfunc Cost(units int) int {\n\treturn units * 7\n}\n',
  'mail/server/main.go':
    'package main\n\nimport (\n\t"example.org/shop/mail"\n\tpb "example.org/shop/gen/mailpb"\n\t"google.golang.org/grpc"\n)\n\ntype server struct{}\n\nfunc (server) Cost(units int) int {\n\treturn mail.Cost(units)\n}\n\nfunc main() {\n\tpb.RegisterMailServiceServer(grpc.NewServer(), &server{})\n}\n',
  'services/post/package.json': packageJson('post'),
  'services/post/src/weigh.js': 'export const weigh = (call, done) => done(null, call.request.units * 9);\n',
  'services/post/main.mjs':
    "import grpc from '@grpc/grpc-js';\nimport { PostService } from '../../gen/post_grpc_pb.js';\nimport { weigh } from './src/weigh.js';\n\nconst server = new grpc.Server();\nserver.addService(PostService.service, { weigh });\n",
  'services/web/src/post.js':
    "import grpc from '@grpc/grpc-js';\nimport { PostServiceClient } from '../../../gen/post_grpc_pb.js';\n\nexport const posted = (address) => new PostServiceClient(address, grpc.credentials.createInsecure());\n",
  'services/web/test/post.test.js': jsTest('posted', 'post'),
  'gen/post_grpc_pb.js': 'export const PostService = {};\nexport class PostServiceClient {}\n',
  'gen/mailpb/mail.go':
    'package mailpb\n\nfunc RegisterMailServiceServer(registrar, server any) {}\n\nfunc NewMailServiceClient(conn any) any {\n\treturn nil\n}\n',
  'desk/client.go':
    'package desk\n\nimport pb "example.org/shop/gen/mailpb"\n\n// Mails holds a client.\nfunc Mails(conn any) any {\n\treturn pb.NewMailServiceClient(conn)\n}\n',
  'desk/client_test.go': 'package desk\n\nimport "testing"\n\nfunc TestMails(t *testing.T) {\n\tMails(nil)\n}\n',
  'other/client.go':
    'package other\n\nimport "net/rpc"\n\n// Priced asks another.\nfunc Priced(client *rpc.Client, cents *int) error {\n\treturn client.Call("Orders.Total", 1, cents)\n}\n',
  'other/client_test.go': 'package other\n\nimport "testing"\n\nfunc TestPriced(t *testing.T) {\n\tPriced(nil, nil)\n}\n',
};

let fixture: GitFixture;
let repository: Repository;
const cache = openReachCache();
beforeAll(async () => {
  fixture = gitFixture();
  fixture.commit(SHOP);
  repository = await fixture.open();
});
afterAll(() => fixture.remove());

test.each([
  ['a handler of Connect in another file than its registration', 'services/cart/src/quote.js', '* 20', ['services/web/test/cart.test.js']],
  ['a handler of grpc-js in another file than its registration', 'services/post/src/weigh.js', '* 9', ['services/web/test/post.test.js']],
  ['what the server of a Go main uses', 'mail/mailer.go', '* 7', ['desk/client_test.go']],
  ['a method of JSON-RPC under a name in text', 'services/stock/main.py', 'id - 1', ['services/web/test/left.test.js']],
  ['a function that XML-RPC has under another name', 'services/tax/main.py', '* 19', ['services/till/test_taxes.py']],
  ['a resolver with the name that its decorator says', 'services/graph/main.py', '* 20', ['services/web/test/prices.test.js']],
  ['a method of net/rpc that another package registers under another name', 'quotes/quotes.go', '* 20', ['basket/client_test.go']],
  ['a function of XML-RPC that nobody calls', 'services/tax/main.py', 'return units\n', []],
  ['a resolver whose name only looks like the field', 'services/graph/main.py', 'return 1', []],
])('%s reaches the tests of who calls it, and no other', async (_, path, part, tests) => {
  const { sha: base } = await repository.resolve('HEAD');
  const head = fixture.commit({ [path]: (SHOP[path] ?? '').replace(part, part === 'return 1' ? 'return 2' : `${part.trimEnd()} + 1\n`) });
  const report = await analyseImpact(repository, await describeRepository(repository, head), base, head, { cache, history: false });
  fixture.commit({ [path]: SHOP[path] ?? null });
  expect(report.tests.map(({ file }) => file).toSorted()).toEqual(tests);
});
