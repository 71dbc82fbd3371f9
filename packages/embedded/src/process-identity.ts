// A process by pid and start time, so that a reused pid is never taken for it; and how to end one.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { until } from './until.ts';

export const ProcessIdentity = z.object({ pid: z.number().int().positive(), started: z.string() });
export type ProcessIdentity = z.infer<typeof ProcessIdentity>;

/** A token that two processes with the same pid do not share; undefined where no such process runs (a zombie does not). */
function startToken(pid: number): string | undefined {
  if (process.platform === 'linux') {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
    } catch {
      return undefined;
    }
  }
  const [state = 'Z', ...started] = spawnSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], { encoding: 'utf8' })
    .stdout.trim()
    .split(/\s+/);
  return state === '' || state.startsWith('Z') ? undefined : started.join(' ');
}

export function identify(pid: number): ProcessIdentity | undefined {
  const started = startToken(pid);
  return started === undefined ? undefined : { pid, started };
}

export const isRunning = (one: ProcessIdentity): boolean => startToken(one.pid) === one.started;

/** Sends a signal to a process (negative pid: to its group); a process that is already gone is fine. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** SIGTERM, wait, SIGKILL; then the rest of its process group. Resolves when it is gone. */
export async function endProcess(one: ProcessIdentity, graceMs: number): Promise<void> {
  if (isRunning(one)) {
    signal(one.pid, 'SIGTERM');
    if (!(await until(() => !isRunning(one), graceMs))) signal(one.pid, 'SIGKILL');
    await until(() => !isRunning(one), 5_000);
    sweepGroup(one.pid);
  }
}

/** Ends what a process started in its own group has left behind. Programs that must outlive it lead groups of their own. */
export function sweepGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // EPERM is what macOS says of a group that consists of zombies.
    if (!['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
