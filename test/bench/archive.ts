// What history costs: the time of a goal and the memory of nats-server after many goals, with and without the archive.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DeliverPolicy } from '@nats-io/jetstream';
import { startTestNats, waitFor } from '@awo/testing';
import type { TestNats } from '@awo/testing';
import { cpuMs, rssMb } from './costs.ts';
import { BENCH_ROLES, driveGoals, measure, quantile } from './goals.ts';
import { writeHistory } from './history.ts';
import { ms, table, whole } from './section.ts';
import type { BenchOptions, Section } from './section.ts';
import { rolesThatPull, startWorker, stopWorker } from './stage.ts';

const ARCHIVER = fileURLToPath(new URL('../../services/archiver/src/main.ts', import.meta.url));
/** Goals written before those that are measured, at a time: as many stay in the log as a busy hour of grace would leave. */
const PORTION = 5000;
const MEASURED = 300;
/** The server's runtime collects garbage at least every two minutes; only then does its memory say what it holds. */
const REST_MS = 150_000;
const COMMITS = 6;

/** `goals`: the longest history; a tenth and a hundredth of it are measured before. */
export async function measureArchive({ goals, say }: BenchOptions): Promise<Section> {
  const sizes = [goals / 100, goals / 10, goals].map((n) => Math.max(1, Math.round(n)));
  const rows: string[][] = [];
  for (const archived of [false, true]) rows.push(...(await oneServer(sizes, archived, say)));
  const head = ['goals so far', 'archive', 'p50 of a goal', 'per hand-over', 'p99', 'server CPU', 'nats-server', 'at rest', 'in the log', 'load'];
  return {
    id: 'archive',
    lines: [
      ...table(head, rows),
      '',
      `Five-step goals one at a time, ${MEASURED} measured at each size; those before them were written by their authors without waiting for workers. Server CPU: nats-server's, per goal, with that of the archive where it is on. At rest: the least memory of nats-server in the ${REST_MS / 1000} s after. Load: processes that wanted one of the cores.`,
    ],
  };
}

async function oneServer(sizes: readonly number[], archived: boolean, say: (text: string) => void): Promise<string[][]> {
  const nats = await startTestNats();
  const archiver = archived ? startArchiver(nats) : undefined;
  const rows: string[][] = [];
  try {
    let written = 0;
    for (const size of sizes) {
      const began = performance.now();
      await withoutConsumers(nats);
      for (; written < size; written += Math.min(PORTION, size - written)) {
        await writeHistory((user) => nats.as(user), Math.min(PORTION, size - written));
        if (archiver) await waitFor(async () => (await inLog(nats)) <= PORTION / 5, { what: 'the archive to follow', timeoutMs: 3_600_000, everyMs: 500 });
      }
      say(`archive: ${size} goals ${archived ? 'written and archived' : 'written'} in ${((performance.now() - began) / 1000).toFixed(0)} s`);
      const { times, rss, cpu } = await measureNow(nats);
      written += MEASURED;
      const left = await inLog(nats);
      const load = loadavg()[0] ?? 0;
      const rest = await rssAtRest(nats);
      const p50 = quantile(times, 0.5);
      rows.push([
        size.toLocaleString('en-US'),
        archived ? 'on' : 'off',
        ms(p50),
        ms(p50 / BENCH_ROLES.length),
        ms(quantile(times, 0.99)),
        cpu === null ? '-' : ms(cpu),
        `${whole(rss)} MiB`,
        `${whole(rest)} MiB`,
        whole(left),
        load.toFixed(1),
      ]);
      say(rows.at(-1)?.join('  ') ?? '');
    }
  } finally {
    await archiver?.stop();
    await nats.stop();
  }
  return rows;
}

/** The least that it comes down to while nothing is asked of it. */
async function rssAtRest(nats: TestNats): Promise<number | null> {
  const seen: number[] = [];
  for (const until = performance.now() + REST_MS; performance.now() < until; await sleep(2000)) seen.push(rssMb([nats.serverPid()]) ?? Infinity);
  const least = Math.min(...seen);
  return Number.isFinite(least) ? least : null;
}

const inLog = async (nats: TestNats): Promise<number> => {
  const bus = await nats.as('operator');
  const { state } = await bus.jsm.streams.info('GOALS');
  await bus.close();
  return Math.ceil(state.messages / COMMITS);
};

/** What was written as history is nobody's work: consumers that begin now do not hand it out. */
async function withoutConsumers(nats: TestNats): Promise<void> {
  const bus = await nats.as('provisioner');
  for (const role of BENCH_ROLES) await bus.jsm.consumers.delete('GOALS', role);
  await bus.close();
}

async function measureNow(nats: TestNats): Promise<{ times: number[]; rss: number | null; cpu: number | null }> {
  const provisioner = await nats.as('provisioner');
  for (const role of BENCH_ROLES) await provisioner.jsm.consumers.add('GOALS', { ...consumerOf(role), deliver_policy: DeliverPolicy.New });
  const workers = BENCH_ROLES.map((role) => startWorker(nats.env(role, `${role}-1`), []));
  await waitFor(async () => (await rolesThatPull(provisioner)) === BENCH_ROLES.length, { what: 'workers that pull', timeoutMs: 60_000 });
  const bus = await nats.as('operator');
  const driver = driveGoals(bus);
  await measure(driver, MEASURED / 3, 4);
  const server = [nats.serverPid()];
  const before = cpuMs(server);
  const { times } = await measure(driver, MEASURED, 1);
  const after = cpuMs(server);
  const cpu = before === null || after === null ? null : (after - before) / MEASURED;
  const rss = rssMb(server);
  driver.stop();
  await Promise.all(workers.map(stopWorker));
  await Promise.all([bus.close(), provisioner.close()]);
  return { times, rss, cpu };
}

const consumerOf = (role: string) => ({
  durable_name: role,
  filter_subject: `awo.log.*.*.${role}`,
  ack_policy: 'explicit' as const,
  ack_wait: 10_000_000_000,
  max_ack_pending: 1000,
});

function startArchiver(nats: TestNats): { stop: () => Promise<void> } {
  const file = join(nats.home, 'archive-policy.yaml');
  const policy = {
    store: { kind: 'jetstream' },
    grace_s: 2,
    every_s: 2,
    pack: { goals: 2000, mebibytes: 8, wait_s: 0 },
    stragglers: 2000,
    keep_days: { environments: {}, other: 'forever' },
  };
  writeFileSync(file, JSON.stringify(policy));
  const env = { PATH: process.env['PATH'], AWO_LOG_LEVEL: 'warn', ...nats.env('archiver'), AWO_ARCHIVE_POLICY: file };
  const child = spawn(process.execPath, [ARCHIVER], { env, stdio: ['ignore', 'inherit', 'inherit'] });
  return {
    stop: async () => {
      if (child.exitCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}
