// Temporal on PostgreSQL: the server built from its Go module once, one workflow worker and five activity workers.
import { execFileSync, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findFreePort } from '@awo/free-port';
import { PEERS, PINS } from './install.ts';
import { program, runDriver, runProgram, startServer, startWorker, stopAll } from './peer.ts';
import type { Peer } from './peer.ts';
import { startPostgres } from './postgres.ts';
import { temporalConfig } from './temporal-config.ts';

const VERSION = 'v1.31.2';
const BIN = join(PEERS, `temporal-${VERSION}`);

export const temporal: Peer = {
  name: 'Temporal',
  start: async (folder, say) => {
    buildServer(say);
    const postgres = await startPostgres(folder);
    for (const database of ['temporal', 'temporal_visibility']) {
      const schema = database === 'temporal' ? 'temporal' : 'visibility';
      const tool = (...args: string[]) =>
        runProgram(join(BIN, 'sql'), [
          '--plugin',
          'postgres12',
          '--ep',
          '127.0.0.1',
          '-p',
          String(postgres.port),
          '-u',
          'bench',
          '--pw',
          '',
          '--db',
          database,
          ...args,
        ]);
      await tool('create-database');
      await tool('setup-schema', '-v', '0.0');
      await tool('update-schema', '--schema-name', `postgresql/v12/${schema}`);
    }
    const ports: number[] = [];
    while (ports.length < 9) ports.push(await findFreePort());
    const address = `127.0.0.1:${ports[0]}`;
    mkdirSync(join(folder, 'config'));
    writeFileSync(join(folder, 'config', 'bench.yaml'), temporalConfig(postgres.port, ports));
    const children: ChildProcess[] = [
      await startServer(join(BIN, 'server'), ['--root', folder, '--config', 'config', '--env', 'bench', 'start'], {}, async () => {
        await runProgram(process.execPath, [program('temporal-namespace.mjs'), address]);
        return true;
      }),
    ];
    for (let number = 0; number <= 5; number++) children.push(await startWorker('temporal-worker.mjs', [String(number), address]));
    return {
      versions: `temporal server ${VERSION.slice(1)}, sdk ${PINS['@temporalio/worker']}, ${postgres.version}`,
      setting: 'four history shards, one workflow worker, a task queue and a process per activity',
      drive: (rounds) => runDriver('temporal-driver.mjs', address, rounds),
      stop: async () => {
        await stopAll(children.toReversed());
        await postgres.stop();
      },
    };
  },
};

/** Minutes, once. Throws where Go is missing or the module cannot be had. */
function buildServer(say: (text: string) => void): void {
  if (existsSync(join(BIN, 'server')) && existsSync(join(BIN, 'sql'))) return;
  if (spawnSync('go', ['version'], { stdio: 'ignore' }).status !== 0) throw new Error('Go is not installed, and the server comes as a Go module');
  say(`Building the Temporal server ${VERSION} from its Go module (once; takes minutes)`);
  const draft = join(PEERS, `temporal-${VERSION}-build`);
  mkdirSync(draft, { recursive: true });
  const go = (...args: string[]) =>
    execFileSync('go', args, { cwd: draft, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, GOFLAGS: '-mod=mod', CGO_ENABLED: '0' } });
  try {
    if (!existsSync(join(draft, 'go.mod'))) go('mod', 'init', 'bench/temporal');
    go('get', `go.temporal.io/server@${VERSION}`);
    go('build', '-ldflags', '-s -w', '-o', `${draft}/`, 'go.temporal.io/server/cmd/server', 'go.temporal.io/server/cmd/tools/sql');
  } catch {
    throw new Error('its server could not be built from its Go module');
  }
  renameSync(draft, BIN);
}
