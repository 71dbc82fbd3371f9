// Puts a backup into an empty server: streams, consumers and buckets, what was signed, and the goals that were under way.
import { createReadStream, existsSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openSigningKey, provision, readBusSpec, readGoalCheckpoints, restoreSnapshot, writeGoalCheckpoints } from '@awo/bus';
import type { Bus, SigningKey } from '@awo/bus';
import { TerminalError } from '@awo/contracts';
import { BUS_FILE } from '@awo/embedded';
import { RefusedError } from '../exit-codes.ts';
import { checkLog } from './check-log.ts';
import type { CheckedLog } from './check-log.ts';
import { CHECKPOINTS, KEY } from './manifest.ts';
import type { BackupManifest, StreamFile } from './manifest.ts';

/** An agent takes a message that is younger than this for the newest of its goal. */
const YOUNG_MS = 12_000;

export type IntoServer = { provisioner: Bus; operator: Bus; home: string; folder: string; manifest: BackupManifest; report: (one: StreamFile) => void };

/** The key of the backup, or the one that stands in the home already. Call before anything is changed. Throws RefusedError where it is another, or none. */
export async function bringKey(home: string, folder: string, { publicKey }: BackupManifest): Promise<SigningKey | null> {
  if (publicKey === null) return null;
  const place = join(home, 'keys', KEY);
  await mkdir(join(home, 'keys'), { recursive: true, mode: 0o700 });
  if (!existsSync(place)) {
    if (!existsSync(join(folder, KEY)))
      throw new RefusedError(
        `The backup was taken without its key, and ${place} is not there.`,
        `Put the installation's key there: ${publicKey} is its public half.`,
      );
    await copyFile(join(folder, KEY), place);
  }
  const key = await openSigningKey(place);
  if (key.publicKey !== publicKey)
    throw new RefusedError(
      `${place} is another key than the one that signed this backup (${publicKey}).`,
      'Restore into a home of its own, or put the right key there.',
    );
  return key;
}

export async function putStreamsBack({ provisioner, folder, manifest, report }: IntoServer): Promise<void> {
  const there = new Set<string>();
  for await (const { config } of provisioner.jsm.streams.list()) there.add(config.name);
  if (there.size > 0) throw new RefusedError(`The server is not empty: it has ${[...there].slice(0, 3).join(', ')}.`, 'Restore into an empty one.');
  const spec = await readBusSpec(BUS_FILE);
  const replicas = provisioner.nc.info?.cluster ? spec.replicas.cluster : spec.replicas.single;
  const made: string[] = [];
  try {
    for (const one of manifest.streams) {
      const { placement: _other, ...config } = one.config;
      made.push(one.config.name);
      const head = { config: { ...config, num_replicas: replicas }, state: one.state };
      const { state } = await restoreSnapshot(provisioner, head, createReadStream(join(folder, one.file), { highWaterMark: 256 * 1024 }));
      if (state.messages !== one.state.messages || state.last_seq !== one.state.last_seq)
        throw new TerminalError('backup-damaged', `${one.config.name} has ${state.messages} messages now; the backup says ${one.state.messages}.`);
      report(one);
    }
    await provision(provisioner, spec);
    // Deliveries are counted from one again, and nobody from before is alive: a fence of then would refuse who takes the step up now.
    await provisioner.jsm.streams.purge('KV_effects', { filter: '$KV.effects.fence.>' });
  } catch (error) {
    // Half of a log is worse than none.
    for (const name of made) await provisioner.jsm.streams.delete(name).catch(() => false);
    throw error;
  }
}

/** Compares the log with what was signed, which is put back too, and signs that it goes on from there. */
export async function checkRestored({ provisioner, home, folder }: IntoServer, key: SigningKey | null): Promise<CheckedLog> {
  const signed = key ? await readGoalCheckpoints(join(folder, CHECKPOINTS), [key.publicKey]) : [];
  const checked = await checkLog(provisioner, signed);
  if (key && signed.length > 0) {
    await mkdir(join(home, 'verifier'), { recursive: true, mode: 0o700 });
    const file = join(home, 'verifier', CHECKPOINTS);
    await copyFile(join(folder, CHECKPOINTS), file);
    const { created } = await provisioner.jsm.streams.info('GOALS');
    const last = signed.at(-1);
    // A cluster makes the stream anew; only who holds the key may say so.
    if (last && last.stream !== created) {
      const checkpoints = await writeGoalCheckpoints(file, key);
      await checkpoints.add({ stream: created, to: last.to, at: new Date().toISOString(), heads: [], archived: [] });
      await checkpoints.close();
    }
  }
  return checked;
}

export async function untilOld({ newest }: CheckedLog): Promise<void> {
  const young = newest ? Date.parse(newest) + YOUNG_MS - Date.now() : 0;
  if (young > 0) await sleep(young);
}

/** Ends every open goal as needs-human: what it did after the backup is not known, and must not be done a second time. */
export async function handOver({ operator, manifest }: IntoServer, open: readonly string[]): Promise<void> {
  const because = `Restored from the backup of ${manifest.at}. What the goal did after that is not known: look at what runs, then begin it again.`;
  for (const goal of open)
    await operator.write({
      goal,
      by: { author: 'operator', instance: `restore-${process.pid}` },
      head: undefined,
      events: (state) => (!state || state.ended ? null : [{ type: 'goal.ended', outcome: 'needs-human', because }]),
      now: () => new Date(),
    });
}
