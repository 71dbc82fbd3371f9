// A real cluster of nats-servers for a test: every stream on three of them, each server can be killed, paused, emptied, drained.
import { connectBus, provision, readBusSpec } from '@awo/bus';
import type { Bus } from '@awo/bus';
import { BUS_FILE, homePaths, keyFile, readBusUsers } from '@awo/embedded';
import type { BusUsers } from '@awo/embedded';
import { containerServers } from './container-servers.ts';
import { processServers } from './process-servers.ts';
import { temporaryFolder } from './temporary-folder.ts';

export type ServerAddress = { url: string; monitorUrl: string };

/** The servers of a cluster, as processes or in containers, and what can be done to them. */
export interface ClusterServers {
  /** Names of the servers: n1, n2, n3. */
  nodes(): string[];
  address(node: string): ServerAddress;
  /** Of the server on this machine, also where it runs in a container. */
  pid(node: string): number;
  /** kill -9. Resolves when the process is gone. */
  kill(node: string): Promise<void>;
  /** Stands still, and goes on. */
  pause(node: string): Promise<void>;
  resume(node: string): Promise<void>;
  /** Lame duck: hands its leaderships over, sends its clients elsewhere, ends. */
  drain(node: string): Promise<void>;
  /** Removes everything that a server which does not run has stored. */
  wipe(node: string): Promise<void>;
  /** Starts a server that was ended, or a new one. */
  start(node: string): Promise<void>;
  /** Ended for good: no longer counted. */
  forget(node: string): void;
  /** Resolves when each server (or each of these) serves all that it should hold. */
  healthy(nodes?: string[]): Promise<void>;
  stop(): Promise<void>;
}

export interface TestCluster extends ClusterServers {
  /** Addresses of all servers, separated by commas: for NATS_URL. */
  url(): string;
  home: string;
  keyFile(user: string): string;
  /** A bus for a user of bus.yaml, or `system` (the account of the servers themselves); closed by `stop`. `at`: the only server that it speaks to. */
  as(user: string, options?: { name?: string; at?: string; timeoutMs?: number }): Promise<Bus>;
  /** Environment of a service process on this cluster. */
  env(user: string, instance?: string): Record<string, string>;
}

export interface TestClusterOptions {
  nodes?: number;
  /** Where it keeps its state; default: a temporary folder that `stop` removes. */
  home?: string;
  /** Copies of each stream; default: what bus.yaml says of a cluster. */
  replicas?: number;
  /** More users than bus.yaml names, or others in their place. */
  users?: BusUsers;
  /** Each server as a process, or in a container of its own (needs a Docker engine). */
  servers?: 'processes' | 'containers';
}

export async function startTestCluster({ nodes = 3, home, replicas, users = {}, servers = 'processes' }: TestClusterOptions = {}): Promise<TestCluster> {
  const folder = home ? undefined : temporaryFolder('cluster');
  const place = home ?? folder?.path ?? '';
  const begin = servers === 'containers' ? containerServers : processServers;
  const cluster = await begin({ home: place, users: { ...readBusUsers(), ...users }, nodes });
  const url = () =>
    cluster
      .nodes()
      .map((node) => cluster.address(node).url)
      .join(',');
  const open: Bus[] = [];
  const as: TestCluster['as'] = async (user, { name = `${user}-test`, at, timeoutMs } = {}) => {
    const bus = await connectBus({
      url: at ? cluster.address(at).url : url(),
      user,
      nkeyFile: keyFile(place, user),
      name,
      ignoreOthers: at !== undefined,
      ...(timeoutMs ? { timeoutMs } : {}),
    });
    open.push(bus);
    return bus;
  };
  // Eight streams on three servers that sync every write take their time on a small machine.
  await provision(await as('provisioner', { timeoutMs: 30_000 }), await readBusSpec(BUS_FILE), replicas);
  return {
    ...cluster,
    url,
    home: homePaths(place).home,
    keyFile: (user) => keyFile(place, user),
    as,
    env: (user, instance = `${user}-1`) => ({
      AWO_HOME: place,
      NATS_URL: url(),
      AWO_USER: user,
      AWO_INSTANCE: instance,
      AWO_NKEY_FILE: keyFile(place, user),
    }),
    stop: async () => {
      await Promise.all(open.map((bus) => bus.close()));
      await cluster.stop();
      folder?.remove();
    },
  };
}
