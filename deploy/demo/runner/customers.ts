// The process that plays the shop's customers, and what it has counted.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';

const Counts = z.record(z.string(), z.object({ ok: z.number(), failed: z.number(), customersWithErrors: z.number() }));
export type Counts = z.infer<typeof Counts>;

export type Customers = {
  counts: () => Promise<Counts>;
  /** Until every service has answered this many requests, or nothing has come for a while. */
  busy: (requests: number, signal: AbortSignal) => Promise<boolean>;
  stop: () => Promise<void>;
};

const LOAD = fileURLToPath(new URL('../load.ts', import.meta.url));
const LOOK_EVERY_MS = 250;
const GIVE_UP_MS = 30_000;

export async function startCustomers(home: string, countsFile: string): Promise<Customers> {
  await rm(countsFile, { force: true });
  // The channel is there so that they leave when the runner is killed.
  const child = spawn(process.execPath, [LOAD, '--home', home, '--counts', countsFile], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  await once(child, 'spawn');
  const counts = (): Promise<Counts> => readCounts(countsFile);
  return { counts, busy: (requests, signal) => untilBusy(counts, requests, signal), stop: () => stop(child) };
}

async function readCounts(file: string): Promise<Counts> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw error;
  });
  return Counts.parse(JSON.parse(text));
}

async function untilBusy(counts: () => Promise<Counts>, requests: number, signal: AbortSignal): Promise<boolean> {
  const start = Object.values(await counts()).map((c) => c.ok);
  for (const deadline = Date.now() + GIVE_UP_MS; Date.now() < deadline && !signal.aborted;) {
    const now = Object.values(await counts()).map((c) => c.ok);
    if (now.length > 0 && now.every((ok, n) => ok - (start[n] ?? 0) >= requests)) return true;
    await pause(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
  }
  return false;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

export const failedIn = (counts: Counts): number => Object.values(counts).reduce((sum, c) => sum + c.failed, 0);
