// What is free on this machine for another suite: cores, memory and pressure, within the limits of the control groups of this process.
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

export type Free = {
  /** Cores that this process may use at the same time, at least one. */
  cores: number;
  freeBytes: number;
  /** Share of the last ten seconds in which something waited for a core, 0 to 1; 0 where the kernel does not say. */
  cpuPressure: number;
  /** Share of the last ten seconds in which everything waited for memory, 0 to 1. */
  memoryPressure: number;
};

/** The parts of the machine that are read; a test has other ones. */
export type Machine = { proc: string; cgroup: string; cores: number; availableBytes: number };
const thisMachine = (): Machine => ({ proc: '/proc', cgroup: '/sys/fs/cgroup', cores: availableParallelism(), availableBytes: process.availableMemory() });

/** What cannot be read limits nothing: outside of Linux only cores and memory are known. */
export function measureFree(machine: Machine = thisMachine()): Free {
  const groups = groupsOf(machine);
  const cores = Math.min(machine.cores, ...groups.flatMap((group) => coresOf(group)));
  const freeBytes = Math.min(machine.availableBytes, ...groups.flatMap((group) => memoryOf(group)));
  return {
    cores: Math.max(1, Math.floor(cores)),
    freeBytes,
    cpuPressure: pressure(join(machine.proc, 'pressure', 'cpu'), 'some'),
    memoryPressure: pressure(join(machine.proc, 'pressure', 'memory'), 'full'),
  };
}

/** The folders of the control groups that this process is in, and of those above them: the tightest limit counts. */
function groupsOf({ proc, cgroup }: Machine): string[] {
  const lines = (read(join(proc, 'self', 'cgroup')) ?? '').split('\n');
  return lines.flatMap((line) => {
    const [, controllers = '', path = ''] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (path === '') return [];
    // Version 2 has no controllers in its line and one tree for all of them; in version 1 each has a tree of its own.
    const roots = controllers === '' ? [cgroup] : controllers.split(',').map((name) => join(cgroup, name));
    const parts = path.split('/').filter((part) => part !== '' && part !== '..');
    return roots.flatMap((root) => Array.from({ length: parts.length + 1 }, (_, depth) => join(root, ...parts.slice(0, depth))));
  });
}

function coresOf(group: string): number[] {
  const [quota, period] = (read(join(group, 'cpu.max')) ?? '').split(' ').map(Number);
  if (quota && period) return [quota / period];
  const [oldQuota, oldPeriod] = ['cpu.cfs_quota_us', 'cpu.cfs_period_us'].map((name) => Number(read(join(group, name)) ?? 0));
  return oldQuota && oldPeriod && oldQuota > 0 ? [oldQuota / oldPeriod] : [];
}

/** Pages of files that nobody writes are given back when memory is asked for: they count as free. */
function memoryOf(group: string): number[] {
  for (const [limit, used, cache] of [
    ['memory.max', 'memory.current', 'inactive_file'],
    ['memory.limit_in_bytes', 'memory.usage_in_bytes', 'total_inactive_file'],
  ] as const) {
    const [max, now] = [Number(read(join(group, limit)) ?? Number.NaN), Number(read(join(group, used)) ?? Number.NaN)];
    // Version 1 writes "no limit" as a number near 2^63.
    if (!(max > 0 && max < 2 ** 60 && now >= 0)) continue;
    const reclaimable = Number(new RegExp(`^${cache} (\\d+)$`, 'm').exec(read(join(group, 'memory.stat')) ?? '')?.[1] ?? 0);
    return [Math.max(0, max - now + reclaimable)];
  }
  return [];
}

/** Pressure stall information (J. Weiner 2018). */
const pressure = (path: string, who: 'some' | 'full'): number => Number(new RegExp(`^${who} avg10=([\\d.]+)`, 'm').exec(read(path) ?? '')?.[1] ?? 0) / 100;

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}
