// Runs the provisioner where it has something to do: another bus.yaml, another server, or an empty store.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { TerminalError } from '@awo/contracts';
import { z } from 'zod';
import { BUS_FILE } from './bus-users.ts';
import { homePaths } from './home.ts';
import { readJson, writeJson } from './json-file.ts';
import type { Report } from './progress.ts';
import { quietRun } from './quiet-run.ts';
import { serviceEnvironment } from './service-environment.ts';

const Provisioned = z.object({ digest: z.string() });
const noteFile = (home: string): string => join(homePaths(home).nats, 'provisioned.json');

/** Call before the server starts: a store that was removed takes the note with it. */
export function forgetIfStoreIsNew(home: string): void {
  const streams = join(homePaths(home).store, 'jetstream');
  if (!existsSync(streams) || readdirSync(streams).length === 0) rmSync(noteFile(home), { force: true });
}

export interface ProvisionOptions {
  home: string;
  natsUrl: string;
  monitorUrl: string | null;
  provisioner: string;
  caller: NodeJS.ProcessEnv;
  report: Report;
  /** A server of others may have lost or changed anything: always look. */
  always: boolean;
}

/** @throws TerminalError `bus-unavailable` with the provisioner's last words. */
export async function provision({ home, natsUrl, monitorUrl, provisioner, caller, report, always }: ProvisionOptions): Promise<void> {
  const hash = createHash('sha256').update(readFileSync(BUS_FILE));
  const folder = dirname(provisioner);
  for (const name of readdirSync(folder)
    .filter((file) => file.startsWith('provision') && !file.endsWith('.test.ts'))
    .toSorted())
    hash.update(readFileSync(join(folder, name)));
  hash.update(`${caller['AWO_LOG_COPY'] ?? ''} ${caller['AWO_REPLICAS'] ?? ''}`);
  const digest = hash.digest('hex');
  if (!always && readJson(noteFile(home), Provisioned)?.digest === digest) return;
  report({ phase: 'provision', text: 'Applying deploy/nats/bus.yaml: streams, consumers, buckets' });
  const env = serviceEnvironment({ home, natsUrl, monitorUrl, user: 'provisioner', instance: 'provisioner-1', env: 'basic', caller });
  const { code, output } = await quietRun(process.execPath, [provisioner], { env, timeoutMs: 60_000 });
  if (code !== 0) throw new TerminalError('bus-unavailable', `The bus could not be provisioned: ${output.trim().split('\n').slice(-5).join('\n')}`);
  for (const line of output.split('\n').filter((one) => one.startsWith('warning: '))) report({ phase: 'provision', text: line });
  writeJson(noteFile(home), { digest });
}
