// The archive as files of a directory: each written beside, synced, and then linked, so that nobody ever reads half of one.
import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ArchiveStore } from './store.ts';

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code;

export function directoryStore(path: string): ArchiveStore {
  const fileOf = (name: string) => join(path, name);
  return {
    place: path,
    create: (name, bytes) =>
      written(fileOf(name), bytes, (beside, file) =>
        link(beside, file).then(
          () => true,
          (error: unknown) => {
            if (codeOf(error) === 'EEXIST') return false;
            throw error;
          },
        ),
      ),
    replace: async (name, bytes) => void (await written(fileOf(name), bytes, (beside, file) => rename(beside, file).then(() => true))),
    read: (name) =>
      readFile(fileOf(name)).catch((error: unknown) => {
        if (codeOf(error) === 'ENOENT') return null;
        throw error;
      }),
  };
}

async function written(file: string, bytes: Uint8Array, place: (beside: string, file: string) => Promise<boolean>): Promise<boolean> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const beside = `${file}.${randomUUID()}`;
  try {
    const handle = await open(beside, 'wx', 0o600);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    const placed = await place(beside, file);
    // The name has to be on disk as well: the log is purged next.
    await syncFolder(dirname(file));
    return placed;
  } finally {
    await unlink(beside).catch((error: unknown) => {
      if (codeOf(error) !== 'ENOENT') throw error;
    });
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
