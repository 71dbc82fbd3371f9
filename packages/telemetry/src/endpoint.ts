// The HTTP endpoint of a process, where one is asked for: /livez, /readyz, /metrics. Loopback unless told otherwise.
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { VERSION } from '@awo/contracts';
import type { Logger } from 'pino';
import { askProbes } from './health.ts';
import type { Probes } from './health.ts';

export type EndpointOptions = {
  service: string;
  instance: string;
  /** 0: any free one, found by its target file. */
  port: number;
  host: string;
  /** Folder of the target files, in the form that Prometheus's file_sd_configs reads; null where nobody looks for them. */
  targets: string | null;
  probes: () => Probes;
  metrics: (request: IncomingMessage, response: ServerResponse) => void;
  log: Logger;
};
export type Endpoint = { address: string; close: () => Promise<void> };

/** Takes a free port where the wished one is taken: a process must not fail for being looked at. */
export async function serveEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const { service, instance, host, targets, probes, metrics, log } = options;
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0];
    if (path === '/metrics') return metrics(request, response);
    if (path !== '/livez' && path !== '/readyz') return void response.writeHead(404).end('/livez, /readyz and /metrics are here.\n');
    void askProbes(path === '/livez' ? probes().live : probes().ready).then((report) => {
      response
        .writeHead(report.ok ? 200 : 503, { 'content-type': 'application/json' })
        .end(`${JSON.stringify({ service, instance, version: VERSION, ...report })}\n`);
    });
  });
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
  await listen(options.port).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    log.warn({ port: options.port }, 'AWO_HTTP_PORT is taken by another program: using a free one instead');
    return listen(0);
  });
  server.unref();
  const address = `${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`;
  const file = targets && join(targets, `${instance}.json`);
  if (file) writeTarget(file, [{ targets: [address], labels: { service, instance } }]);
  log.info({ address }, 'health and metrics');
  return {
    address,
    close: () =>
      new Promise((resolve) => {
        if (file) rmSync(file, { force: true });
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Renamed into place, so that nobody reads half of it. */
function writeTarget(file: string, content: unknown): void {
  mkdirSync(join(file, '..'), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, JSON.stringify(content), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
