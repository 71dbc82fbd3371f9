// The store between a folder and the disk of the model: read in before the server starts, written out after the power cut.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contentNow, newFile, newFolder } from './disk.ts';
import type { FolderNode, Node } from './disk.ts';

/** Everything that is there counts as synced long ago. */
export function readFolder(path: string): FolderNode {
  const folder = newFolder();
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const below = join(path, entry.name);
    const node: Node = entry.isDirectory() ? readFolder(below) : newFile(readFileSync(below));
    folder.synced.set(entry.name, node);
    folder.now.set(entry.name, node);
  }
  return folder;
}

/** What is on the disk, as a folder. */
export function writeFolder(path: string, folder: FolderNode): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  for (const [name, node] of folder.synced) {
    if (node.kind === 'folder') writeFolder(join(path, name), node);
    else writeFileSync(join(path, name), node.synced, { mode: 0o600 });
  }
}

/** Where the folder differs from what the model says the process saw last: empty, or the model cannot be trusted. */
export function differences(path: string, folder: FolderNode, below = ''): string[] {
  const entries = new Map(readdirSync(path, { withFileTypes: true }).map((entry) => [entry.name, entry]));
  const unknown = [...entries.keys()].filter((name) => !folder.now.has(name)).map((name) => `${below}${name} is not in the model`);
  return [
    ...unknown,
    ...[...folder.now].flatMap(([name, node]) => {
      const entry = entries.get(name);
      if (!entry) return [`${below}${name} is only in the model`];
      if (node.kind === 'folder') return differences(join(path, name), node, `${below}${name}/`);
      return readFileSync(join(path, name)).equals(contentNow(node)) ? [] : [`${below}${name} has other bytes than the model`];
    }),
  ];
}
