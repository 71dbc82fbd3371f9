// The edge's control: JSON over HTTP on a unix socket that only its owner may open; a loopback port with a token where the path is too long.
import { randomBytes } from 'node:crypto';
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { EdgeControl } from '@awo/contracts';
import type { Edge } from './edge.ts';
import { Routes } from './routes.ts';

/** macOS allows 103 bytes, Linux 107. */
const MAX_SOCKET_PATH = 100;
const MAX_BODY = 4_000_000;

export type Control = Pick<EdgeControl, 'socket' | 'port' | 'token'> & { server: Server };

export async function openControl(edge: Edge, socketPath: string): Promise<Control> {
  const token = randomBytes(24).toString('base64url');
  const server = createServer((request, response) => {
    answer(edge, token, request, response).catch((error: unknown) => reply(response, 400, { error: error instanceof Error ? error.message : String(error) }));
  });
  if (Buffer.byteLength(socketPath) > MAX_SOCKET_PATH) {
    server.listen({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    return { server, token, socket: null, port: (server.address() as AddressInfo).port };
  }
  // Left by an edge that was killed. The environment's lock says that nobody else serves it now.
  rmSync(socketPath, { force: true });
  server.listen(socketPath);
  await once(server, 'listening');
  chmodSync(socketPath, 0o600);
  return { server, token, socket: socketPath, port: null };
}

async function answer(edge: Edge, token: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.headers.authorization !== `Bearer ${token}`) return reply(response, 401, { error: 'The token in edge.json is expected as bearer.' });
  const what = `${request.method} ${request.url}`;
  if (what === 'GET /health') return reply(response, 200, { ok: true });
  if (what === 'GET /counters') return reply(response, 200, edge.report());
  const after = /^GET \/spans\?after=(\d{1,16})$/.exec(what)?.[1];
  if (after !== undefined) return reply(response, 200, edge.spans(Number(after)));
  if (what === 'PUT /routes') return reply(response, 200, await edge.apply(Routes.parse(JSON.parse(await bodyOf(request)))));
  return reply(response, 404, { error: `No ${what}. Known: GET /health, GET /counters, GET /spans?after=NUMBER, PUT /routes.` });
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > MAX_BODY) throw new Error(`A body of more than ${MAX_BODY} bytes.`);
  }
  return text;
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
