// Restate: one server as it comes (its log is flushed to disk), five services in five processes, one-way calls between them.
import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findFreePort } from '@awo/free-port';
import { PEERS, PINS } from './install.ts';
import { runDriver, startServer, startWorker, stopAll } from './peer.ts';
import type { Peer } from './peer.ts';

export const restate: Peer = {
  name: 'Restate',
  start: async (folder) => {
    const children: ChildProcess[] = [];
    const [ingress, admin, node] = [await findFreePort(), await findFreePort(), await findFreePort()];
    const config = join(folder, 'restate.toml');
    writeFileSync(
      config,
      `base-dir = ${JSON.stringify(join(folder, 'restate'))}
disable-telemetry = true
bind-address = "127.0.0.1:${node}"
advertised-address = "http://127.0.0.1:${node}"
log-filter = "warn"
[admin]
bind-address = "127.0.0.1:${admin}"
[ingress]
bind-address = "127.0.0.1:${ingress}"
`,
    );
    const binary = join(PEERS, 'node_modules', '@restatedev', `restate-server-${process.platform}-${process.arch}`, 'bin', 'restate-server');
    const answers = async (url: string): Promise<boolean> => (await fetch(url)).ok;
    children.push(
      await startServer(
        binary,
        ['--config-file', config],
        {},
        async () => (await answers(`http://127.0.0.1:${admin}/health`)) && (await answers(`http://127.0.0.1:${ingress}/restate/health`)),
      ),
    );
    for (let number = 1; number <= 5; number++) {
      const port = await findFreePort();
      children.push(await startWorker('restate-worker.mjs', [String(number), String(port)]));
      const registered = await fetch(`http://127.0.0.1:${admin}/deployments`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ uri: `http://127.0.0.1:${port}` }),
      });
      if (!registered.ok) throw new Error(`Restate does not take service ${number}: ${registered.status} ${await registered.text()}`);
    }
    return {
      versions: `restate-server ${PINS['@restatedev/restate-server']}, restate-sdk ${PINS['@restatedev/restate-sdk']}`,
      setting: 'defaults (24 partitions, log flushed), a service process per step, one-way call per hand-over',
      drive: (rounds) => runDriver('restate-driver.mjs', `http://127.0.0.1:${ingress}`, rounds),
      stop: () => stopAll(children.toReversed()),
    };
  },
};
