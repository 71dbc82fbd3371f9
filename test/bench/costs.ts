// What processes cost: CPU time and memory from /proc, stored bytes from the server's own account.
import { existsSync, readFileSync } from 'node:fs';

/** Ticks of /proc/PID/stat per second; fixed by the kernel's interface. */
const TICKS_PER_SECOND = 100;

/** CPU milliseconds (user and system) of these processes so far, together; null where there is no /proc. */
export function cpuMs(pids: readonly number[]): number | null {
  if (!existsSync('/proc/self/stat')) return null;
  const ticks = pids.map((pid) => {
    // The name, which may hold spaces, stands in parentheses; what follows is fixed.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return Number(fields[11]) + Number(fields[12]);
  });
  return (ticks.reduce((sum, t) => sum + t, 0) * 1000) / TICKS_PER_SECOND;
}

/** Resident memory in MiB of the largest of these processes; null where there is no /proc. */
export function rssMb(pids: readonly number[]): number | null {
  if (!existsSync('/proc/self/status')) return null;
  return Math.max(...pids.map((pid) => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024));
}

/** Bytes in all streams of all servers: with three copies each is counted three times. */
export async function storedBytes(monitorUrls: readonly string[]): Promise<number> {
  const stores = await Promise.all(monitorUrls.map(async (url) => (await (await fetch(`${url}/jsz`)).json()) as { storage: number }));
  return stores.reduce((sum, { storage }) => sum + storage, 0);
}
