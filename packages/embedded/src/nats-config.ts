// The nats-server configuration of an installation: loopback only, every write synced, one nkey user per service; alone or as one of a cluster.
import { join } from 'node:path';
import type { BusUsers } from './bus-users.ts';
import type { HomePaths } from './home.ts';
import { renderAccounts } from './nats-accounts.ts';

/** What makes a server one of a cluster. */
export interface ClusterPlace {
  /** Name of the server; its peers know it by this. */
  node: string;
  /** Where it takes routes, `host:port`. */
  listen: string;
  /** Where all of them take routes, itself included. */
  routes: string[];
  /** What servers show each other, so that nobody else can join. */
  password: string;
  /** Public nkey of the system account's only user, who adds and removes servers. */
  systemKey: string;
  /** False: clients are not told where the other servers are, as these addresses are of a network that clients are not in. */
  advertise?: boolean;
}

export interface NatsConfigInput {
  paths: HomePaths;
  users: BusUsers;
  /** Public nkeys by user. */
  keys: Record<string, string>;
  /** -1: any free one. */
  port: number;
  monitorPort: number;
  /** Default: loopback. A container listens on every address of its own network. */
  host?: string;
  cluster?: ClusterPlace;
}

/** Each server of a cluster has a log of its own. */
export const logName = (node?: string): string => (node ? `nats-server-${node}.log` : 'nats-server.log');

const quote = (text: string) => JSON.stringify(text);
const list = (subjects: string[]) => `[${subjects.map(quote).join(', ')}]`;

/** A server that is told to go (SIGUSR2) hands its leaderships over first, then sends its clients elsewhere. */
const clusterBlock = ({ listen, routes, password, advertise = true }: ClusterPlace): string => `
cluster {
  name: "awo"
  listen: ${quote(listen)}
  authorization { user: "route", password: ${quote(password)}, timeout: 5 }
  routes: ${list(routes.map((route) => `nats-route://route:${password}@${route}`))}
  no_advertise: ${!advertise}
  # A server that stands still gets no more work after 10 to 15 seconds.
  ping_interval: "5s"
  ping_max: 2
}
lame_duck_grace_period: "2s"
lame_duck_duration: "30s"
`;

/** The text of server.conf. Pure. */
export function renderNatsConfig(input: NatsConfigInput): string {
  const { paths, port, monitorPort, cluster, host = '127.0.0.1' } = input;
  return `# Written at every start from deploy/nats/bus.yaml; changes here do not last.
server_name: ${quote(cluster?.node ?? 'awo')}
listen: "${host}:${port}"
http: "${host}:${monitorPort}"
pid_file: ${quote(join(paths.nats, 'server.pid'))}
ports_file_dir: ${quote(join(paths.nats, 'ports'))}
log_file: ${quote(join(paths.logs, logName(cluster?.node)))}
logfile_size_limit: 10MB
logfile_max_num: 3

jetstream {
  store_dir: ${quote(paths.store)}
  # A PubAck is a promise: the write is on disk before it is given.
  sync_interval: always
  max_file_store: 16GB
  max_memory_store: 64MB
}

max_payload: 1MB
write_deadline: "10s"
# A client that died without a word is noticed within a minute.
ping_interval: "20s"
ping_max: 2
${cluster ? clusterBlock(cluster) : ''}
accounts {
${renderAccounts(input.users, input.keys)}
${cluster ? `  SYS { users: [{ nkey: ${quote(cluster.systemKey)} }] }\n` : ''}}
${cluster ? 'system_account: "SYS"\n' : ''}`;
}
