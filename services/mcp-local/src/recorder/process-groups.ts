// Memory and CPU of process groups, all in one pass over /proc. Systems without it have none.
import { readdirSync, readFileSync } from 'node:fs';

const PAGE_BYTES = 4096;
/** USER_HZ: 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

export type GroupUse = { memoryBytes: number; cpuSeconds: number };

/** By process group; only those that were asked for. */
export function useOfGroups(groups: ReadonlySet<number>): Map<number, GroupUse> {
  const found = new Map<number, GroupUse>();
  if (process.platform !== 'linux' || groups.size === 0) return found;
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    let text: string;
    try {
      text = readFileSync(`/proc/${entry}/stat`, 'utf8');
    } catch {
      continue;
    }
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const group = Number(fields[2]);
    if (!groups.has(group)) continue;
    const use = found.get(group) ?? { memoryBytes: 0, cpuSeconds: 0 };
    use.cpuSeconds += (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
    use.memoryBytes += Number(fields[21]) * PAGE_BYTES;
    found.set(group, use);
  }
  return found;
}
