// Looks for a Jaeger: one that runs already, a program on PATH or in the cache, an image that Docker has.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { Env } from '../context.ts';
import { CHECKOUT } from '../home.ts';

export type FoundJaeger =
  | { kind: 'running'; url: string; otlp: string }
  | { kind: 'program'; path: string; version: 1 | 2 }
  | { kind: 'image'; docker: string; image: string };

/** Jaeger 2 is called `jaeger` and takes a file, Jaeger 1 `jaeger-all-in-one` and takes options. */
const PROGRAMS = [
  { name: 'jaeger', version: 2 },
  { name: 'jaeger-all-in-one', version: 1 },
] as const;
const IMAGE = /^(.*\/)?jaegertracing\/(jaeger|all-in-one):\S+$/;
const DOCKER_TIMEOUT_MS = 5000;

/** In this order: JAEGER_URL, PATH, the project's .tools/bin, Docker. */
export async function findJaeger(env: Env, cache = join(CHECKOUT, '.tools', 'bin')): Promise<FoundJaeger | undefined> {
  const url = env['JAEGER_URL'];
  if (url) return { kind: 'running', url: url.replace(/\/$/, ''), otlp: env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? `http://${new URL(url).hostname}:4318` };
  const folders = [...(env['PATH'] ?? '').split(delimiter).filter(Boolean), cache];
  for (const folder of folders) {
    for (const { name, version } of PROGRAMS) {
      const path = join(folder, name);
      if (existsSync(path)) return { kind: 'program', path, version };
    }
  }
  const docker = folders.map((folder) => join(folder, 'docker')).find((path) => existsSync(path));
  const image = docker && (await imageOf(docker));
  return docker && image ? { kind: 'image', docker, image } : undefined;
}

/** Only images that are here: a download would be a surprise. */
async function imageOf(docker: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(docker, ['images', '--format', '{{.Repository}}:{{.Tag}}'], { timeout: DOCKER_TIMEOUT_MS });
    return stdout
      .split('\n')
      .find((line) => IMAGE.test(line.trim()))
      ?.trim();
  } catch {
    // No Docker daemon: the same as no image.
    return undefined;
  }
}

/** The ways to a Jaeger, for people. */
export const WAYS_TO_JAEGER = [
  'Have one of these, then run it again:',
  '  a Jaeger that runs already:  JAEGER_URL=http://host:16686 npx awo up --jaeger',
  '  the program `jaeger` or `jaeger-all-in-one` on PATH or in .tools/bin (https://www.jaegertracing.io/download/)',
  '  the Docker image:  docker pull jaegertracing/jaeger',
  'Without one, `awo trace GOAL` draws the trace of a goal in the terminal.',
].join('\n');
