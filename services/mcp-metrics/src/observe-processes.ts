// observe.processes: what the processes of a service use, and how busy the machine is.
import { availableParallelism, freemem, loadavg, totalmem } from 'node:os';
import { readFile } from 'node:fs/promises';
import type { LocalRevision, observeProcesses, ProcessFigures } from '@awo/contracts';
import type { z } from 'zod';
import { findService } from './places.ts';
import { type Figures, figuresOf } from './process-tree.ts';

export const processes =
  (home: string) =>
  async (args: z.infer<typeof observeProcesses.input>): Promise<z.infer<typeof observeProcesses.output>> => {
    const service = findService(home, args.environment, args.service);
    const running = service.revisions.filter((r) => r.desired === 'running');
    const revisions = await Promise.all(
      running.map(async (r): Promise<ProcessFigures> => {
        const pids = [r.pid, ...(r.replicas ?? []).map((one) => (one.ready ? one.pid : null))].filter((pid) => pid !== null);
        const figures = largest((await Promise.all(pids.map(figuresOf))).filter((one) => one !== null));
        return {
          revision: r.revision,
          // The supervisor may not have looked yet.
          state: r.state === 'ready' && figures === null ? 'crashed' : r.state,
          memoryBytes: figures?.memoryBytes ?? null,
          cpuSeconds: figures?.cpuSeconds ?? null,
          openFiles: figures?.openFiles ?? null,
          restarts: r.restarts,
          uptimeMs: figures?.uptimeMs ?? null,
        };
      }),
    );
    const control = await controlOf(running);
    return {
      at: new Date().toISOString(),
      revisions,
      ...(control === null ? {} : { control }),
      machine: { load1: loadavg()[0] ?? 0, cores: availableParallelism(), memoryFreeBytes: await freeMemory(), memoryTotalBytes: totalmem() },
    };
  };

async function controlOf(running: readonly LocalRevision[]): Promise<ProcessFigures | null> {
  const old = running.find((r) => r.control?.ready === true);
  const pid = old?.control?.pid ?? null;
  const figures = pid === null ? null : await figuresOf(pid);
  return old === undefined || figures === null ? null : { revision: old.revision, state: 'ready', restarts: 0, ...figures };
}

/** Of several processes: what they use together, but for memory and files, which are those of the largest: one process more is no growth. */
function largest(all: readonly Figures[]): Figures | null {
  const [first] = all;
  if (first === undefined) return null;
  const files = all.flatMap((one) => one.openFiles ?? []);
  return {
    memoryBytes: Math.max(...all.map((one) => one.memoryBytes)),
    openFiles: files.length === 0 ? null : Math.max(...files),
    cpuSeconds: all.reduce((sum, one) => sum + one.cpuSeconds, 0),
    uptimeMs: first.uptimeMs,
  };
}

/** What can be had without swapping: caches count as free where the system tells them apart. */
async function freeMemory(): Promise<number> {
  const info = await readFile('/proc/meminfo', 'utf8').catch(() => '');
  const available = /^MemAvailable:\s+(\d+) kB/m.exec(info)?.[1];
  return available === undefined ? freemem() : Number(available) * 1024;
}
