// How long an installation takes until every service is at work: on an empty folder, and on the one it left.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startInstallation, stopInstallation } from '@awo/embedded';
import type { SupervisorControl } from '@awo/embedded';
import { rssMb } from './costs.ts';
import { table, whole } from './section.ts';
import type { BenchOptions, Section } from './section.ts';

const RUNS = 3;

export async function measureStarts({ say }: BenchOptions): Promise<Section> {
  const env: NodeJS.ProcessEnv = { ...process.env };
  delete env['NATS_URL'];
  const times: { cold: number[]; warm: number[] } = { cold: [], warm: [] };
  let processes: string[] = [];
  for (let run = 1; run <= RUNS; run++) {
    say(`starts: ${run} of ${RUNS}`);
    const home = mkdtempSync(join(tmpdir(), 'awo-bench-start-'));
    try {
      for (const which of ['cold', 'warm'] as const) {
        const started = performance.now();
        const { control } = await startInstallation(home, { env: { ...env, AWO_HOME: home }, ports: 'any' });
        times[which].push(performance.now() - started);
        processes = await memoryOf(control);
        await stopInstallation(home, { env });
      }
    } finally {
      await stopInstallation(home, { env });
      rmSync(home, { recursive: true, force: true });
    }
  }
  const row = (name: string, list: number[]) => {
    const sorted = list.toSorted((a, b) => a - b);
    const s = (value: number | undefined) => `${((value ?? Number.NaN) / 1000).toFixed(1)} s`;
    return [name, s(sorted[Math.floor(sorted.length / 2)]), s(sorted[0]), s(sorted.at(-1))];
  };
  return {
    id: 'starts',
    lines: [
      ...table(['start of an installation', 'median', 'fastest', 'slowest'], [row('new folder', times.cold), row('existing folder', times.warm)]),
      '',
      `Resident memory of each process once it is at work and idle, MiB: ${processes.join(', ')}.`,
    ],
  };
}

async function memoryOf(control: SupervisorControl): Promise<string[]> {
  const { nats, instances } = await control.status();
  const named = [['nats-server', nats.pid], ...instances.map(({ instance, pid }) => [instance, pid] as const)] as const;
  return named.flatMap(([name, pid]) => (pid ? [`${name} ${whole(rssMb([pid]))}`] : []));
}
