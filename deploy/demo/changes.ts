// The six releases of the demo: what the shop's developers did. Whether a change is good is for the agents to find out.
import type { Change } from './change.ts';

export const STYLE: Change = {
  ref: 'v1.1',
  subject: 'Buttons in the colour of tea',
  body: 'Grey looked as if they could not be pressed.',
  author: 'Cleo',
  onMain: true,
  edits: [{ path: 'services/web/public/style.css', find: '  background: #999;\n', replace: '  background: #4a7c3f;\n  border-radius: 0.3rem;\n' }],
};

export const SEARCH: Change = {
  ref: 'v1.2',
  subject: 'Search by the beginnings of words, in any order',
  body: 'A search for "uji" found everything from Fujian, and "tea green" found nothing.',
  author: 'Bo',
  onMain: true,
  edits: [
    {
      path: 'services/catalog/catalog/search.py',
      find: `    """Products whose name contains the words as they were typed."""
    wanted = words.strip().lower()
    return [product for product in PRODUCTS if wanted in product["name"].lower()][:MOST]
`,
      replace: `    """Products in whose name every word is the beginning of one."""
    wanted = words.lower().split()
    return [product for product in PRODUCTS if all(begins(product["name"], word) for word in wanted)][:MOST]


def begins(name, word):
    return any(part.startswith(word) for part in name.lower().split())
`,
    },
    {
      path: 'services/catalog/tests/test_search.py',
      find: `    def test_what_is_not_sold`,
      replace: `    def test_a_word_is_found_at_its_beginning_only(self):
        self.assertFalse(any("Fujian" in product["name"] for product in search("uji")))

    def test_words_come_in_any_order(self):
        self.assertEqual(search("tea green"), search("green tea"))

    def test_what_is_not_sold`,
    },
  ],
};

export const ROUND_DOWN: Change = {
  ref: 'round-down',
  subject: 'Shares are rounded down',
  body: 'The accountants want the half cent to stay with the shop.',
  author: 'Ada',
  onMain: false,
  edits: [
    {
      path: 'packages/money/src/index.ts',
      find: '/** `percent` of an amount, half a cent rounded up. */\nexport function share(amount: Cents, percent: number): Cents {\n  return Math.round(',
      replace: '/** `percent` of an amount, rounded down. */\nexport function share(amount: Cents, percent: number): Cents {\n  return Math.floor(',
    },
    {
      path: 'packages/money/test/money.test.ts',
      find: `test('a fraction of a cent`,
      replace: `test('half a cent stays with the shop', () => assert.equal(share(50, 5), 2));\ntest('a fraction of a cent`,
    },
  ],
};

/** No import leads from the catalog to the cart: only the key that both name. */
export const RENAMED_KEY: Change = {
  ref: 'renamed-key',
  subject: 'The stock list says what its number counts',
  body: 'Of one thing per order, not per customer. Nothing but the catalog uses it.',
  author: 'Cleo',
  onMain: false,
  edits: [
    { path: 'services/catalog/catalog/stock.json', find: '"most_of_one"', replace: '"most_per_order"' },
    { path: 'services/catalog/catalog/handler.py', find: 'STOCK["most_of_one"]', replace: 'STOCK["most_per_order"]' },
  ],
};

export const CHEAPEST_FREE: Change = {
  ref: 'cheapest-free',
  subject: 'Three different things: the cheapest single one is free',
  body: 'For the autumn offer. Shown as part of the discount.',
  author: 'Bo',
  onMain: false,
  edits: [
    {
      path: 'services/cart/src/pricing.ts',
      find: `  const discount = share(goods, COUPONS[cart.coupon ?? ''] ?? 0);
  return { lines, discount, total: goods - discount };
}
`,
      replace: `  const discount = share(goods, COUPONS[cart.coupon ?? ''] ?? 0) + gift(cart.lines);
  return { lines, discount, total: goods - discount };
}

/** Of three or more different things, the cheapest one that is bought singly. */
function gift(lines: Line[]): Cents {
  if (lines.length < 3) return 0;
  const singles = lines.filter((line) => line.quantity === 1).toSorted((a, b) => a.price - b.price);
  return singles[0]!.price;
}
`,
    },
    { path: 'services/cart/src/pricing.ts', find: `import type { Cart } from`, replace: `import type { Cart, Line } from` },
    {
      path: 'services/cart/test/pricing.test.ts',
      find: `test('three different things are priced`,
      replace: `test('of three different things the cheapest is free', () => assert.equal(priceCart({ lines: [tea, cup, pot] }).discount, 890));
test('two different things are no offer', () => assert.equal(priceCart({ lines: [cup, pot] }).discount, 0));
test('three different things are priced`,
    },
  ],
};

export const CHANGES: Change[] = [STYLE, SEARCH, ROUND_DOWN, RENAMED_KEY, CHEAPEST_FREE];
