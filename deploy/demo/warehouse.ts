// The warehouse that the shop's cart tells of orders: two places that say the same, of which the first can be made slow. Outside of the shop: nobody releases it.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';

export type Warehouse = {
  /** For the environment of the installation. */
  env: { STOCK_URL: string; STOCK_STANDBY_URL: string };
  /** How long the first place takes to answer. */
  slow: (ms: number) => void;
  close: () => Promise<void>;
};

const Ports = z.array(z.number().int());

/** `file` keeps the ports: what a repair has switched to has to be there at the next start. */
export async function openWarehouse(file: string): Promise<Warehouse> {
  const kept = Ports.parse(JSON.parse(await readFile(file, 'utf8').catch(() => '[]')));
  let slowMs = 0;
  const servers = [await place(kept[0], () => slowMs), await place(kept[1], () => 0)];
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await writeFile(file, JSON.stringify(ports));
  const [first = '', standby = ''] = ports.map((port) => `http://127.0.0.1:${port}`);
  return {
    env: { STOCK_URL: first, STOCK_STANDBY_URL: standby },
    slow: (ms) => void (slowMs = ms),
    close: async () => {
      await Promise.all(
        servers.map(async (server) => {
          server.closeAllConnections();
          server.close();
          await once(server, 'close');
        }),
      );
    },
  };
}

async function place(port: number | undefined, delayMs: () => number): Promise<Server> {
  const server = createServer((request, response) => {
    void pause(delayMs()).then(() => response.end(request.url === '/version' ? 'stock of today' : 'noted'));
  });
  try {
    await once(server.listen(port ?? 0, '127.0.0.1'), 'listening');
  } catch (error) {
    // Somebody else has it by now.
    if (port === undefined || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    await once(server.listen(0, '127.0.0.1'), 'listening');
  }
  return server;
}
