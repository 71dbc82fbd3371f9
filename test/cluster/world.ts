// The installation that is broken: a cluster of nats-servers, real services and workers on it, and a ledger of what they did outside.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bus } from '@awo/bus';
import { CHECKOUT } from '@awo/embedded';
import { startTestCluster, temporaryFolder, waitFor } from '@awo/testing';
import type { TestCluster } from '@awo/testing';
import { keepRunning } from '../chaos/processes.ts';
import type { Victim } from '../chaos/processes.ts';

type Member = Victim & { user: string };

export type World = {
  cluster: TestCluster;
  operator: Bus;
  /** May ask anything of JetStream. */
  provisioner: Bus;
  ledger: string;
  members: Member[];
  /** Processes that ended without being told to. */
  unexpected: string[];
  /** Name of the server that leads a stream. */
  leader: (stream?: string) => Promise<string>;
  stop: () => Promise<void>;
};

const path = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const MAIN: Record<string, string> = {
  planner: path('../../services/planner/src/main.ts'),
  toolgate: path('../../services/toolgate/src/main.ts'),
  'mcp-local': path('../chaos/tool-main.ts'),
};
const WORKER = path('../chaos/worker-main.ts');
const REPLICAS = { planner: 1, toolgate: 2, 'mcp-local': 1, impact: 1, test: 1, deploy: 2, monitor: 1 };

/** `servers`: each nats-server as a process, or in a container of its own. */
export async function startWorld(servers: 'processes' | 'containers' = 'processes'): Promise<World> {
  const folder = temporaryFolder('cluster-world');
  const cluster = await startTestCluster({ servers });
  const unexpected: string[] = [];
  const ledger = join(folder.path, 'ledger.jsonl');
  const launch = (user: string, instance: string): Member => {
    const env = {
      PATH: process.env['PATH'] ?? '',
      HOME: folder.path,
      AWO_LOG_LEVEL: 'silent',
      NODE_COMPILE_CACHE: join(CHECKOUT, '.tools', 'compile-cache'),
      CHAOS_LEDGER: ledger,
      ...cluster.env(user, instance),
    };
    return { ...keepRunning(instance, [MAIN[user] ?? WORKER], env, (what) => unexpected.push(what)), user };
  };
  const members = Object.entries(REPLICAS).flatMap(([user, n]) => Array.from({ length: n }, (_, i) => launch(user, `${user}-${i + 1}`)));
  const [operator, provisioner] = await Promise.all([cluster.as('operator'), cluster.as('provisioner')]);
  const connected = async () => {
    const pages = cluster.nodes().map(async (node) => (await fetch(`${cluster.address(node).monitorUrl}/connz?subs=1`)).json());
    const connections = (await Promise.all(pages)) as { connections: { name: string }[] }[];
    return connections.flatMap((page) => page.connections.map((c) => c.name));
  };
  await waitFor(async () => (await connected()).filter((name) => members.some((m) => m.name === name)).length === members.length, {
    what: 'every process to connect',
    timeoutMs: 90_000,
  });
  return {
    cluster,
    operator,
    provisioner,
    ledger,
    members,
    unexpected,
    leader: async (stream = 'GOALS') =>
      waitFor(async () => (await provisioner.jsm.streams.info(stream)).cluster?.leader, { what: `a leader of ${stream}`, timeoutMs: 60_000 }),
    stop: async () => {
      await Promise.all(members.map((m) => m.stop()));
      await cluster.stop();
      folder.remove();
    },
  };
}
