// jaeger.json: the Jaeger that `awo up --jaeger` started or was told of, so that links to traces can be printed.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Env } from '../context.ts';

const fileOf = (home: string) => join(home, 'jaeger.json');

export const JaegerFile = z.object({
  url: z.string(),
  otlp: z.string(),
  /** What `awo down` ends: a process of ours, a container of ours, or nothing. */
  owns: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('process'), identity: z.object({ pid: z.number().int(), started: z.string() }) }),
    z.object({ kind: z.literal('container'), id: z.string() }),
    z.object({ kind: z.literal('nothing') }),
  ]),
});
export type JaegerFile = z.infer<typeof JaegerFile>;

export function readJaeger(home: string): JaegerFile | undefined {
  try {
    return JaegerFile.parse(JSON.parse(readFileSync(fileOf(home), 'utf8')));
  } catch {
    // Absent or of another version: there is no Jaeger that this command line knows of.
    return undefined;
  }
}

export const writeJaeger = (home: string, jaeger: JaegerFile): void => writeFileSync(fileOf(home), JSON.stringify(jaeger, null, 2), { mode: 0o600 });
export const forgetJaeger = (home: string): void => rmSync(fileOf(home), { force: true });

/** Where traces are looked at: JAEGER_URL, then what was started here. */
export const jaegerUrl = (home: string, env: Env): string | undefined => (env['JAEGER_URL'] ?? readJaeger(home)?.url)?.replace(/\/$/, '');
