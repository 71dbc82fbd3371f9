// npm run bench: five-step goals through the real agent runtime, five worker processes, a real nats-server that syncs on every write.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { startTestNats, waitFor } from '@awo/testing';
import type { TestNats } from '@awo/testing';
import { countFsyncs } from './fsyncs.ts';
import { BENCH_ROLES, driveGoals, measure, quantile } from './goals.ts';

const WORKER = fileURLToPath(new URL('./worker-main.ts', import.meta.url));
const goals = Number(process.argv[2] ?? 2000);

const nats = await startTestNats();
const workers = BENCH_ROLES.map((role) => startWorker(nats, role));
try {
  const bus = await nats.as('operator');
  const info = (await (await fetch(`${nats.monitorUrl}/varz`)).json()) as { version: string };
  await waitFor(async () => (await consumersAreAwaited(nats)) === BENCH_ROLES.length, { what: 'five workers that pull' });
  const driver = driveGoals(bus);
  await measure(driver, 300, 16);

  console.log(`machine   ${cpus().length} x ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}`);
  console.log(`versions  Node ${process.version}, nats-server ${info.version}, sync_interval always, one replica`);
  console.log(`goals     five steps each, a hand-over to another process per step, ${BENCH_ROLES.length} worker processes`);
  for (const [width, total] of [
    [1, Math.ceil(goals / 4)],
    [64, goals],
  ] as const) {
    const { times, wallMs } = await measure(driver, total, width);
    const ms = (q: number) => quantile(times, q).toFixed(1).padStart(7);
    console.log(
      `${String(width).padStart(3)} in flight  ${(total / (wallMs / 1000)).toFixed(0).padStart(5)} goals/s   p50 ${ms(0.5)} ms   p99 ${ms(0.99)} ms   (${total} goals)`,
    );
  }
  const counted = 100;
  const fsyncs = await countFsyncs(nats.serverPid(), async () => void (await measure(driver, counted, 1)));
  console.log(
    `fsyncs    ${fsyncs === null ? 'not counted: strace is not here' : `${(fsyncs / counted).toFixed(1)} per goal (${counted} goals, one at a time; six commits each)`}`,
  );
  driver.stop();
} finally {
  await Promise.all(workers.map(stopWorker));
  await nats.stop();
}

function startWorker(server: TestNats, role: string): ChildProcess {
  return spawn(process.execPath, [WORKER], {
    env: { PATH: process.env['PATH'], AWO_LOG_LEVEL: 'warn', ...server.env(role, `${role}-bench`) },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}

async function stopWorker(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null) return;
  const exited = once(worker, 'exit');
  worker.kill('SIGTERM');
  await exited;
}

async function consumersAreAwaited(server: TestNats): Promise<number> {
  const bus = await server.as('provisioner', 'bench-looks');
  const waiting = await Promise.all(BENCH_ROLES.map(async (role) => (await bus.jsm.consumers.info('GOALS', role)).num_waiting));
  await bus.close();
  return waiting.filter((n) => n > 0).length;
}
