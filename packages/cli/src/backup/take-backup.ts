// Takes a backup of a running installation: stream by stream, in the order in which nothing can fall between two of them.
import { createHash } from 'node:crypto';
import { copyFile, mkdir, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readPublicKey, takeSnapshot } from '@awo/bus';
import type { Connection } from '@awo/bus';
import { VERSION } from '@awo/contracts';
import { RefusedError } from '../exit-codes.ts';
import { CHECKPOINTS, KEY, writeManifest } from './manifest.ts';
import type { BackupManifest, StreamFile } from './manifest.ts';

/**
 * A goal leaves INBOX once it stands in GOALS, and GOALS once it stands in the archive; a claim in `effects` or a piece of evidence
 * is there before the commit that speaks of it. Taken in this order, what moves meanwhile is in both or in the later one, never in none,
 * and every effect that the log may be about to repeat is known.
 */
const FIRST = ['INBOX', 'TIMERS', 'GOALS'];
function rank(stream: string): number {
  const first = FIRST.indexOf(stream);
  return first >= 0 ? first : stream.startsWith('KV_') ? FIRST.length : FIRST.length + 1;
}

export type TakeOptions = { home: string; folder: string; withKey: boolean; now: Date; report: (stream: StreamFile) => void };

/** `connection` is the user `backup`. Throws RefusedError where the folder is not empty; else see `takeSnapshot`. */
export async function takeBackup(connection: Connection, { home, folder, withKey, now, report }: TakeOptions): Promise<BackupManifest> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readdir(folder)).length > 0) throw new RefusedError(`${folder} is not empty.`, 'A backup has a folder of its own: name one that does not exist.');
  const key = join(home, 'keys', KEY);
  const publicKey = await readPublicKey(key);
  if (withKey && publicKey !== null) await copyFile(key, join(folder, KEY));
  // Before the log: what is signed must be in it.
  await copyFile(join(home, 'verifier', CHECKPOINTS), join(folder, CHECKPOINTS)).catch(ignoreMissing);
  const names: string[] = [];
  // What copies another stream is made anew from it.
  for await (const { config } of connection.jsm.streams.list()) if (!config.mirror && !config.sources?.length) names.push(config.name);
  const streams: StreamFile[] = [];
  for (const name of names.toSorted((a, b) => rank(a) - rank(b) || a.localeCompare(b))) {
    const one = await takeStream(connection, name, folder);
    streams.push(one);
    report(one);
  }
  const manifest: BackupManifest = { v: 1, at: now.toISOString(), awo: VERSION, publicKey, streams };
  await writeManifest(folder, manifest);
  return manifest;
}

async function takeStream(connection: Connection, name: string, folder: string): Promise<StreamFile> {
  const file = `${name}.snapshot`;
  const handle = await open(join(folder, file), 'wx', 0o600);
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    const head = await takeSnapshot(connection, name, async (chunk) => {
      hash.update(chunk);
      bytes += chunk.length;
      await handle.writeFile(chunk);
    });
    await handle.sync();
    return { ...head, file, bytes, sha256: hash.digest('hex') };
  } finally {
    await handle.close();
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
