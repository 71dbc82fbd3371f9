// The doctor on the server: version, whether it syncs every write, room in the store.
import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { isStrict, proveSync } from '@awo/bus';
import type { Bus } from '@awo/bus';
import { z } from 'zod';
import type { Env } from '../context.ts';
import { bytes } from '../output/quantities.ts';
import { fail, ok, warn } from './finding.ts';
import type { Finding } from './finding.ts';

export const NODE_FLOOR = [24, 12];
const NATS_FLOOR = [2, 14];
const Jsz = z.object({ storage: z.number(), config: z.object({ max_storage: z.number(), store_dir: z.string() }) });
const [TIGHT, FULL] = [0.1, 0.02];

export function atLeast(version: string, floor: readonly number[]): boolean {
  const parts = version.split('.').map((part) => Number.parseInt(part, 10));
  for (const [i, wanted] of floor.entries()) {
    const part = parts[i] ?? 0;
    if (part !== wanted) return part > wanted;
  }
  return true;
}

export function serverFinding({ nc }: Pick<Bus, 'nc'>): Finding {
  const version = nc.info?.version ?? '0';
  return atLeast(version, NATS_FLOOR)
    ? ok('bus', `nats-server ${version} answers`)
    : fail('bus', `nats-server ${version} answers`, `nats-server ${NATS_FLOOR.join('.')} or newer is needed for timers and guards`);
}

export async function syncFinding(monitors: readonly string[], env: Env): Promise<Finding> {
  const durability = await proveSync(monitors);
  if (durability.proven) return ok('durability', 'the server flushes every write before it acknowledges it');
  const hint =
    'sync_interval: always belongs in the jetstream block: without it a power cut loses what was acknowledged. AWO_NATS_MONITOR names the monitoring of every server.';
  const unknown = monitors.length === 0 || / does not answer/.test(durability.because);
  return unknown && !isStrict(env) ? warn('durability', `not proven: ${durability.because}`, hint) : fail('durability', durability.because, hint);
}

/** Room as the server may use it, and as the disk has it where that is this machine's. */
export async function storeFindings(monitors: readonly string[]): Promise<Finding[]> {
  return Promise.all(
    monitors.map(async (url) => {
      const response = await fetch(`${url}/jsz?config=true`, { signal: AbortSignal.timeout(3000) });
      const { storage, config } = Jsz.parse(await response.json());
      const disk = existsSync(config.store_dir) ? await statfs(config.store_dir) : null;
      const share = Math.min(1 - storage / config.max_storage, disk ? disk.bavail / disk.blocks : 1);
      const detail = `${bytes(storage)} of ${bytes(config.max_storage)} used${disk ? `, ${bytes(disk.bavail * disk.bsize)} free on the disk` : ''}`;
      const hint = 'Make room on the disk, archive what is finished, or raise max_file_store; a full store takes no commit.';
      return share < FULL ? fail('store', detail, hint) : share < TIGHT ? warn('store', detail, hint) : ok('store', detail);
    }),
  );
}
