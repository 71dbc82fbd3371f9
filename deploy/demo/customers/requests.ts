// What customers ask for: pages, searches, carts. Pure but for the random numbers given.
import type { Random } from '../random.ts';

export type ShopRequest = { method: 'GET' | 'POST'; path: string; body?: string };
export type ShopService = 'web' | 'catalog' | 'cart';

const SEARCHES = ['green tea', 'black tea', 'mint', 'uji', 'yunnan', 'pot', 'cup', 'rooibos', 'tea', 'darjeeling'] as const;
const COUPONS = ['WELCOME', 'FRIEND'] as const;

export function nextRequest(service: ShopService, random: Random): ShopRequest {
  if (service === 'catalog') return { method: 'GET', path: `/search?q=${encodeURIComponent(random.pick(SEARCHES))}` };
  if (service === 'cart') return { method: 'POST', path: random.next() < 0.15 ? '/checkout' : '/price', body: cart(random) };
  const what = random.next();
  if (what < 0.55) return { method: 'GET', path: '/' };
  if (what < 0.7) return { method: 'GET', path: '/style.css' };
  if (what < 0.9) return { method: 'GET', path: `/search?q=${encodeURIComponent(random.pick(SEARCHES))}` };
  return { method: 'POST', path: '/cart', body: cart(random) };
}

/** One to four different things. Half of the lines are bought singly. */
function cart(random: Random): string {
  const what = random.next();
  const size = what < 0.25 ? 1 : what < 0.5 ? 2 : what < 0.8 ? 3 : 4;
  const lines = Array.from({ length: size }, () => ({
    sku: `t${random.whole(0, 39)}`,
    price: 320 + 10 * random.whole(0, 60),
    quantity: random.next() < 0.5 ? 1 : random.whole(2, 4),
  }));
  return JSON.stringify(random.next() < 0.2 ? { lines, coupon: random.pick(COUPONS) } : { lines });
}
