// One supervised service process: started again when it dies, with growing pauses, until it is stopped.
import { spawn } from 'node:child_process';
import { closeSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { homePaths } from './home.ts';
import { writeJson } from './json-file.ts';
import { endProcess, identify, signal, sweepGroup } from './process-identity.ts';
import type { ProcessIdentity } from './process-identity.ts';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
/** After this long without a death the pauses start over. */
const SETTLED_MS = 10_000;
const LOG_LIMIT_BYTES = 10 * 1024 * 1024;

type ServiceState = 'starting' | 'up' | 'restarting' | 'stopping' | 'stopped';

export interface InstanceStatus {
  instance: string;
  service: string;
  state: ServiceState;
  pid: number | null;
  startedAt: string | null;
  /** Deaths that nobody asked for. */
  restarts: number;
  /** Exit code or signal of the last death. */
  lastExit: string | null;
}

export interface ServiceProcess {
  readonly instance: string;
  readonly service: string;
  status(): InstanceStatus;
  /** Told from outside: the server's monitoring sees its connection (or no longer does). */
  connected(is: boolean): void;
  restart(): Promise<void>;
  stop(graceMs: number): Promise<void>;
}

export interface ServiceProcessOptions {
  home: string;
  instance: string;
  service: string;
  main: string;
  /** Asked at every start, so that a new address of the bus is taken up. */
  environment(): NodeJS.ProcessEnv;
}

export const identityFile = (home: string, instance: string): string => join(homePaths(home).run, `${instance}.json`);

function openLog(home: string, service: string): number {
  const file = join(homePaths(home).logs, `${service}.log`);
  try {
    if (statSync(file).size > LOG_LIMIT_BYTES) renameSync(file, `${file}.1`);
  } catch {
    // The first start has no log yet.
  }
  return openSync(file, 'a', 0o600);
}

export function superviseService({ home, instance, service, main, environment }: ServiceProcessOptions): ServiceProcess {
  let state: ServiceState = 'starting';
  let current: ProcessIdentity | undefined;
  let startedAt: number | undefined;
  let restarts = 0;
  let pauseMs = FIRST_PAUSE_MS;
  let lastExit: string | null = null;
  let timer: NodeJS.Timeout | undefined;

  const launch = () => {
    const log = openLog(home, service);
    // A group of its own, so that whatever it leaves behind can be swept.
    const child = spawn(process.execPath, [main], { env: environment(), detached: true, stdio: ['ignore', log, log] });
    closeSync(log);
    startedAt = Date.now();
    state = 'starting';
    current = child.pid === undefined ? undefined : identify(child.pid);
    const mine = current;
    if (mine) writeJson(identityFile(home, instance), mine);
    let ended = false;
    const end = (how: string) => {
      if (ended) return;
      ended = true;
      if (mine) sweepGroup(mine.pid);
      if (current === mine) died(how);
    };
    child.once('exit', (code, name) => end(name ?? `code ${code}`));
    child.once('error', (error) => end(error.message));
  };

  const died = (how: string) => {
    current = undefined;
    rmSync(identityFile(home, instance), { force: true });
    if (state === 'stopping' || state === 'stopped') return;
    lastExit = how;
    restarts += 1;
    if (startedAt !== undefined && Date.now() - startedAt > SETTLED_MS) pauseMs = FIRST_PAUSE_MS;
    state = 'restarting';
    timer = setTimeout(launch, pauseMs);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  };

  const end = async (graceMs: number) => {
    clearTimeout(timer);
    state = 'stopping';
    const ending = current;
    if (ending) await endProcess(ending, graceMs);
    rmSync(identityFile(home, instance), { force: true });
  };

  launch();
  return {
    instance,
    service,
    status: () => ({
      instance,
      service,
      state,
      pid: current?.pid ?? null,
      startedAt: startedAt === undefined ? null : new Date(startedAt).toISOString(),
      restarts,
      lastExit,
    }),
    connected: (is) => {
      if (state === 'starting' && is) state = 'up';
      else if (state === 'up' && !is) state = 'starting';
    },
    restart: async () => {
      await end(10_000);
      launch();
    },
    stop: async (graceMs) => {
      await end(graceMs);
      // A launch that was under way while the stop was asked.
      if (current) signal(current.pid, 'SIGKILL');
      state = 'stopped';
    },
  };
}
