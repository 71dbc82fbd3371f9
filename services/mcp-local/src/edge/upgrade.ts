// Passes protocol upgrades (websockets) through: after the handshake, bytes both ways until one side ends.
import { type IncomingMessage, request as send } from 'node:http';
import type { Duplex } from 'node:stream';
import { firstLine } from './counters.ts';
import { begin, type Route } from './exchange.ts';
import { pathOf } from './headers.ts';
import { answerHeaders, requestHeaders } from './headers.ts';

export function forwardUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, route: Route): void {
  socket.on('error', () => socket.destroy());
  const exchange = begin(request, route);
  if (exchange === null || exchange.port === null) {
    exchange?.leave();
    return void socket.end('HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  }
  const { lane } = exchange;
  const upstream = send({
    host: '127.0.0.1',
    port: exchange.port,
    method: request.method,
    path: pathOf(request.url),
    headers: requestHeaders(request, request.socket.remoteAddress ?? '', exchange.trace, request.headers.upgrade ?? ''),
    agent: false,
  });
  socket.on('close', () => {
    exchange.settle(null);
    exchange.leave();
    upstream.destroy();
  });

  upstream.on('upgrade', (answer, remote, first) => {
    exchange.settle(null);
    socket.write(headOf(answer, [...answerHeaders(answer.rawHeaders, lane.revision), 'connection', 'upgrade', 'upgrade', answer.headers.upgrade ?? '']));
    if (first.length > 0) socket.write(first);
    if (head.length > 0) remote.write(head);
    remote.on('error', () => socket.destroy());
    remote.on('close', () => socket.destroy());
    socket.on('close', () => remote.destroy());
    remote.pipe(socket);
    socket.pipe(remote);
  });
  upstream.on('response', (answer) => {
    const status = answer.statusCode ?? 502;
    exchange.settle(status >= 500 ? { status, body: '' } : null);
    socket.write(headOf(answer, [...answerHeaders(answer.rawHeaders, lane.revision), 'connection', 'close']));
    answer.on('error', () => socket.destroy());
    answer.pipe(socket);
  });
  upstream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ECONNREFUSED') exchange.rest();
    if (socket.destroyed) return;
    exchange.settle({ status: 502, body: firstLine(`No answer from ${lane.revision.slice(0, 12)}: ${error.code ?? error.message}`) });
    socket.end(`HTTP/1.1 502 Bad Gateway\r\nx-awo-revision: ${lane.revision.slice(0, 12)}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
  });
  upstream.end();
}

function headOf(answer: IncomingMessage, headers: string[]): string {
  let text = `HTTP/1.1 ${answer.statusCode} ${answer.statusMessage ?? ''}\r\n`;
  for (let i = 0; i + 1 < headers.length; i += 2) text += `${headers[i]}: ${headers[i + 1]}\r\n`;
  return `${text}\r\n`;
}
