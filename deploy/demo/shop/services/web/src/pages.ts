import { format, type Cents } from '@shop/money';

export type Product = { sku: string; name: string; price: Cents };
export type Priced = { lines: Cents[]; discount: Cents; total: Cents };

const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><head><title>${escape(title)}</title><link rel="stylesheet" href="/style.css"></head><body>${body}</body></html>`;

export function searchPage(words: string, products: Product[]): string {
  const list = products.map((product) => `<li class="product">${escape(product.name)} <b>${format(product.price)}</b></li>`).join('');
  return page(`Search: ${words}`, `<h1>${products.length} found</h1><ul>${list}</ul>`);
}

export function cartPage({ lines, discount, total }: Priced): string {
  const off = discount > 0 ? `<p class="discount">You save ${format(discount)}</p>` : '';
  return page('Your cart', `<h1>${lines.length} things</h1>${off}<p class="total">${format(total)}</p>`);
}

const escape = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
