// A real cluster of nats-servers for a test: every stream on three of them, each server can be killed, paused, emptied, drained.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { connectBus, provision, readBusSpec } from '@awo/bus';
import type { Bus } from '@awo/bus';
import { BUS_FILE, findNatsServer, homePaths, keyFile, readBusUsers, startNatsCluster } from '@awo/embedded';
import type { BusUsers, NatsServer } from '@awo/embedded';
import { temporaryFolder } from './temporary-folder.ts';

export interface TestCluster {
  /** Addresses of all servers, separated by commas: for NATS_URL. */
  url(): string;
  /** Names of the servers: n1, n2, n3. */
  nodes(): string[];
  server(node: string): NatsServer;
  home: string;
  keyFile(user: string): string;
  /** A bus for a user of bus.yaml, or `system` (the account of the servers themselves); closed by `stop`. `at`: the only server that it speaks to. */
  as(user: string, options?: { name?: string; at?: string; timeoutMs?: number }): Promise<Bus>;
  /** Environment of a service process on this cluster. */
  env(user: string, instance?: string): Record<string, string>;
  /** kill -9. Resolves when the process is gone. */
  kill(node: string): Promise<void>;
  /** Stops (SIGSTOP) and goes on (SIGCONT). */
  pause(node: string): void;
  resume(node: string): void;
  /** Lame duck: hands its leaderships over, sends its clients elsewhere, ends. */
  drain(node: string): Promise<void>;
  /** Removes everything that a server which does not run has stored. */
  wipe(node: string): void;
  /** Starts a server that was ended, or a new one. */
  start(node: string): Promise<void>;
  /** Ended for good: no longer counted. */
  forget(node: string): void;
  /** Resolves when each server (or each of these) serves all that it should hold. */
  healthy(nodes?: string[]): Promise<void>;
  stop(): Promise<void>;
}

export interface TestClusterOptions {
  nodes?: number;
  /** Where it keeps its state; default: a temporary folder that `stop` removes. */
  home?: string;
  /** Copies of each stream; default: what bus.yaml says of a cluster. */
  replicas?: number;
  /** More users than bus.yaml names, or others in their place. */
  users?: BusUsers;
}

export async function startTestCluster({ nodes = 3, home, replicas, users = {} }: TestClusterOptions = {}): Promise<TestCluster> {
  const folder = home ? undefined : temporaryFolder('cluster');
  const place = home ?? folder?.path ?? '';
  const env = { ...process.env };
  delete env['NATS_URL'];
  const { path: binary } = await findNatsServer({ env, report: () => {} });
  const cluster = await startNatsCluster({ home: place, binary, users: { ...readBusUsers(), ...users }, report: () => {}, nodes, ports: 'any' });
  const open: Bus[] = [];
  const as: TestCluster['as'] = async (user, { name = `${user}-test`, at, timeoutMs } = {}) => {
    const url = at ? cluster.server(at).url : cluster.url();
    const bus = await connectBus({ url, user, nkeyFile: keyFile(place, user), name, ignoreOthers: at !== undefined, ...(timeoutMs ? { timeoutMs } : {}) });
    open.push(bus);
    return bus;
  };
  const pid = (node: string) => cluster.server(node).identity.pid;
  // Eight streams on three servers that sync every write take their time on a small machine.
  await provision(await as('provisioner', { timeoutMs: 30_000 }), await readBusSpec(BUS_FILE), replicas);
  return {
    url: cluster.url,
    nodes: cluster.names,
    server: cluster.server,
    home: homePaths(place).home,
    keyFile: (user) => keyFile(place, user),
    as,
    env: (user, instance = `${user}-1`) => ({
      AWO_HOME: place,
      NATS_URL: cluster.url(),
      AWO_USER: user,
      AWO_INSTANCE: instance,
      AWO_NKEY_FILE: keyFile(place, user),
    }),
    kill: async (node) => {
      process.kill(pid(node), 'SIGKILL');
      await cluster.server(node).exited;
    },
    pause: (node) => void process.kill(pid(node), 'SIGSTOP'),
    resume: (node) => void process.kill(pid(node), 'SIGCONT'),
    drain: async (node) => {
      process.kill(pid(node), 'SIGUSR2');
      await cluster.server(node).exited;
    },
    wipe: (node) => rmSync(join(homePaths(place).nats, node, 'store'), { recursive: true, force: true }),
    start: async (node) => void (await cluster.start(node)),
    forget: cluster.forget,
    healthy: cluster.healthy,
    stop: async () => {
      await Promise.all(open.map((bus) => bus.close()));
      await cluster.stop();
      folder?.remove();
    },
  };
}
