// Takes metrics and traces by OTLP/HTTP on loopback from the services of this machine: each is known by the name of its launch, which nobody else has been told.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { findFreePort, portFor } from '@awo/free-port';
import { LAUNCH_HEADER, OTLP_PATHS } from '../environment-variables.ts';
import { decodeMetrics, type Point } from './decode.ts';
import { decodeTraces, type ToldSpan } from './decode-traces.ts';

const MOST_BYTES = 4 * 1024 * 1024;
const unzip = promisify(gunzip);

export type Receiver = { url: string; close(): void };

export type Listener = {
  /** Whether a launch is one of ours: what others send is not even read. */
  knows(launch: string): boolean;
  take(launch: string, points: readonly Point[]): void;
  takeSpans(launch: string, spans: readonly ToldSpan[]): void;
};

/** The same `home` gets the same port again, as services go on reporting through a restart. */
export async function startReceiver(home: string, listener: Listener): Promise<Receiver> {
  const server = createServer((request, response) => void answer(request, response, listener));
  const port = await findFreePort(portFor(`${home} otlp`));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  server.unref();
  return { url: `http://127.0.0.1:${port}`, close: () => void server.close(() => server.closeAllConnections()) };
}

async function answer(request: IncomingMessage, response: ServerResponse, { knows, take, takeSpans }: Listener): Promise<void> {
  const end = (status: number, message = ''): void =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(message === '' ? {} : { message }));
  const launch = request.headers[LAUNCH_HEADER];
  const isSpans = request.url === OTLP_PATHS.traces;
  if (request.method !== 'POST' || (!isSpans && request.url !== OTLP_PATHS.metrics))
    return end(404, `POST ${OTLP_PATHS.metrics} takes metrics, POST ${OTLP_PATHS.traces} traces`);
  if (typeof launch !== 'string' || !knows(launch)) return end(401, `${LAUNCH_HEADER} says which process of this installation reports`);
  try {
    const sent = await bytesOf(request);
    const bytes = request.headers['content-encoding'] === 'gzip' ? await unzip(sent, { maxOutputLength: 8 * MOST_BYTES }) : sent;
    const type = request.headers['content-type'] ?? '';
    if (isSpans) takeSpans(launch, decodeTraces(bytes, type));
    else take(launch, decodeMetrics(bytes, type));
    end(200);
  } catch (error) {
    end(400, error instanceof Error ? error.message.slice(0, 200) : String(error));
  }
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    // Read to its end all the same: who is cut off while sending does not hear why.
    if (size <= MOST_BYTES) parts.push(part);
    else if (size > 16 * MOST_BYTES) request.destroy();
  }
  if (size > MOST_BYTES) throw new Error(`more than ${MOST_BYTES} bytes`);
  return Buffer.concat(parts);
}
