// A backup on disk: one file per stream, what was signed of the log, and a manifest, which is written last.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseJson, SnapshotHead } from '@awo/bus';
import { TerminalError } from '@awo/contracts';
import { z } from 'zod';

const StreamFile = SnapshotHead.extend({ file: z.string(), bytes: z.number(), sha256: z.string() });
export type StreamFile = z.infer<typeof StreamFile>;

export const BackupManifest = z.object({
  v: z.literal(1),
  /** When it was begun: what happened later may be missing. */
  at: z.string(),
  awo: z.string(),
  /** Of the key that signed; the private half lies beside it in `installation.pem` unless it was left out. */
  publicKey: z.string().nullable(),
  streams: z.array(StreamFile),
});
export type BackupManifest = z.infer<typeof BackupManifest>;

const MANIFEST = 'manifest.json';
export const CHECKPOINTS = 'goals.checkpoints';
export const KEY = 'installation.pem';

/** Without a manifest it is no backup: one that was interrupted has none. */
export async function writeManifest(folder: string, manifest: BackupManifest): Promise<void> {
  const beside = join(folder, `${MANIFEST}.new`);
  const handle = await open(beside, 'w', 0o600);
  await handle.writeFile(`${JSON.stringify(manifest, null, 2)}\n`);
  await handle.sync();
  await handle.close();
  await rename(beside, join(folder, MANIFEST));
}

/** Throws TerminalError `backup-damaged` where there is no manifest, or a file is not what was written. */
export async function readBackup(folder: string): Promise<BackupManifest> {
  const file = join(folder, MANIFEST);
  const text = await readFile(file).catch(() => {
    throw new TerminalError('backup-damaged', `${file} cannot be read: ${folder} is no backup, or one that was interrupted.`, 'Take another one.');
  });
  const parsed = BackupManifest.safeParse(parseJson(text));
  if (!parsed.success) throw new TerminalError('backup-damaged', `${file} is no manifest: ${z.prettifyError(parsed.error)}.`, 'Take another one.');
  for (const one of parsed.data.streams) {
    const hash = createHash('sha256');
    const place = join(folder, one.file);
    const found = await stat(place).catch(() => null);
    if (found) for await (const chunk of createReadStream(place)) hash.update(chunk as Buffer);
    if (found?.size !== one.bytes || hash.digest('hex') !== one.sha256)
      throw new TerminalError('backup-damaged', `${place} is not what was written: ${found ? 'its contents differ' : 'it is gone'}.`, 'Take another backup.');
  }
  return parsed.data;
}
