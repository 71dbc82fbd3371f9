// Which process a number stands for: boot, start time, group. Linux reads /proc, others ask ps.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const linux = process.platform === 'linux';

/** Changes with every boot; empty where the system does not tell. */
const bootId: string = linux ? readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim() : '';

type Stat = { state: string; group: number; startTicks: string };

function stat(pid: number): Stat | null {
  try {
    // The name in brackets may hold spaces and brackets itself: fields begin after the last one.
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', group: Number(fields[2]), startTicks: fields[19] ?? '' };
  } catch {
    return null;
  }
}

/** A killed process whose other threads are still on their way out looks like a zombie, but holds its ports until the last has gone. */
function isGone(pid: number, state: string): boolean {
  if (state !== 'Z' && state !== 'X') return false;
  try {
    return readdirSync(`/proc/${pid}/task`).length <= 1;
  } catch {
    return true;
  }
}

function ps(args: string[]): string {
  try {
    return execFileSync('ps', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return '';
  }
}

/** Null where no such process lives. A zombie does not live. */
export function markOf(pid: number): string | null {
  if (!linux) return ps(['-o', 'lstart=', '-p', String(pid)]) || null;
  const found = stat(pid);
  return found === null || isGone(pid, found.state) ? null : `${bootId}:${found.startTicks}`;
}

/** Whether the very process that was remembered still lives. */
export const isAlive = (pid: number | null, mark: string | null): boolean => pid !== null && mark !== null && markOf(pid) === mark;

/** The head of the process group that was launched with AWO_LAUNCH=`launch`, if it lives. */
export function findLaunched(launch: string): number | null {
  const wanted = `AWO_LAUNCH=${launch}`;
  if (!linux) {
    const line = ps(['-axEww', '-o', 'pid=,command='])
      .split('\n')
      .find((l) => l.includes(wanted));
    return line === undefined ? null : Number.parseInt(line, 10);
  }
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    try {
      if (readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(wanted) && stat(pid)?.group === pid) return pid;
    } catch {
      // It ended meanwhile, or belongs to somebody else.
    }
  }
  return null;
}

/** Sends a signal to a whole process group; false where none of it is left. */
export function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  // Group 0 would be the caller's own, and -1 everybody.
  if (pid <= 1) return false;
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** Whether anything of the group still runs. Zombies that nobody collects do not count. */
function groupLives(pid: number): boolean {
  if (!signalGroup(pid, 0)) return false;
  if (!linux) return true;
  return readdirSync('/proc').some((entry) => {
    if (!/^\d+$/.test(entry)) return false;
    const found = stat(Number(entry));
    return found !== null && found.group === pid && !isGone(Number(entry), found.state);
  });
}

/**
 * What a head that has died left of its group. Only what carries its launch name: after a restart of the machine, or long after, the number may be somebody else's.
 */
export function endRemains(pid: number, launch: string): void {
  if (!linux) return void signalGroup(pid, 'SIGKILL');
  for (const entry of readdirSync('/proc')) {
    const member = Number(entry);
    if (!Number.isInteger(member) || member <= 1 || stat(member)?.group !== pid) continue;
    try {
      if (readFileSync(`/proc/${entry}/environ`, 'utf8').split('\0').includes(`AWO_LAUNCH=${launch}`)) process.kill(member, 'SIGKILL');
    } catch {
      // It ended meanwhile, or belongs to somebody else.
    }
  }
}

/** SIGTERM, then SIGKILL after `graceMs`. Returns when nothing of the group runs. */
export async function endGroup(pid: number, graceMs = 5000): Promise<void> {
  signalGroup(pid, 'SIGTERM');
  const until = Date.now() + graceMs;
  while (groupLives(pid)) {
    if (Date.now() > until) signalGroup(pid, 'SIGKILL');
    await delay(25);
  }
}
