// How many goals, how fast, at what cost: one at a time, 64 and 512 in flight; flushes and memory beside it.
import { countFsyncs } from './fsyncs.ts';
import { LOAD_HEAD, loadRow, table, whole } from './section.ts';
import type { BenchOptions, Section } from './section.ts';
import { startStage } from './stage.ts';

const COUNTED = 100;

export async function measureLoad({ goals, say }: BenchOptions): Promise<Section> {
  const stage = await startStage();
  try {
    await stage.measure(16, 300);
    const rows: string[][] = [];
    for (const [width, total] of [
      [1, Math.ceil(goals / 4)],
      [64, goals],
      [512, Math.max(goals, 1024)],
    ] as const) {
      say(`load: ${total} goals, ${width} in flight`);
      rows.push([String(width), ...loadRow(await stage.measure(width, total)), String(total)]);
    }
    const [pid = 0] = stage.serverPids;
    const fsyncs = await countFsyncs(pid, async () => void (await stage.measure(1, COUNTED)));
    const memory = stage.memory();
    return {
      id: 'load',
      lines: [
        ...table([...LOAD_HEAD, 'goals'], rows),
        '',
        `Flushes to disk: ${fsyncs === null ? 'not counted (strace is not here)' : `${(fsyncs / COUNTED).toFixed(1)} per goal, one at a time`}. Memory at the end: nats-server ${whole(memory.serverMb)} MiB, the largest worker ${whole(memory.workerMb)} MiB.`,
      ],
    };
  } finally {
    await stage.stop();
  }
}
