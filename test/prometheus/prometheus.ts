// A real Prometheus with the project's rules, quickened: looks every second, and no alert waits before it fires.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onPath } from '@awo/embedded';
import { findFreePort } from '@awo/free-port';
import { waitFor } from '@awo/testing';
import { stringify } from 'yaml';
import { z } from 'zod';
import { OBSERVABILITY } from '../support/observability.ts';

const Alerts = z.object({ data: z.object({ alerts: z.array(z.object({ state: z.string(), labels: z.record(z.string(), z.string()) })) }) });
const Query = z.object({
  data: z.object({ result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) })) }),
});

export type Prometheus = {
  version: string;
  /** Names of the alerts that fire now. */
  firing: () => Promise<string[]>;
  /** Value by series of an expression. */
  query: (expr: string) => Promise<{ labels: Record<string, string>; value: number }[]>;
  stop: () => Promise<void>;
};

/** `targets`: patterns of target files. Throws where no Prometheus is installed, with how to get one. */
export async function startPrometheus(folder: string, targets: string[]): Promise<Prometheus> {
  const binary = process.env['PROMETHEUS_BINARY'] ?? onPath('prometheus', process.env['PATH'] ?? '');
  if (!binary) throw new Error('No prometheus on PATH (or PROMETHEUS_BINARY). Debian: apt-get install -y --no-install-recommends prometheus');
  const rules = readFileSync(join(OBSERVABILITY, 'alerts.yaml'), 'utf8').replaceAll(/^ +for: .*\n/gm, '');
  writeFileSync(join(folder, 'alerts.yaml'), rules);
  const config = {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: ['alerts.yaml'],
    scrape_configs: [{ job_name: 'awo', file_sd_configs: [{ files: targets, refresh_interval: '1s' }] }],
  };
  writeFileSync(join(folder, 'prometheus.yaml'), stringify(config));
  const port = await findFreePort();
  const args = [`--config.file=${join(folder, 'prometheus.yaml')}`, `--storage.tsdb.path=${join(folder, 'data')}`, `--web.listen-address=127.0.0.1:${port}`];
  const child = spawn(binary, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let words = '';
  child.stderr.on('data', (chunk: Buffer) => (words = (words + chunk.toString()).slice(-3000)));
  const get = async <T>(path: string, schema: z.ZodType<T>): Promise<T> => schema.parse(await (await fetch(`http://127.0.0.1:${port}${path}`)).json());
  try {
    await waitFor(async () => child.exitCode !== null || (await fetch(`http://127.0.0.1:${port}/-/ready`)).ok, {
      what: 'prometheus to be ready',
      timeoutMs: 30_000,
    });
    if (child.exitCode !== null) throw new Error(`prometheus ended: ${words}`);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  const { data } = await get('/api/v1/status/buildinfo', z.object({ data: z.object({ version: z.string() }) }));
  return {
    version: data.version,
    firing: async () => (await get('/api/v1/alerts', Alerts)).data.alerts.flatMap((one) => (one.state === 'firing' ? [one.labels['alertname'] ?? ''] : [])),
    query: async (expr) =>
      (await get(`/api/v1/query?query=${encodeURIComponent(expr)}`, Query)).data.result.map((one) => ({ labels: one.metric, value: Number(one.value[1]) })),
    stop: () => ended(child),
  };
}

const ended = (child: ChildProcess) =>
  new Promise<void>((resolve) => {
    if (child.exitCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
