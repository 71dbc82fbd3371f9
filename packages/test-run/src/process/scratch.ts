// The folder that one run may write to: TMPDIR and reports. Removed after the run, and at start for servers that were killed.
import { mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signalQuietly } from './strays.ts';

const PREFIX = 'awo-t';

/** Short, and outside AWO_HOME: the path of a socket has room for 107 characters only. */
export const makeScratch = async (installation: string): Promise<string> =>
  realpath(await mkdtemp(join(tmpdir(), `${PREFIX}-${installation}-${process.pid}-`)));

export const removeScratch = (path: string): Promise<void> => rm(path, { recursive: true, force: true, maxRetries: 3 });

/** Removes what killed servers of this installation left. */
export async function removeOrphanScratch(installation: string): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const [, whose, server] = /^awo-t-([0-9a-f]{12})-(\d+)-/.exec(name) ?? [];
    if (whose === installation && !signalQuietly(Number(server), 0)) await removeScratch(join(tmpdir(), name));
  }
}
