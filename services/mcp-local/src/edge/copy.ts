// Sends a copy of a request to a revision that customers do not meet yet, and throws its answer away. Nothing here may delay or fail the request itself.
import { Agent, type IncomingMessage, request as send } from 'node:http';
import { type Counters, countCopy, firstLine } from './counters.ts';
import type { Lane, Route } from './exchange.ts';
import { pathOf, requestHeaders } from './headers.ts';

/** One that hangs must not fill this process: what comes beyond is not copied. */
const MOST_UNDER_WAY = 100;
/** What is copied has to be kept in memory until it is complete. */
const LARGEST_BODY = 64 * 1024;
const ANSWER_WITHIN_MS = 60_000;

const connections = new Agent({ keepAlive: true, timeout: 1000, maxFreeSockets: 64, scheduling: 'lifo' });
/** By revision: one that hangs keeps no other service's copies from being sent. */
const underWay = new WeakMap<Counters, number>();
const add = (counters: Counters, n: number): void => void underWay.set(counters, (underWay.get(counters) ?? 0) + n);

/** Who gets a copy of this request: the new one, and its control the same ones. Streams and large bodies are not copied, nor what asks for another protocol. */
export function copiesTo(request: IncomingMessage, { lanes }: Route, answeredBy: Lane): Lane[] {
  const all = lanes.filter((lane) => (lane.copies ?? 0) > 0 && lane !== answeredBy && lane.ports.length > 0);
  if (all.length === 0) return all;
  if (request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > LARGEST_BODY) return [];
  const drawn = Math.random() * 100;
  return all.filter((lane) => drawn < (lane.copies ?? 0) && (underWay.get(lane.counters) ?? 0) < MOST_UNDER_WAY);
}

export function sendCopy(request: IncomingMessage, lane: Lane): void {
  // In the trace of the request, what a copy calls would look called twice.
  const headers = [...requestHeaders(request, request.socket.remoteAddress ?? '', []), 'x-awo-copy', '1'];
  if (Number(request.headers['content-length'] ?? 0) === 0) return ask(request, headers, null, lane);
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => void parts.push(part));
  request.on('end', () => ask(request, headers, Buffer.concat(parts), lane));
}

function ask({ method, url }: IncomingMessage, headers: string[], body: Buffer | null, lane: Lane): void {
  const port = lane.ports[Math.floor(Math.random() * lane.ports.length)]?.port;
  const path = pathOf(url);
  const started = performance.now();
  let settled = false;
  add(lane.counters, 1);
  const settle = (error: { status: number; body: string } | null): void => {
    if (settled) return;
    settled = true;
    add(lane.counters, -1);
    // The query may hold what is nobody's business.
    const sample = error && { method: method ?? '', path: path.split('?', 1)[0] ?? '', ...error };
    countCopy(lane.counters, { ms: performance.now() - started, sample }, () => new Date());
  };
  const brokeOff = (): void => settle({ status: 502, body: 'no answer to a copy of a request' });
  const copy = send({ host: '127.0.0.1', port, method, path, headers, agent: connections, timeout: ANSWER_WITHIN_MS }, (answer) => {
    const status = answer.statusCode ?? 502;
    let text = '';
    answer.on('data', (part: Buffer) => {
      if (status >= 500 && text.length < 1000) text += part.toString('utf8', 0, 1000);
    });
    answer.on('end', () => settle(status >= 500 ? { status, body: firstLine(text) } : null));
    answer.on('error', brokeOff);
    answer.on('close', brokeOff);
  });
  copy.on('timeout', () => copy.destroy());
  copy.on('error', brokeOff);
  copy.on('close', brokeOff);
  copy.end(body);
}
