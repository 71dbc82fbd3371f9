// The cart service keeps nothing: the customer's browser sends the whole cart, so that any instance can answer.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { priceCart } from './pricing.ts';
import { parseCart, type Cart } from './cart.ts';
import { announceOrder } from './stock.ts';

export function createCartServer(warehouse?: string): Server {
  return createServer((request, response) => {
    answer(request, response, warehouse).catch((error: Error) => {
      console.error(`${request.method} ${request.url}: ${error.stack}`);
      send(response, 500, { error: error.message });
    });
  });
}

async function answer(request: IncomingMessage, response: ServerResponse, warehouse: string | undefined): Promise<void> {
  const route = `${request.method} ${request.url}`;
  if (route === 'GET /health') return send(response, 200, { status: 'ok' });
  if (route === 'POST /price') return withCart(request, response, (cart) => priceCart(cart));
  if (route === 'POST /checkout') await announceOrder(warehouse);
  if (route === 'POST /checkout') return withCart(request, response, (cart) => ({ order: orderNumber(), ...priceCart(cart) }));
  send(response, 404, { error: `no ${route} here` });
}

async function withCart(request: IncomingMessage, response: ServerResponse, work: (cart: Cart) => object): Promise<void> {
  const cart = parseCart(await bodyOf(request));
  if (typeof cart === 'string') return send(response, 400, { error: cart });
  send(response, 200, work(cart));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}

const orderNumber = (): string => `o${Date.now().toString(36)}${Math.floor(Math.random() * 1296).toString(36)}`;

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
