// Ports that are found free, and stay free until they are used.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { findFreePort, isFree, portFor } from './free-port.ts';

const LIMITS = '/proc/sys/net/ipv4/ip_local_port_range';

async function occupy(port: number): Promise<void> {
  const server = createServer().listen(port, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
}

test.runIf(process.platform === 'linux')(
  'no port is one that the system hands out itself, or a connection of anybody could take it before it is used',
  async () => {
    const [first = 0] = readFileSync(LIMITS, 'utf8').split(/\s+/).map(Number);
    const found = await Promise.all(Array.from({ length: 20 }, async () => findFreePort()));
    for (const port of [...found, ...['a', 'b', 'c'].map(portFor)]) expect(port).toBeLessThan(first);
  },
);

test('a port that somebody listens on, or that is taken in another way, is passed over', async () => {
  const port = await findFreePort();
  await occupy(port);
  expect(await isFree(port)).toBe(false);
  const next = await findFreePort(port);
  expect(next).not.toBe(port);
  expect(await findFreePort(port, new Set([next]))).not.toBe(next);
});

test('two that look at the same moment begin at different places, as the first to listen would leave the other none', async () => {
  const found = await Promise.all(Array.from({ length: 10 }, async () => findFreePort()));
  expect(new Set(found).size).toBeGreaterThan(5);
});

test('the same name gives the same port, so that an address stays after a restart', () => {
  expect(portFor('home\nstaging\nweb')).toBe(portFor('home\nstaging\nweb'));
  expect(portFor('home\nstaging\nweb')).not.toBe(portFor('home\nstaging\ncart'));
});
