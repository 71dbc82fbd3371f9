// A connection outlasts refusals that pass: a server that is busy after its start, or another one that had its port for a moment.
import { once } from 'node:events';
import { createConnection, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { startTestNats, waitFor } from '@awo/testing';
import { expect, test } from 'vitest';
import { connectBus } from './bus.ts';

const REFUSAL = `INFO {"server_id":"busy","version":"2.14.6","max_payload":1048576,"headers":true}\r\n-ERR 'Authentication Timeout'\r\n`;

test('two refusals in a row at a reconnect do not close it for good: its process would live on and never work again', async () => {
  const nats = await startTestNats();
  const lines = new Set<Socket>();
  let refusals = 0;
  const listener = createServer((client) => {
    client.on('error', () => client.destroy());
    if (refusals > 0) {
      refusals--;
      return void client.end(REFUSAL);
    }
    const server = createConnection({ host: '127.0.0.1', port: Number(new URL(nats.url).port) });
    server.on('error', () => client.destroy());
    client.on('close', () => server.destroy());
    lines.add(client.pipe(server).pipe(client));
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  const bus = await connectBus({ url: `nats://127.0.0.1:${port}`, user: 'planner', nkeyFile: nats.keyFile('planner'), name: 'refused' });
  try {
    refusals = 3;
    for (const line of lines) line.destroy();
    await waitFor(() => refusals === 0, { what: 'the refusals to be given' });
    await waitFor(() => bus.lastCommit('g0000000000').then(() => true), { what: 'an answer over the new connection' });
    expect(bus.nc.isClosed()).toBe(false);
  } finally {
    await bus.nc.close();
    listener.close();
    await nats.stop();
  }
});
