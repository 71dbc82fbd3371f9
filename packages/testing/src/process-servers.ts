// The servers of a test cluster as plain processes.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { findNatsServer, homePaths, startNatsCluster } from '@awo/embedded';
import type { BusUsers } from '@awo/embedded';
import type { ClusterServers } from './test-cluster.ts';

export async function processServers({ home, users, nodes }: { home: string; users: BusUsers; nodes: number }): Promise<ClusterServers> {
  const env = { ...process.env };
  delete env['NATS_URL'];
  const { path: binary } = await findNatsServer({ env, report: () => {} });
  const cluster = await startNatsCluster({ home, binary, users, report: () => {}, nodes, ports: 'any' });
  const pid = (node: string) => cluster.server(node).identity.pid;
  const signal = async (node: string, name: NodeJS.Signals) => void process.kill(pid(node), name);
  const endBy = async (node: string, name: NodeJS.Signals) => {
    await signal(node, name);
    await cluster.server(node).exited;
  };
  return {
    nodes: cluster.names,
    address: (node) => cluster.server(node),
    pid,
    kill: (node) => endBy(node, 'SIGKILL'),
    pause: (node) => signal(node, 'SIGSTOP'),
    resume: (node) => signal(node, 'SIGCONT'),
    drain: (node) => endBy(node, 'SIGUSR2'),
    wipe: async (node) => rmSync(join(homePaths(home).nats, node, 'store'), { recursive: true, force: true }),
    start: async (node) => void (await cluster.start(node)),
    forget: cluster.forget,
    healthy: cluster.healthy,
    stop: cluster.stop,
  };
}
