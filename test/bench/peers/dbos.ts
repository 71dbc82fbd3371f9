// DBOS on PostgreSQL: a queue and a worker process per step; and, as the least it can cost, all five steps in one process.
import type { ChildProcess } from 'node:child_process';
import { PINS } from './install.ts';
import { runDriver, startWorker, stopAll } from './peer.ts';
import type { Peer, RunningPeer } from './peer.ts';
import { startPostgres } from './postgres.ts';

async function start(folder: string, alone: boolean): Promise<RunningPeer> {
  const postgres = await startPostgres(folder);
  const workers: ChildProcess[] = [];
  // One after the other: the first makes the tables.
  if (!alone) for (let number = 1; number <= 5; number++) workers.push(await startWorker('dbos-worker.mjs', [String(number), postgres.url]));
  return {
    versions: `dbos-sdk ${PINS['@dbos-inc/dbos-sdk']}, ${postgres.version}`,
    setting: alone ? 'five steps in one process, no hand-over' : 'a queue and a process per step, queues polled every 10 ms',
    drive: (rounds) => runDriver(alone ? 'dbos-alone.mjs' : 'dbos-driver.mjs', postgres.url, rounds),
    stop: async () => {
      await stopAll(workers);
      await postgres.stop();
    },
  };
}

export const dbos: Peer = { name: 'DBOS, a queue per step', start: (folder) => start(folder, false) };
export const dbosAlone: Peer = { name: 'DBOS, one process', start: (folder) => start(folder, true) };
