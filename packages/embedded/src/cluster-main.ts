// `npm run cluster`: several nats-servers of one installation on this machine until Ctrl-C, each started again when it dies; their stores stay.
import { parseArgs } from 'node:util';
import { setTimeout as pause } from 'node:timers/promises';
import { readBusUsers } from './bus-users.ts';
import { homePaths } from './home.ts';
import { findNatsServer } from './nats-binary.ts';
import { startNatsCluster } from './nats-cluster.ts';
import type { Report } from './progress.ts';

const AGAIN_MS = 1000;
const { values } = parseArgs({ options: { home: { type: 'string', default: '.awo' }, nodes: { type: 'string', default: '3' } } });
const report: Report = ({ text }) => void process.stderr.write(`${text}\n`);
const { NATS_URL: _others, ...env } = process.env;
const { path: binary } = await findNatsServer({ env, report });
const { home } = homePaths(values.home);
const cluster = await startNatsCluster({ home, binary, users: readBusUsers(), report, nodes: Number(values.nodes) });

let stopping = false;
const keep = async (name: string): Promise<void> => {
  await cluster.server(name).exited;
  while (!stopping) {
    report({ phase: 'nats-server', text: `${name} has ended: starting it again` });
    await pause(AGAIN_MS);
    const started = await cluster.start(name).catch((error: unknown) => report({ phase: 'nats-server', text: String(error) }));
    if (started) return keep(name);
  }
};
for (const name of cluster.names()) void keep(name);
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    stopping = true;
    void cluster.stop();
  });

for (const name of cluster.names()) report({ phase: 'nats-server', text: `${name}  ${cluster.server(name).url}  pid ${cluster.server(name).identity.pid}` });
const monitors = cluster.names().map((name) => cluster.server(name).monitorUrl);
process.stdout.write(`NATS_URL=${cluster.url()} AWO_NATS_MONITOR=${monitors.join(',')} AWO_STRICT=1 npx awo up --home ${home}\n`);
