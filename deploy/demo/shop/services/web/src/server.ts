// Serves the pages and asks the other services for what is on them.
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { cartPage, searchPage, type Priced, type Product } from './pages.ts';

export type Neighbours = { catalog: string; cart: string };

const PUBLIC = new URL('../public/', import.meta.url);
const FILES: Record<string, { file: string; type: string }> = {
  '/': { file: 'index.html', type: 'text/html; charset=utf-8' },
  '/style.css': { file: 'style.css', type: 'text/css' },
};

export function createWebServer(neighbours: Neighbours): Server {
  return createServer((request, response) => {
    answer(request, response, neighbours).catch((error: Error) => {
      console.error(`${request.method} ${request.url}: ${error.message}`);
      send(response, 502, 'text/plain', 'Part of the shop does not answer. Please try again.');
    });
  });
}

async function answer(request: IncomingMessage, response: ServerResponse, { catalog, cart }: Neighbours): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://shop');
  const passedOn = headersFor(request);
  if (url.pathname === '/health') return send(response, 200, 'text/plain', 'ok');
  const file = FILES[url.pathname];
  if (file) return send(response, 200, file.type, await readFile(new URL(file.file, PUBLIC)));
  if (url.pathname === '/search') {
    const words = url.searchParams.get('q') ?? '';
    const { products } = await ask<{ products: Product[] }>(`${catalog}/search?q=${encodeURIComponent(words)}`, { headers: passedOn });
    return send(response, 200, 'text/html; charset=utf-8', searchPage(words, products));
  }
  if (url.pathname === '/cart' && request.method === 'POST') {
    const priced = await ask<Priced>(`${cart}/price`, { method: 'POST', body: await bodyOf(request), headers: passedOn });
    return send(response, 200, 'text/html; charset=utf-8', cartPage(priced));
  }
  send(response, 404, 'text/plain', 'There is no such page.');
}

/** Who asks, and which trace the calls belong to: so it is known for whom a service was slow, and where the time went. */
const headersFor = ({ headers }: IncomingMessage): Record<string, string> => ({
  'x-customer': String(headers['x-customer'] ?? ''),
  ...(headers.traceparent ? { traceparent: String(headers.traceparent) } : {}),
});

async function ask<T>(url: string, init: RequestInit): Promise<T> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(5_000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return (await response.json()) as T;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}

function send(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, { 'content-type': type }).end(body);
}
