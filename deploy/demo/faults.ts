// Faults for the cart service that no test of it finds, each an honest-looking change. Pure.
import type { Change, Edit } from './change.ts';

export type Fault = { kind: 'errors' | 'slow' | 'crash' | 'memory'; how: string; change: Change };

const SERVER = 'services/cart/src/server.ts';
const PRICED = '  send(response, 200, work(cart));\n';
const HELPERS = 'const orderNumber = ';

const fault = (kind: Fault['kind'], how: string, subject: string, body: string, edits: Edit[]): Fault => ({
  kind,
  how,
  change: { ref: `cart-${kind}`, subject, body, author: 'Bo', onMain: false, edits },
});

/** Answers 500 to this share of carts. */
export function failAtRate(ratio: number): Fault {
  return fault('errors', `${Math.round(ratio * 100)} % of carts fail`, 'Every cart gets a packing place', 'So that the warehouse can start before payment.', [
    { path: SERVER, find: PRICED, replace: '  packingPlace(cart);\n' + PRICED },
    {
      path: SERVER,
      find: HELPERS,
      replace: `/** Places are numbered by thousands; the last ones of the hall are not built yet. */
function packingPlace(cart: Cart): string {
  const number = [...JSON.stringify(cart)].reduce((sum, sign) => (sum * 31 + sign.charCodeAt(0)) % 1_000_003, 7) % 1_000;
  const row = cart.lines.length === 0 || number >= ${Math.round(ratio * 1000)} ? { name: \`p\${number}\` } : undefined;
  return row!.name;
}

${HELPERS}`,
    },
  ]);
}

/** Answers later by this much. */
export function slowBy(ms: number): Fault {
  return fault('slow', `${ms} ms later`, 'Carts wait for the stock list', 'So that nobody orders what is sold out.', [
    { path: SERVER, find: PRICED, replace: '  await stockList();\n' + PRICED },
    { path: SERVER, find: HELPERS, replace: `const stockList = () => new Promise((resolve) => setTimeout(resolve, ${ms}));\n\n${HELPERS}` },
  ]);
}

/** Ends the process at this request. */
export function crashAfter(requests: number): Fault {
  return fault('crash', `ends after ${requests} carts`, 'Carts are counted', 'For the quarterly figures.', [
    { path: SERVER, find: PRICED, replace: PRICED + '  count();\n' },
    {
      path: SERVER,
      find: HELPERS,
      replace: `const COUNTED = new Uint8Array(${requests});
let carts = 0;

function count(): void {
  carts += 1;
  // Written later, so that the customer need not wait.
  setImmediate(() => COUNTED.with(carts, 1));
}

${HELPERS}`,
    },
  ]);
}

/** Keeps this much memory for every cart. */
export function growBy(kib: number): Fault {
  return fault('memory', `keeps ${kib} KiB of every cart`, 'The last carts are remembered', 'For a page that shows what others buy.', [
    { path: SERVER, find: PRICED, replace: '  remember(cart);\n' + PRICED },
    {
      path: SERVER,
      find: HELPERS,
      replace: `const remembered: { cart: Cart; picture: Buffer }[] = [];

function remember(cart: Cart): void {
  remembered.push({ cart, picture: Buffer.alloc(${kib} * 1024, 1) });
}

${HELPERS}`,
    },
  ]);
}
