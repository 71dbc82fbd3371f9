// How throughput and cost depend on replicas of each role, on the length of a goal, and on copies of the log.
import { LOAD_HEAD, loadRow, perSecond, table, whole } from './section.ts';
import type { BenchOptions, Section } from './section.ts';
import { startStage } from './stage.ts';

const WIDTH = 64;

export async function measureReplicas({ goals, say }: BenchOptions): Promise<Section> {
  const rows: string[][] = [];
  for (const replicas of [1, 2, 4, 8]) {
    say(`replicas: ${replicas} of each role`);
    const stage = await startStage({ replicas });
    await stage.measure(WIDTH, 300);
    rows.push([String(replicas), ...loadRow(await stage.measure(WIDTH, goals))]);
    await stage.stop();
  }
  return { id: 'replicas', lines: table(['replicas', ...LOAD_HEAD.slice(1)], rows) };
}

export async function measureLengths({ goals, say }: BenchOptions): Promise<Section> {
  const rows: string[][] = [];
  for (const steps of [5, 20, 50]) {
    say(`length: ${steps} steps`);
    const stage = await startStage({ steps });
    await stage.measure(16, Math.ceil(300 / steps));
    const measured = await stage.measure(WIDTH, Math.max(WIDTH, Math.ceil((goals * 5) / steps)));
    rows.push([String(steps), whole(perSecond(measured) * steps), ...loadRow(measured)]);
    await stage.stop();
  }
  return { id: 'lengths', lines: table(['steps', 'steps/s', ...LOAD_HEAD.slice(1)], rows) };
}

export async function measureCopies({ goals, say }: BenchOptions): Promise<Section> {
  const rows: string[][] = [];
  for (const nodes of [1, 3] as const) {
    say(`copies: ${nodes}`);
    const stage = await startStage({ nodes });
    await stage.measure(16, 200);
    for (const [width, total] of [
      [1, Math.ceil(goals / 8)],
      [WIDTH, Math.ceil(goals / 2)],
    ] as const)
      rows.push([nodes === 1 ? 'one server' : 'three servers, three copies', String(width), ...loadRow(await stage.measure(width, total))]);
    await stage.stop();
  }
  return { id: 'copies', lines: table(['log', ...LOAD_HEAD], rows) };
}
