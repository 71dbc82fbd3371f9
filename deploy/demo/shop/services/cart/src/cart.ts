import type { Cents } from '@shop/money';

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
  return bad ? `line ${bad.sku} needs a price in cents and a quantity` : cart;
}
