// What the shop's developers do after the six releases: a change whose tests have a gap, one that cannot be taken back, and its repair.
import type { Change } from './change.ts';

/** Leaves everything as it was, and no test would notice if it did not: nobody tests the one coupon. */
export const COUPONS_AS_MAP: Change = {
  ref: 'coupons',
  subject: 'Coupons are kept in a map',
  body: 'Names such as "constructor" are no coupons. Nothing else changes.',
  author: 'Ada',
  onMain: false,
  edits: [
    {
      path: 'services/cart/src/pricing.ts',
      find: `const COUPONS: Record<string, number> = { WELCOME: 5, FRIEND: 15 };`,
      replace: `const COUPONS = new Map([
  ['WELCOME', 5],
  ['FRIEND', 15],
]);`,
    },
    { path: 'services/cart/src/pricing.ts', find: `COUPONS[cart.coupon ?? ''] ?? 0`, replace: `COUPONS.get(cart.coupon ?? '') ?? 0` },
  ],
};

/** The warehouse keeps what it was told. Only carts of three and more things meet the mistake, and no test has one. */
export const PLACES: Change = {
  ref: 'places',
  subject: 'The warehouse keeps a place for everything in a cart',
  body: 'Two customers were sold the last pot. A place is kept until the order, on one of the two shelves.',
  author: 'Cleo',
  onMain: false,
  edits: [
    {
      path: 'services/cart/src/stock.ts',
      find: '/** Tells the warehouse that an order comes.',
      replace: `const SHELVES = [{ name: 'front' }, { name: 'back' }];

/** A place for each thing, by turns on either shelf. What has a place is not sold to others: a cart that knows of no places must not come after this one. */
export async function keepPlaces(warehouse: string | undefined, skus: string[]): Promise<void> {
  const places = skus.map((sku, i) => \`\${SHELVES[i]!.name}/\${sku}\`);
  if (warehouse === undefined) return;
  const answer = await fetch(\`\${warehouse}/places\`, { method: 'POST', body: JSON.stringify(places), signal: AbortSignal.timeout(3_000) });
  await answer.arrayBuffer();
}

/** Tells the warehouse that an order comes.`,
    },
    {
      path: 'services/cart/src/server.ts',
      find: "import { announceOrder } from './stock.ts';",
      replace: "import { announceOrder, keepPlaces } from './stock.ts';",
    },
    {
      path: 'services/cart/src/server.ts',
      find: "  if (route === 'POST /price') return withCart(request, response, (cart) => priceCart(cart));\n",
      replace: `  if (route === 'POST /price')
    return withCart(request, response, async (cart) => {
      await keepPlaces(
        warehouse,
        cart.lines.map((line) => line.sku),
      );
      return priceCart(cart);
    });
`,
    },
    {
      path: 'services/cart/src/server.ts',
      find: 'work: (cart: Cart) => object): Promise<void> {',
      replace: 'work: (cart: Cart) => object | Promise<object>): Promise<void> {',
    },
    { path: 'services/cart/src/server.ts', find: '  send(response, 200, work(cart));\n', replace: '  send(response, 200, await work(cart));\n' },
  ],
};

export const PLACES_MENDED: Change = {
  ref: 'places-mended',
  subject: 'There are two shelves, and carts of more than two things',
  body: 'The third thing is on the front shelf again.',
  author: 'Cleo',
  onMain: false,
  edits: [
    { path: 'services/cart/src/stock.ts', find: 'SHELVES[i]!.name', replace: 'SHELVES[i % SHELVES.length]!.name' },
    {
      path: 'services/cart/test/server.test.ts',
      find: "test('an order gets a number'",
      replace: `test('a cart of three things is priced', async () => {
  const lines = ['cup', 'pot', 'tea'].map((sku) => ({ sku, price: 100, quantity: 1 }));
  const response = await post('/price', JSON.stringify({ lines }));
  assert.equal(((await response.json()) as { total: number }).total, 300);
});

test('an order gets a number'`,
    },
  ],
};
