// Keeps nats-server running: starts it again when it dies, and tells when its address has changed.
import { rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { BusUsers } from './bus-users.ts';
import { writeJson } from './json-file.ts';
import { NATS_INSTANCE } from './leftovers.ts';
import { startNatsServer } from './nats-server.ts';
import type { NatsServer } from './nats-server.ts';
import type { Report } from './progress.ts';
import { identityFile } from './service-process.ts';

export interface BusKeeper {
  url(): string;
  monitorUrl(): string | null;
  status(): { pid: number | null; version: string | null; restarts: number };
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface BusKeeperOptions {
  home: string;
  binary: { path: string; version: string };
  users: BusUsers;
  report: Report;
  ports: 'usual' | 'any';
  /** The server came back at another address: everybody has to be told. */
  onMoved(): void;
}

export async function keepBus({ home, binary, users, report, ports, onMoved }: BusKeeperOptions): Promise<BusKeeper> {
  let server: NatsServer;
  let restarts = 0;
  let stopped = false;

  const start = async () => {
    server = await startNatsServer({ home, binary: binary.path, users, report, ports });
    writeJson(identityFile(home, NATS_INSTANCE), server.identity);
    void server.exited.then(revive);
    return server;
  };
  const revive = async () => {
    const before = server.url;
    for (let pauseMs = 100; !stopped; pauseMs = Math.min(pauseMs * 2, 5_000)) {
      restarts += 1;
      await pause(pauseMs);
      if (stopped) return;
      try {
        await start();
        if (server.url !== before) onMoved();
        return;
      } catch (error) {
        report({ phase: 'nats-server', text: error instanceof Error ? error.message : String(error) });
      }
    }
  };

  server = await start();
  return {
    url: () => server.url,
    monitorUrl: () => server.monitorUrl,
    status: () => ({ pid: server.identity.pid, version: binary.version, restarts }),
    restart: () => server.stop(),
    stop: async () => {
      stopped = true;
      await server.stop();
      rmSync(identityFile(home, NATS_INSTANCE), { force: true });
    },
  };
}

/** A server that others run (NATS_URL): nothing to keep. */
export const foreignBus = (url: string): BusKeeper => ({
  url: () => url,
  monitorUrl: () => null,
  status: () => ({ pid: null, version: null, restarts: 0 }),
  restart: () => Promise.resolve(),
  stop: () => Promise.resolve(),
});
