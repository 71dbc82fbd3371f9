// Other shops than the one of the demo, drawn from a seed: other good changes, another failing test, another fault under traffic. For tests, with the verdicts they expect.
import type { Change } from './change.ts';
import { ROUND_DOWN, SEARCH, STYLE } from './changes.ts';
import { crashAfter, failAtRate, growBy, slowBy, type Fault } from './faults.ts';
import { randomFrom, type Random } from './random.ts';

/** How a release must end: the outcome that `awo get` names. */
type Expected = 'done' | 'stopped' | 'rolled-back';

export type Variant = {
  seed: number;
  changes: Change[];
  fault: Fault;
  /** By ref, the first release included. */
  expected: Record<string, Expected>;
};

export function variant(seed: number): Variant {
  const random = randomFrom(seed);
  const style = random.pick([STYLE, BIGGER_TOTALS, DARK_TEXT]);
  const search = random.pick([SEARCH, CHEAPEST_FIRST, FEWER_FOUND]);
  const stopped = random.pick([ROUND_DOWN, NO_ZERO]);
  const fault = drawFault(random);
  return {
    seed,
    changes: [style, search, stopped, fault.change],
    fault,
    expected: { 'v1.0': 'done', [style.ref]: 'done', [search.ref]: 'done', [stopped.ref]: 'stopped', [fault.change.ref]: 'rolled-back' },
  };
}

function drawFault(random: Random): Fault {
  const kind = random.pick(['errors', 'slow', 'crash', 'memory'] as const);
  if (kind === 'errors') return failAtRate(random.whole(2, 30) / 100);
  if (kind === 'slow') return slowBy(random.whole(40, 150));
  if (kind === 'crash') return crashAfter(random.whole(20, 120));
  return growBy(random.whole(1024, 2048));
}

const BIGGER_TOTALS: Change = {
  ...STYLE,
  subject: 'Totals are easier to read',
  body: 'Larger, and bold.',
  edits: [{ path: 'services/web/public/style.css', find: '  font-size: 2rem;\n', replace: '  font-size: 2.5rem;\n  font-weight: bold;\n' }],
};

const DARK_TEXT: Change = {
  ...STYLE,
  subject: 'Darker text',
  body: 'More contrast.',
  edits: [{ path: 'services/web/public/style.css', find: '  color: #333;\n', replace: '  color: #111;\n' }],
};

const RETURNED = `[product for product in PRODUCTS if wanted in product["name"].lower()][:MOST]`;

const CHEAPEST_FIRST: Change = {
  ...SEARCH,
  subject: 'The cheapest tea is found first',
  body: 'Customers asked for it.',
  edits: [
    {
      path: 'services/catalog/catalog/search.py',
      find: `    return ${RETURNED}`,
      replace: `    found = [product for product in PRODUCTS if wanted in product["name"].lower()]\n    return sorted(found, key=lambda product: product["price"])[:MOST]`,
    },
    {
      path: 'services/catalog/tests/test_search.py',
      find: `    def test_what_is_not_sold`,
      replace: `    def test_the_cheapest_comes_first(self):
        prices = [product["price"] for product in search("tea")]
        self.assertEqual(prices, sorted(prices))

    def test_what_is_not_sold`,
    },
  ],
};

const FEWER_FOUND: Change = {
  ...SEARCH,
  subject: 'A search shows a dozen products',
  body: 'Twenty did not fit on a telephone.',
  edits: [{ path: 'services/catalog/catalog/search.py', find: 'MOST = 20\n', replace: 'MOST = 12\n' }],
};

const NO_ZERO: Change = {
  ...ROUND_DOWN,
  ref: 'no-zero',
  subject: 'Nothing is no amount',
  body: 'A price of 0 was a typing error three times this year.',
  edits: [
    {
      path: 'packages/money/src/index.ts',
      find: '  if (!Number.isSafeInteger(amount)) throw',
      replace: '  if (!Number.isSafeInteger(amount) || amount === 0) throw',
    },
    {
      path: 'packages/money/test/money.test.ts',
      find: `test('a fraction of a cent`,
      replace: `test('nothing is no amount', () => assert.throws(() => cents(0), RangeError));\ntest('a fraction of a cent`,
    },
  ],
};
