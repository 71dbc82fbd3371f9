// The benchmark's stage: one server or three, worker processes of the real agent runtime, and what each of them costs.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Bus } from '@awo/bus';
import { startTestCluster, startTestNats, waitFor } from '@awo/testing';
import { cpuMs, rssMb, storedBytes } from './costs.ts';
import { BENCH_ROLES, driveGoals, measure } from './goals.ts';
import type { Driver } from './goals.ts';

export type StageOptions = {
  /** Worker processes of each role. */
  replicas?: number;
  /** 1: one server, one copy. 3: three servers, three copies. */
  nodes?: 1 | 3;
  /** Steps of each goal. */
  steps?: number;
  /** More environment for the workers, e.g. where spans go. */
  env?: Record<string, string>;
  /** More flags for the workers' Node. */
  nodeFlags?: readonly string[];
};

export type Measured = {
  width: number;
  goals: number;
  /** Sorted milliseconds per goal. */
  times: number[];
  wallMs: number;
  /** CPU milliseconds per goal of all workers and of all servers; null where the system does not tell. */
  workerCpuMs: number | null;
  serverCpuMs: number | null;
  bytesPerGoal: number;
};

export type Stage = {
  serverVersion: string;
  serverPids: number[];
  measure: (width: number, goals: number) => Promise<Measured>;
  /** Resident memory in MiB: each server, and the largest worker. */
  memory: () => { serverMb: number | null; workerMb: number | null };
  stop: () => Promise<void>;
};

const WORKER = fileURLToPath(new URL('./worker-main.ts', import.meta.url));

export async function startStage({ replicas = 1, nodes = 1, steps = 5, env = {}, nodeFlags = [] }: StageOptions = {}): Promise<Stage> {
  const server = nodes === 1 ? await single() : await cluster();
  const workers = BENCH_ROLES.flatMap((role) =>
    Array.from({ length: replicas }, (_, n) => startWorker({ ...server.env(role, `${role}-${n + 1}`), ...env }, nodeFlags)),
  );
  const bus = await server.as('operator');
  const looks = await server.as('provisioner');
  await waitFor(async () => (await rolesThatPull(looks)) === BENCH_ROLES.length, { what: 'workers of every role that pull', timeoutMs: 60_000 });
  const driver: Driver = driveGoals(bus, steps);
  const workerPids = workers.flatMap((worker) => worker.pid ?? []);
  const monitors = server.monitors;
  return {
    serverVersion: ((await (await fetch(`${monitors[0]}/varz`)).json()) as { version: string }).version,
    serverPids: server.pids,
    measure: async (width, goals) => {
      const before = [cpuMs(workerPids), cpuMs(server.pids), await storedBytes(monitors)] as const;
      const { times, wallMs } = await measure(driver, goals, width);
      const per = (after: number | null, then: number | null) => (after === null || then === null ? null : (after - then) / goals);
      return {
        width,
        goals,
        times,
        wallMs,
        workerCpuMs: per(cpuMs(workerPids), before[0]),
        serverCpuMs: per(cpuMs(server.pids), before[1]),
        bytesPerGoal: ((await storedBytes(monitors)) - before[2]) / goals,
      };
    },
    memory: () => ({ serverMb: rssMb(server.pids), workerMb: rssMb(workerPids) }),
    stop: async () => {
      driver.stop();
      await Promise.all(workers.map(stopWorker));
      await server.stop();
    },
  };
}

type Server = {
  as: (user: string) => Promise<Bus>;
  env: (user: string, instance: string) => Record<string, string>;
  monitors: string[];
  pids: number[];
  stop: () => Promise<void>;
};

async function single(): Promise<Server> {
  const nats = await startTestNats();
  return { as: nats.as, env: nats.env, monitors: [nats.monitorUrl], pids: [nats.serverPid()], stop: nats.stop };
}

async function cluster(): Promise<Server> {
  const three = await startTestCluster({ nodes: 3, replicas: 3 });
  return {
    as: three.as,
    env: three.env,
    monitors: three.nodes().map((node) => three.address(node).monitorUrl),
    pids: three.nodes().map(three.pid),
    stop: three.stop,
  };
}

export function startWorker(env: Record<string, string>, flags: readonly string[], main = WORKER): ChildProcess {
  return spawn(process.execPath, [...flags, main], {
    env: { PATH: process.env['PATH'], AWO_LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}

export async function stopWorker(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null) return;
  const exited = once(worker, 'exit');
  worker.kill('SIGTERM');
  await exited;
}

export async function rolesThatPull(bus: Bus): Promise<number> {
  const waiting = await Promise.all(BENCH_ROLES.map(async (role) => (await bus.jsm.consumers.info('GOALS', role)).num_waiting));
  return waiting.filter((n) => n > 0).length;
}
