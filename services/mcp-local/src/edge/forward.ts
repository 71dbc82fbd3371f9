// Carries one HTTP request to the chosen revision and its answer back. Nothing is tried twice: what a revision fails at must be seen.
import { Agent, type IncomingMessage, request as send, type ServerResponse } from 'node:http';
import { copiesTo, sendCopy } from './copy.ts';
import { firstLine } from './counters.ts';
import { begin, type Exchange, isTurnedAway, type Route } from './exchange.ts';
import { answerHeaders, pathOf, requestHeaders } from './headers.ts';

const ANSWER_WITHIN_MS = 60_000;

/**
 * Connections to revisions. An idle one is closed after a second: servers close theirs after two to five without telling,
 * and a request sent into that moment would count as the revision's error.
 */
const connections = new Agent({ keepAlive: true, timeout: 1000, maxFreeSockets: 512, scheduling: 'lifo' });

export function forward(request: IncomingMessage, response: ServerResponse, route: Route): void {
  if (isTurnedAway(request, route)) return refuse(response, null, `${route.name} serves only some of its customers for now.`);
  const exchange = begin(request, route);
  if (exchange === null || exchange.port === null) return refuse(response, exchange, `No revision of ${route.name} has traffic.`);
  const upstream = send({
    host: '127.0.0.1',
    port: exchange.port,
    method: request.method,
    path: pathOf(request.url),
    headers: requestHeaders(request, request.socket.remoteAddress ?? '', exchange.trace),
    agent: connections,
    timeout: ANSWER_WITHIN_MS,
  });
  for (const lane of copiesTo(request, route, exchange.lane)) sendCopy(request, lane);
  let gone = false;

  response.on('close', () => {
    exchange.leave();
    if (response.writableFinished) return;
    // The customer gave up. No error of the revision, but the time spent waiting counts.
    gone = true;
    exchange.settle(null, response.headersSent);
    upstream.destroy();
  });
  response.on('error', () => undefined);
  request.on('error', () => undefined);

  upstream.on('timeout', () => upstream.destroy(new Error(`no answer within ${ANSWER_WITHIN_MS / 1000} s`)));
  upstream.on('response', (answer) => relay(answer, response, exchange));
  upstream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ECONNREFUSED') exchange.rest();
    if (gone || response.headersSent) return;
    request.unpipe(upstream);
    request.resume();
    noAnswer(response, exchange, error.code ?? error.message);
  });
  if (request.headers['content-length'] === undefined && request.headers['transfer-encoding'] === undefined) upstream.end();
  else request.pipe(upstream);
}

function relay(answer: IncomingMessage, response: ServerResponse, exchange: Exchange): void {
  const status = answer.statusCode ?? 502;
  const failed = status >= 500;
  let body = '';
  // A long answer may pause for as long as it likes; only the wait for its beginning is bounded.
  answer.socket.setTimeout(0);
  response.writeHead(status, answer.statusMessage, answerHeaders(answer.rawHeaders, exchange.lane.revision));
  if (failed && answer.headers['content-encoding'] === undefined)
    answer.on('data', (chunk: Buffer) => {
      if (body.length < 1000) body += chunk.toString('utf8', 0, 1000);
    });
  const settle = () => exchange.settle(failed ? { status, body: firstLine(body) } : null);
  // Streams of events end when somebody leaves: their beginning is their latency.
  if (/^text\/event-stream/i.test(answer.headers['content-type'] ?? '')) settle();
  answer.on('end', settle);
  answer.on('error', () => {
    if (response.writableEnded || response.destroyed) return;
    exchange.settle({ status, body: 'the answer broke off' });
    response.destroy();
  });
  answer.pipe(response);
  // Without a length the first byte of the body may be long in coming; the customer should have the head by then.
  if (answer.headers['content-length'] === undefined && response.req.method !== 'HEAD') response.flushHeaders();
}

function noAnswer(response: ServerResponse, exchange: Exchange, why: string): void {
  const text = `No answer from ${exchange.lane.revision.slice(0, 12)}: ${why}`;
  exchange.settle({ status: 502, body: firstLine(text) });
  response.writeHead(502, { 'content-type': 'text/plain', 'x-awo-revision': exchange.lane.revision.slice(0, 12), connection: 'close' });
  response.end(`${text}\n`);
}

function refuse(response: ServerResponse, exchange: Exchange | null, text: string): void {
  exchange?.settle({ status: 503, body: text });
  exchange?.leave();
  response.writeHead(503, { 'content-type': 'text/plain', 'retry-after': '1' });
  response.end(`${text}\n`);
}
