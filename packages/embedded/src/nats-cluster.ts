// Several nats-servers of one installation as a cluster: names, ports and secrets that stay, start of each, address of all.
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RetryableError } from '@awo/contracts';
import { findFreePort } from '@awo/free-port';
import { z } from 'zod';
import type { BusUsers } from './bus-users.ts';
import { homePaths, prepareHome } from './home.ts';
import { readJson, writeJson } from './json-file.ts';
import type { ClusterPlace } from './nats-config.ts';
import { ensureKeys } from './nats-keys.ts';
import { startNatsServer } from './nats-server.ts';
import type { NatsServer } from './nats-server.ts';
import type { Report } from './progress.ts';
import { until } from './until.ts';

/** The user of the system account: adds and removes servers, sees no messages. */
export const SYSTEM_USER = 'system';
const LOOPBACK = '127.0.0.1';
const COME_UP_MS = 60_000;

const ClusterPlan = z.object({ nodes: z.array(z.object({ name: z.string(), routePort: z.number().int() })).min(1) });
type ClusterPlan = z.infer<typeof ClusterPlan>;
const planFile = (home: string): string => join(homePaths(home).nats, 'cluster.json');

export interface NatsCluster {
  /** Addresses of all servers, separated by commas. */
  url(): string;
  names(): string[];
  /** The server of that name as it was started last. */
  server(name: string): NatsServer;
  /** Starts it again on its store and its ports; one that is new joins the others. */
  start(name: string): Promise<NatsServer>;
  /** Resolves when each of these serves everything that it should hold. @throws RetryableError `bus-unavailable` with what it says instead. */
  healthy(names?: string[]): Promise<void>;
  /** It is not started again and no longer counted; its store stays. */
  forget(name: string): void;
  stop(): Promise<void>;
}

export interface StartClusterOptions {
  home: string;
  binary: string;
  users: BusUsers;
  report: Report;
  /** How many servers a new cluster has; one that is there keeps its own. */
  nodes?: number;
  /** `any` takes free ports without asking for the usual ones first. */
  ports?: 'usual' | 'any';
}

/** @throws TerminalError `bus-unavailable` with the last words of the server that did not start. */
export async function startNatsCluster({ home, binary, users, report, nodes = 3, ports = 'usual' }: StartClusterOptions): Promise<NatsCluster> {
  prepareHome(home);
  const file = planFile(home);
  let plan: ClusterPlan = readJson(file, ClusterPlan) ?? { nodes: [] };
  const running = new Map<string, NatsServer>();

  const keep = (next: ClusterPlan) => writeJson(file, (plan = next));
  const extend = async (names: string[]) => {
    const free = await freePorts(names.length);
    keep({ nodes: [...plan.nodes, ...names.map((name, n) => ({ name, routePort: free[n] ?? 0 }))] });
  };
  if (plan.nodes.length === 0) await extend(Array.from({ length: nodes }, (_, n) => `n${n + 1}`));

  const start = async (name: string) => {
    if (!plan.nodes.some((node) => node.name === name)) await extend([name]);
    const own = plan.nodes.find((node) => node.name === name);
    const at = (port: number) => `${LOOPBACK}:${port}`;
    const cluster: ClusterPlace = {
      node: name,
      listen: at(own?.routePort ?? 0),
      routes: plan.nodes.map((node) => at(node.routePort)),
      password: routePassword(home),
      systemKey: ensureKeys(home, [SYSTEM_USER])[SYSTEM_USER] ?? '',
    };
    // The first one has the ports that clients and tools expect.
    const server = await startNatsServer({ home, binary, users, report, cluster, ports: name === 'n1' ? ports : 'any' });
    running.set(name, server);
    return server;
  };
  const server = (name: string): NatsServer => {
    const found = running.get(name);
    if (!found) throw new Error(`no server ${name} in this cluster: ${[...running.keys()].join(', ')}`);
    return found;
  };
  const healthy = async (names = plan.nodes.map((node) => node.name)) => {
    for (const name of names) {
      let said = '';
      const well = await until(async () => (said = await health(server(name).monitorUrl)) === 'ok', COME_UP_MS, 50);
      if (!well) throw new RetryableError('bus-unavailable', `${name} is not healthy after ${COME_UP_MS} ms: ${said}`);
    }
  };
  const stop = async () => void (await Promise.all([...running.values()].map((one) => one.stop())));

  // One at a time, so that no two take the same free port; together they then elect whoever leads.
  try {
    for (const { name } of plan.nodes) await start(name);
    await healthy();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: () => plan.nodes.map((node) => server(node.name).url).join(','),
    names: () => plan.nodes.map((node) => node.name),
    server,
    start,
    healthy,
    forget: (name) => {
      running.delete(name);
      keep({ nodes: plan.nodes.filter((node) => node.name !== name) });
    },
    stop,
  };
}

/** What the server's own health check says: `ok`, or what is missing. */
async function health(monitorUrl: string): Promise<string> {
  try {
    const response = await fetch(`${monitorUrl}/healthz`, { signal: AbortSignal.timeout(2_000) });
    const { status, error } = z.object({ status: z.string(), error: z.string().optional() }).parse(await response.json());
    return response.ok ? status : (error ?? status);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Made once, for its owner's eyes only. */
function routePassword(home: string): string {
  const file = join(homePaths(home).keys, 'route.secret');
  try {
    writeFileSync(file, randomBytes(24).toString('hex'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFileSync(file, 'utf8').trim();
}

/** No port is given twice. */
async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  while (found.size < count) found.add(await findFreePort(undefined, found));
  return [...found];
}
