// Finds and ends processes by the mark in their environment: those that left their process group, and those of a server that was killed.
import { readdir, readFile } from 'node:fs/promises';

/** Names one run: whose installation, which server process, which run of it. */
export const runMark = (installation: string, serial: string): string => `${installation}.${process.pid}.${serial}`;

/** Ends every process whose mark satisfies `which`. Where there is no /proc, nothing is found. */
export async function endMarked(which: (mark: string) => boolean): Promise<number[]> {
  const ended: number[] = [];
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number);
  for (const pid of pids) {
    if (pid === process.pid) continue;
    const environ = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
    const mark = environ
      .split('\0')
      .find((entry) => entry.startsWith('AWO_TEST_RUN='))
      ?.slice('AWO_TEST_RUN='.length);
    if (mark === undefined || !which(mark)) continue;
    if (signalQuietly(pid, 'SIGKILL')) ended.push(pid);
  }
  return ended;
}

/** Ends what a killed server of this installation left running. Called once, before the first suite. */
export function endOrphans(installation: string): Promise<number[]> {
  return endMarked((mark) => {
    const [whose, server] = mark.split('.');
    return whose === installation && server !== undefined && !signalQuietly(Number(server), 0);
  });
}

/** True where the process (or, with a negative id, the group) was there to be signalled. */
export function signalQuietly(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
