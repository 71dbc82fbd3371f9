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

/** What was promised is kept. Only carts of three and more things meet the mistake, and no test has one. */
export const PLACES: Change = {
  ref: 'places',
  subject: 'Every cart is promised a place in the warehouse for each thing in it',
  body: 'Two customers were sold the last pot. Its place is shown with the price, and what was promised is kept.',
  author: 'Cleo',
  onMain: false,
  edits: [
    {
      path: 'services/cart/src/stock.ts',
      find: '/** Tells the warehouse that an order comes. A shop that knows of no warehouse sells what it has. */\nexport async function announceOrder(warehouse: string | undefined): Promise<void> {\n',
      replace: `const SHELVES = [{ name: 'front' }, { name: 'back' }];

/** A place for each thing, by turns on either shelf. What a customer was promised is kept: a cart that knows of no places must not come after this one. */
export const placesOf = (skus: string[]): string[] => skus.map((sku, i) => \`\${SHELVES[i]!.name}/\${sku}\`);

/** Tells the warehouse that an order comes. A shop that knows of no warehouse sells what it has. */
export async function announceOrder(warehouse: string | undefined): Promise<void> {
`,
    },
    {
      path: 'services/cart/src/server.ts',
      find: "import { announceOrder } from './stock.ts';",
      replace: "import { announceOrder, placesOf } from './stock.ts';",
    },
    {
      path: 'services/cart/src/server.ts',
      find: '(cart) => priceCart(cart));',
      replace: '(cart) => ({ ...priceCart(cart), places: placesOf(cart.lines.map((line) => line.sku)) }));',
    },
    {
      path: 'services/cart/test/server.test.ts',
      find: '{ lines: [1780], discount: 0, total: 1780 }',
      replace: "{ lines: [1780], discount: 0, total: 1780, places: ['front/cup'] }",
    },
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
