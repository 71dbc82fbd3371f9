// An edge of a test, with real servers behind it.
import { createServer, type RequestListener, type Server } from 'node:http';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { findFreePort } from '@awo/free-port';
import { afterEach } from 'vitest';
import { get, temporary } from '../fixtures/shop.ts';
import { type Edge, openEdge } from './edge.ts';
import type { Target } from './routes.ts';

export const OLD = 'a'.repeat(40);
export const NEW = 'b'.repeat(40);
export const cleanUp: (() => unknown)[] = [];

afterEach(async () => {
  for (const clean of cleanUp.splice(0).toReversed()) await clean();
});

export async function serve(listener: RequestListener): Promise<{ port: number; server: Server }> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUp.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, server };
}

const folder = (): string => {
  const dir = temporary();
  cleanUp.push(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
};

export async function open(
  targets: Target[],
  dir = folder(),
): Promise<{
  edge: Edge;
  url: string;
  dir: string;
  set(targets: Target[]): Promise<unknown>;
  of(revision: string): ReturnType<Edge['report']>['services'][number]['revisions'][number];
}> {
  const edge = await openEdge(dir);
  cleanUp.push(() => edge.close());
  const wanted = await findFreePort();
  const set = (t: Target[]) => edge.apply({ services: [{ name: 'cart', port: wanted, targets: t }] });
  const { ports } = await set(targets);
  const of = (revision: string) => {
    const found = edge.report().services[0]?.revisions.find((r) => r.revision === revision);
    if (found === undefined) throw new Error(`no counters of ${revision}`);
    return found;
  };
  return { edge, url: `http://127.0.0.1:${ports['cart']}`, dir, set, of };
}

export const target = (revision: string, port: number | null, weight: number, generation = revision === OLD ? 1 : 2): Target => ({
  revision,
  generation,
  port,
  weight,
});
export const many = async (url: string, n: number, headers: (i: number) => Record<string, string> = () => ({})) => {
  const answers = [];
  for (let i = 0; i < n; i += 20) answers.push(...(await Promise.all(Array.from({ length: Math.min(20, n - i) }, (_, j) => get(url, headers(i + j))))));
  return answers;
};
