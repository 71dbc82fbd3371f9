// Runs nats-server for an installation: config, free port, readiness, stop.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TerminalError } from '@awo/contracts';
import { findFreePort, isFree } from '@awo/free-port';
import { z } from 'zod';
import type { BusUsers } from './bus-users.ts';
import { prepareHome, prepareNode } from './home.ts';
import { readJson, writeJson } from './json-file.ts';
import { logName, renderNatsConfig } from './nats-config.ts';
import type { ClusterPlace } from './nats-config.ts';
import { ensureKeys } from './nats-keys.ts';
import { endProcess, identify } from './process-identity.ts';
import type { ProcessIdentity } from './process-identity.ts';
import type { Report } from './progress.ts';
import { until } from './until.ts';

const Ports = z.object({ port: z.number(), monitorPort: z.number() });
/** What NATS clients and tools expect where nothing else is said. */
const USUAL_PORTS = { port: 4222, monitorPort: 8222 };

export interface NatsServer {
  url: string;
  monitorUrl: string;
  identity: ProcessIdentity;
  /** Settles when the process has ended, for whatever reason. */
  exited: Promise<void>;
  stop(): Promise<void>;
}

export interface StartNatsOptions {
  home: string;
  binary: string;
  users: BusUsers;
  report: Report;
  /** `any` takes free ports without asking for the usual ones first. */
  ports?: 'usual' | 'any';
  /** One server of a cluster: its folder is the home's `nats/<node>`. */
  cluster?: ClusterPlace;
}

/** The remembered or usual port, or a free one where another program has it. */
async function portOrFree(port: number, name: string, taken: ReadonlySet<number>, report: Report): Promise<number> {
  if (await isFree(port)) return port;
  report({ phase: 'nats-server', text: `${name} ${port} is taken by another program: using a free one instead` });
  return findFreePort(undefined, taken);
}

async function anyPorts(taken: ReadonlySet<number>): Promise<z.infer<typeof Ports>> {
  const port = await findFreePort(undefined, taken);
  return { port, monitorPort: await findFreePort(undefined, new Set([...taken, port])) };
}

/** The addresses that the server itself says it listens on, once it is ready. */
function readPortsFile(folder: string, pid: number): { url: string; monitorUrl: string } | undefined {
  const name = readdirSync(folder).find((file) => file.endsWith(`_${pid}.ports`));
  if (!name) return undefined;
  const told = readJson(join(folder, name), z.object({ nats: z.array(z.string()).min(1), monitoring: z.array(z.string()).min(1) }));
  return told && { url: told.nats[0] ?? '', monitorUrl: told.monitoring[0] ?? '' };
}

/** @throws TerminalError `bus-unavailable` with the server's own last words. */
export async function startNatsServer(options: StartNatsOptions): Promise<NatsServer> {
  const { home, binary, users, report, cluster } = options;
  const paths = cluster ? prepareNode(home, cluster.node) : prepareHome(home);
  const log = join(paths.logs, logName(cluster?.node));
  const keys = ensureKeys(home, Object.keys(users));
  const portsFolder = join(paths.nats, 'ports');
  const memory = join(paths.nats, 'ports.json');
  // Those of the cluster's other servers, which may not listen yet.
  const taken = new Set(cluster?.routes.map((route) => Number(route.split(':').at(-1))));
  const wanted = readJson(memory, Ports) ?? (options.ports === 'any' ? await anyPorts(taken) : USUAL_PORTS);
  const port = await portOrFree(wanted.port, 'Port', taken, report);
  const monitorPort = await portOrFree(wanted.monitorPort, 'Monitoring port', new Set([...taken, port]), report);
  const config = join(paths.nats, 'server.conf');

  const launch = async (ports: { port: number; monitorPort: number }): Promise<NatsServer | string> => {
    rmSync(portsFolder, { recursive: true, force: true });
    mkdirSync(portsFolder, { recursive: true });
    writeFileSync(config, renderNatsConfig({ paths, users, keys, ...ports, ...(cluster ? { cluster } : {}) }), { mode: 0o600 });
    // A group of its own: Ctrl-C on the terminal is for the programs in front, not for the bus.
    const child = spawn(binary, ['-c', config], { detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
    let words = '';
    child.stderr.on('data', (chunk: Buffer) => (words = (words + chunk.toString()).slice(-4000)));
    let ended = false;
    const exited = new Promise<void>((resolve) => {
      const end = () => {
        ended = true;
        resolve();
      };
      child.once('exit', end);
      child.once('error', (error) => {
        words += error.message;
        end();
      });
    });
    const { pid } = child;
    const addresses = await until(() => (ended ? 'ended' : pid === undefined ? undefined : readPortsFile(portsFolder, pid)), 30_000, 10);
    const identity = pid === undefined ? undefined : identify(pid);
    if (addresses === undefined || addresses === 'ended' || identity === undefined) {
      if (pid !== undefined && identity) await endProcess(identity, 2_000);
      return words.trim() || lastLines(log);
    }
    return { ...addresses, identity, exited, stop: () => endProcess(identity, 10_000) };
  };

  let server = await launch({ port, monitorPort });
  // Between the look and the start another program may have taken the port.
  if (typeof server === 'string' && /address already in use/.test(server)) server = await launch(await anyPorts(taken));
  if (typeof server === 'string') throw new TerminalError('bus-unavailable', `nats-server (${binary}) did not start: ${server}`, `See ${log}`);
  writeJson(memory, { port: Number(new URL(server.url).port), monitorPort: Number(new URL(server.monitorUrl).port) });
  return server;
}

function lastLines(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim().split('\n').slice(-3).join(' | ');
  } catch {
    return 'no log was written';
  }
}
