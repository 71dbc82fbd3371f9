import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cents } from '@shop/money';

/** How many of one thing are sold at once is for the catalog to say. */
const STOCK = JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'catalog', 'catalog', 'stock.json'), 'utf8'));

export type Line = { sku: string; price: Cents; quantity: number };
export type Cart = { lines: Line[]; coupon?: string };

/** The cart in a request body, or what is wrong with it. */
export function parseCart(body: string): Cart | string {
  let cart: Cart;
  try {
    cart = JSON.parse(body);
  } catch {
    return 'a cart is JSON';
  }
  if (!Array.isArray(cart?.lines)) return 'a cart has lines';
  const bad = cart.lines.find((line) => !Number.isSafeInteger(line.price) || !(line.quantity >= 1));
  if (bad) return `line ${bad.sku} needs a price in cents and a quantity`;
  const more = cart.lines.find((line) => !(line.quantity <= STOCK.most_of_one));
  return more ? `line ${more.sku}: ${STOCK.most_of_one} of one thing are the most` : cart;
}
