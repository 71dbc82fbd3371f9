// Reads a process's metrics as Prometheus does: its target files, its text format.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

export type Sample = { name: string; labels: Record<string, string>; value: number };

const Targets = z.array(z.object({ targets: z.array(z.string()), labels: z.object({ service: z.string(), instance: z.string() }) }));

/** Addresses by instance, as the processes of an installation have written them down. */
export function targetsOf(home: string): Map<string, string> {
  const folder = join(home, 'targets');
  const found = new Map<string, string>();
  for (const name of existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.json')) : []) {
    for (const { targets, labels } of Targets.parse(JSON.parse(readFileSync(join(folder, name), 'utf8')))) found.set(labels.instance, targets[0] ?? '');
  }
  return found;
}

/** The Prometheus text format, one sample per line. */
function parseSamples(text: string): Sample[] {
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (!name) return [];
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = '', one = '']) => [key, one]);
    return [{ name, labels: Object.fromEntries(pairs) as Record<string, string>, value: value === '+Inf' ? Infinity : Number(value) }];
  });
}

export async function scrape(address: string): Promise<Sample[]> {
  const response = await fetch(`http://${address}/metrics`, { signal: AbortSignal.timeout(5000) });
  return parseSamples(await response.text());
}

/** Sum over all series of `name` whose labels fit. */
export const sumOf = (samples: readonly Sample[], name: string, labels: Record<string, string> = {}): number =>
  samples
    .filter((one) => one.name === name && Object.entries(labels).every(([key, value]) => one.labels[key] === value))
    .reduce((sum, one) => sum + one.value, 0);
