// Memory, CPU time and open files of a process with all it has started. Linux reads /proc, others ask ps.
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** USER_HZ: 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

type Row = { pid: number; parent: number; group: number };
export type Figures = { memoryBytes: number; cpuSeconds: number; openFiles: number | null; uptimeMs: number };

/** Null where the process has gone. */
export const figuresOf = (pid: number): Promise<Figures | null> => (process.platform === 'linux' ? fromProc(pid) : fromPs(pid));

/** The process, its group, and the descendants of both. Pure. */
export function treeOf(pid: number, rows: readonly Row[]): number[] {
  const members = new Set(rows.filter((r) => r.pid === pid || r.group === pid).map((r) => r.pid));
  for (let before = -1; before !== members.size;) {
    before = members.size;
    for (const row of rows) if (members.has(row.parent)) members.add(row.pid);
  }
  return [...members];
}

async function fromProc(pid: number): Promise<Figures | null> {
  const pids = (await readdir('/proc')).filter((e) => /^\d+$/.test(e)).map(Number);
  const stats = new Map((await Promise.all(pids.map(async (p) => [p, await fieldsOf(p)] as const))).filter((e): e is [number, string[]] => e[1] !== null));
  const own = stats.get(pid);
  if (own === undefined || own[0] === 'Z') return null;
  const rows = [...stats].map(([p, f]) => ({ pid: p, parent: Number(f[1]), group: Number(f[2]) }));
  let memoryBytes = 0;
  let cpuSeconds = 0;
  let openFiles = 0;
  for (const member of treeOf(pid, rows)) {
    const fields = stats.get(member) ?? [];
    cpuSeconds += (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
    const status = await readFile(`/proc/${member}/status`, 'utf8').catch(() => '');
    memoryBytes += Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
    openFiles += await readdir(`/proc/${member}/fd`).then(
      (e) => e.length,
      () => 0,
    );
  }
  const up = Number((await readFile('/proc/uptime', 'utf8')).split(' ')[0]);
  return { memoryBytes, cpuSeconds, openFiles, uptimeMs: Math.max(0, Math.round((up - Number(own[19]) / TICKS_PER_SECOND) * 1000)) };
}

/** Fields of /proc/<pid>/stat from the third (state) on; the name before them may hold spaces and brackets. */
async function fieldsOf(pid: number): Promise<string[] | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  return text === null
    ? null
    : text
        .slice(text.lastIndexOf(')') + 2)
        .trim()
        .split(' ');
}

async function fromPs(pid: number): Promise<Figures | null> {
  const { stdout } = await run('ps', ['-axo', 'pid=,ppid=,pgid=,rss=,time=,etime='], { maxBuffer: 8 * 1024 * 1024 });
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  const own = lines.find((l) => Number(l[0]) === pid);
  if (own === undefined) return null;
  const members = new Set(
    treeOf(
      pid,
      lines.map((l) => ({ pid: Number(l[0]), parent: Number(l[1]), group: Number(l[2]) })),
    ),
  );
  const all = lines.filter((l) => members.has(Number(l[0])));
  const sum = (read: (line: string[]) => number) => all.reduce((total, line) => total + read(line), 0);
  return {
    memoryBytes: sum((l) => Number(l[3]) * 1024),
    cpuSeconds: sum((l) => secondsOf(l[4] ?? '')),
    openFiles: null,
    uptimeMs: secondsOf(own[5] ?? '') * 1000,
  };
}

/** `[[days-]hours:]minutes:seconds[.hundredths]`, as ps writes times. Pure. */
export function secondsOf(time: string): number {
  const [rest = '', days] = time.split('-').toReversed();
  return rest.split(':').reduce((total, part) => total * 60 + Number(part), 0) + Number(days ?? 0) * 86_400;
}
