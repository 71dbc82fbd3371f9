// The shop that drills are done to: its repository, its faults, and the stock servers that it asks.
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Certificate, makeCertificate } from './certificate.ts';

const TEMPLATE = fileURLToPath(new URL('fixtures/patient/', import.meta.url));

/** One of the two places that hold the stock. */
type Stock = {
  address: string;
  slowMs: number;
  fails: boolean;
  /** What it says of itself in each answer; back writes it to its log. */
  notice: string;
  down: () => Promise<void>;
  up: () => Promise<void>;
  /** Its certificate is one that has ended; until `mend`. */
  expire?: () => void;
  mend?: () => void;
};

export type Patient = {
  repo: string;
  /** Commits a version of the patient; gives its id. */
  commit: (what: { version: string; failsAfterMs?: number }) => string;
  /** What a living process of a service runs into; a fresh one does not. */
  afflict: (role: 'front' | 'back', fault: object | null) => void;
  configure: (config: string) => void;
  primary: Stock;
  standby: Stock;
  /** What back can do without. */
  hints: Stock;
  spool: string;
  close: () => Promise<void>;
};

/** `secure`: the stock is asked by https. */
export async function makePatient(dir: string, { secure = false } = {}): Promise<Patient> {
  rmSync(dir, { recursive: true, force: true });
  const [repo, faults, spool, spare] = ['repo', 'faults', 'spool', 'spare'].map((name) => join(dir, name)) as [string, string, string, string];
  for (const folder of [repo, faults, spool, spare]) mkdirSync(folder, { recursive: true });
  const config = join(dir, 'back.json');
  writeFileSync(config, '{"pageSize":20}\n');
  const ca = join(dir, 'ca.pem');
  const certificates = secure ? [makeCertificate(dir, 'one'), makeCertificate(dir, 'two'), makeCertificate(dir, 'expired', { expired: true })] : [];
  // All of them are trusted: that one has ended is all that is wrong with it.
  writeFileSync(ca, certificates.map((c) => c.cert).join(''));
  const [primary, standby] = [await startStock(certificates[0], certificates[2]), await startStock(certificates[1], certificates[2])];
  const hints = await startStock(undefined, undefined);
  cpSync(TEMPLATE, repo, { recursive: true });
  writeFileSync(join(repo, 'package.json'), JSON.stringify({ name: 'patient', private: true, type: 'module' }));
  writeFileSync(
    join(repo, 'awo.yaml'),
    awoYaml({ faults, config, spool, spare, primary: primary.address, standby: standby.address, hints: hints.address, ca: secure ? ca : '' }),
  );
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', repo, '-c', 'user.name=Drill', '-c', 'user.email=drill@shop.example', ...args], { encoding: 'utf8' }).trim();
  git('init', '-q', '-b', 'main');
  const commit: Patient['commit'] = ({ version, failsAfterMs }) => {
    writeFileSync(
      join(repo, 'version.mjs'),
      `// What releases of the patient differ in.\nexport const version = '${version}';\nexport const failsAfterMs = ${failsAfterMs ?? null};\n`,
    );
    git('add', '-A');
    git('commit', '-q', '--allow-empty', '-m', `Version ${version}`);
    return git('rev-parse', 'HEAD');
  };
  commit({ version: 'v1' });
  return {
    repo,
    commit,
    afflict: (role, fault) => writeFileSync(join(faults, `${role}.json`), JSON.stringify(fault === null ? {} : { ...fault, at: Date.now() })),
    configure: (text) => writeFileSync(config, text),
    primary,
    standby,
    hints,
    spool,
    close: async () => {
      await Promise.all([primary.down(), standby.down(), hints.down()]);
      if (existsSync(dir)) rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

async function startStock(certificate: Certificate | undefined, expired: Certificate | undefined): Promise<Stock> {
  let server: Server | TlsServer | null = null;
  let port = 0;
  const listener = (
    request: { url?: string | undefined },
    response: { writeHead: (status: number, headers?: Record<string, string>) => { end: (text: string) => void } },
  ) => {
    const headers: Record<string, string> = stock.notice === '' ? {} : { 'x-notice': stock.notice };
    void sleep(stock.slowMs).then(() =>
      stock.fails
        ? response.writeHead(503, headers).end('out of order')
        : response.writeHead(200, headers).end(request.url === '/version' ? 'stock 7' : '3 teas'),
    );
  };
  const stock: Stock = {
    address: '',
    slowMs: 2,
    fails: false,
    notice: '',
    up: async () => {
      if (server !== null) return;
      const fresh = certificate === undefined ? createServer(listener) : createTlsServer({ cert: certificate.cert, key: certificate.key }, listener);
      fresh.listen(port, '127.0.0.1');
      await once(fresh, 'listening');
      port = (fresh.address() as AddressInfo).port;
      server = fresh;
    },
    down: async () => {
      const old = server;
      server = null;
      old?.closeAllConnections();
      await new Promise((resolve) => (old ? old.close(resolve) : resolve(null)));
    },
    ...(certificate === undefined || expired === undefined
      ? {}
      : {
          expire: () => void (server as TlsServer | null)?.setSecureContext(expired),
          mend: () => void (server as TlsServer | null)?.setSecureContext(certificate),
        }),
  };
  await stock.up();
  stock.address = `${certificate === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
  return stock;
}

type Places = Record<'faults' | 'config' | 'spool' | 'spare' | 'primary' | 'standby' | 'hints' | 'ca', string>;

/** Two services of one program, told apart by a variable. Acts by itself: that is what is drilled. */
const awoYaml = ({ faults, config, spool, spare, primary, standby, hints, ca }: Places): string => `environments: [staging]
release: { strategy: full, minRequests: 10, watchDeadline: 60s }
repair: { autonomy: act, perHour: 500, perCause: 500, cooldown: 0s, stable: 4s, verify: 30s }
services:
  front:
    start: node patient.mjs
    health: /health
    dependsOn: [back]
    env: { ROLE: front, DRILL_FAULTS: ${JSON.stringify(faults)} }
  back:
    start: node patient.mjs
    health: /health
    env: { ROLE: back, DRILL_FAULTS: ${JSON.stringify(faults)}, DRILL_CONFIG: ${JSON.stringify(config)}, STOCK_URL: "${primary}", STOCK_CA: ${JSON.stringify(ca)}, HINTS_URL: "${hints}", SPOOL_DIR: ${JSON.stringify(spool)}, POOL_SIZE: "16" }
    sources:
      STOCK_URL: { standby: ["${standby}"], check: /version }
      HINTS_URL: { optional: true, check: /version }
      SPOOL_DIR: { standby: [${JSON.stringify(spare)}] }
    limits: { POOL_SIZE: { max: 64 } }
    replicas: { max: 3 }
    files: [${JSON.stringify(config)}]
`;
