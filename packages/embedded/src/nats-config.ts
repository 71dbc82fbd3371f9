// The nats-server configuration of an installation: loopback only, every write synced, one nkey user per service.
import { join } from 'node:path';
import type { BusUsers } from './bus-users.ts';
import type { HomePaths } from './home.ts';

export interface NatsConfigInput {
  paths: HomePaths;
  users: BusUsers;
  /** Public nkeys by user. */
  keys: Record<string, string>;
  /** -1: any free one. */
  port: number;
  monitorPort: number;
}

const quote = (text: string) => JSON.stringify(text);
const list = (subjects: string[]) => `[${subjects.map(quote).join(', ')}]`;

function userBlock(name: string, { users, keys }: NatsConfigInput): string {
  const user = users[name];
  const key = keys[name];
  if (!user || !key) throw new Error(`no key for bus user ${name}`);
  const responses = user.allow_responses
    ? `\n        allow_responses: { max: ${user.allow_responses.max}, expires: ${quote(user.allow_responses.expires)} }`
    : '';
  return `      # ${name}
      { nkey: ${quote(key)}, permissions: {
        publish: { allow: ${list(user.publish)} }
        subscribe: { allow: ${list(user.subscribe)} }${responses}
      } }`;
}

/** The text of server.conf. Pure. */
export function renderNatsConfig(input: NatsConfigInput): string {
  const { paths, port, monitorPort } = input;
  return `# Written at every start from deploy/nats/bus.yaml; changes here do not last.
server_name: "awo"
listen: "127.0.0.1:${port}"
http: "127.0.0.1:${monitorPort}"
pid_file: ${quote(join(paths.nats, 'server.pid'))}
ports_file_dir: ${quote(join(paths.nats, 'ports'))}
log_file: ${quote(join(paths.logs, 'nats-server.log'))}
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

accounts {
  AWO {
    jetstream: enabled
    users: [
${Object.keys(input.users)
  .map((name) => userBlock(name, input))
  .join('\n')}
    ]
  }
}
`;
}
