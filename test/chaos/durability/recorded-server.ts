// nats-server under strace: every call that changes its store is recorded, then it is killed. The server is the one that is shipped.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findNatsServer, homePaths, readBusUsers, startNatsServer } from '@awo/embedded';
import type { NatsServer } from '@awo/embedded';
import { waitFor } from '@awo/testing';
import { RECORDED } from './replay.ts';
import { parseRecording } from './system-calls.ts';
import type { SystemCall } from './system-calls.ts';

/** Larger than any write of the server: what strace leaves out could not be replayed. */
const WHOLE = 8 * 1024 * 1024;

export type Sync = 'always' | '2m';

export type RecordedServer = {
  server: NatsServer;
  /** kill -9; the calls in the order in which they began. */
  kill: () => Promise<SystemCall[]>;
};

const quiet = () => {};
async function start(home: string, binary: string): Promise<NatsServer> {
  return startNatsServer({ home, binary, users: readBusUsers(), report: quiet, ports: 'any' });
}

/** The server of the product as it is. */
export async function startPlain(home: string): Promise<NatsServer> {
  return start(home, (await natsServer()).path);
}

async function natsServer() {
  const { NATS_URL: _left, ...env } = process.env;
  return findNatsServer({ env, report: quiet });
}

/** `sync` 2m is what nats-server does where nothing is said: the check that a loss would be seen. */
export async function startRecorded(home: string, sync: Sync, strace: readonly string[]): Promise<RecordedServer> {
  const { path } = await natsServer();
  const recording = join(home, 'recording');
  const launcher = join(home, 'launcher');
  const command = [
    ...strace,
    '-D',
    '-f',
    '--seccomp-bpf',
    '-xx',
    '-s',
    String(WHOLE),
    '-e',
    'signal=!SIGURG',
    '-e',
    `trace=${RECORDED}`,
    '-o',
    recording,
    path,
  ];
  const quoted = command.map((word) => `'${word}'`).join(' ');
  // The product writes the configuration itself and leaves no choice about syncing.
  const edit = `sed -i 's/sync_interval: always/sync_interval: ${sync}/' "$2"`;
  writeFileSync(launcher, `#!/bin/sh\n${edit}\nexec ${quoted} "$@"\n`, { mode: 0o700 });
  const server = await start(home, launcher);
  const { pid } = server.identity;
  const config = readFileSync(join(homePaths(home).nats, 'server.conf'), 'utf8');
  if (!config.includes(`sync_interval: ${sync}\n`)) throw new Error(`the server does not run with sync_interval: ${sync}`);
  return {
    server,
    kill: async () => {
      process.kill(pid, 'SIGKILL');
      await server.exited;
      // strace writes what it has left when the last thread is gone.
      const ended = new RegExp(`^${pid} +\\+{3} killed by SIGKILL`, 'm');
      const text = await waitFor(() => ((read) => (ended.test(read.slice(-4000)) ? read : null))(readFileSync(recording, 'utf8')), {
        what: 'the end of the recording',
      });
      return parseRecording(text);
    },
  };
}
