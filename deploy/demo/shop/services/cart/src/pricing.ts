import { share, sum, times, type Cents } from '@shop/money';
import type { Cart } from './cart.ts';

const COUPONS: Record<string, number> = { WELCOME: 5, FRIEND: 15 };

export type Price = { lines: Cents[]; discount: Cents; total: Cents };

export function priceCart(cart: Cart): Price {
  const lines = cart.lines.map((line) => times(line.price, line.quantity));
  const goods = sum(lines);
  const discount = share(goods, COUPONS[cart.coupon ?? ''] ?? 0);
  return { lines, discount, total: goods - discount };
}
