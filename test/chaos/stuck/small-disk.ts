// A disk so small that it can be filled: needs the right to mount. Null where there is none.
import { spawnSync } from 'node:child_process';
import { appendFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@awo/testing';

const CHUNK = Buffer.alloc(1024 * 1024);

export type SmallDisk = {
  path: string;
  /** Writes until nothing more fits. */
  fill: () => void;
  free: () => void;
  remove: () => void;
};

export function smallDisk(megabytes = 48): SmallDisk | null {
  const folder = temporaryFolder('disk');
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'awo-test', folder.path], { stdio: 'ignore' });
  if (status !== 0) {
    folder.remove();
    return null;
  }
  const filler = join(folder.path, 'filler');
  const remove = () => {
    process.removeListener('exit', remove);
    // Lazily: a server that was just ended may still hold a file.
    spawnSync('umount', ['-l', folder.path]);
    folder.remove();
  };
  process.once('exit', remove);
  return {
    path: folder.path,
    fill: () => {
      try {
        for (;;) appendFileSync(filler, CHUNK);
      } catch {
        // That is what a full disk says.
      }
    },
    free: () => rmSync(filler, { force: true }),
    remove,
  };
}

/** Where temporary folders are made: of anybody, and of the fixtures in a run of `npm test`. */
const PLACES = ['TMPDIR', 'AWO_TEST_SCRATCH'];

/** Everything that makes a temporary folder meanwhile makes it on this disk. */
export async function onDisk<T>(disk: SmallDisk, make: () => Promise<T>): Promise<T> {
  const before = PLACES.map((name) => [name, process.env[name]] as const);
  for (const name of PLACES) process.env[name] = disk.path;
  try {
    return await make();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}
