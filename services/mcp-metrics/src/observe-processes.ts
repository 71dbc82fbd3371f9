// observe.processes: what the processes of a service use, and how busy the machine is.
import { availableParallelism, freemem, loadavg, totalmem } from 'node:os';
import { readFile } from 'node:fs/promises';
import type { observeProcesses, ProcessFigures } from '@awo/contracts';
import type { z } from 'zod';
import { findService } from './places.ts';
import { figuresOf } from './process-tree.ts';

export const processes =
  (home: string) =>
  async (args: z.infer<typeof observeProcesses.input>): Promise<z.infer<typeof observeProcesses.output>> => {
    const service = findService(home, args.environment, args.service);
    const running = service.revisions.filter((r) => r.desired === 'running');
    const revisions = await Promise.all(
      running.map(async (r): Promise<ProcessFigures> => {
        const figures = r.pid === null ? null : await figuresOf(r.pid);
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
    return {
      at: new Date().toISOString(),
      revisions,
      machine: { load1: loadavg()[0] ?? 0, cores: availableParallelism(), memoryFreeBytes: await freeMemory(), memoryTotalBytes: totalmem() },
    };
  };

/** What can be had without swapping: caches count as free where the system tells them apart. */
async function freeMemory(): Promise<number> {
  const info = await readFile('/proc/meminfo', 'utf8').catch(() => '');
  const available = /^MemAvailable:\s+(\d+) kB/m.exec(info)?.[1];
  return available === undefined ? freemem() : Number(available) * 1024;
}
