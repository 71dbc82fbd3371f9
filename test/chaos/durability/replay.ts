// Plays a recording against a disk: every call on the store is understood, or the run is not worth anything.
import { basename, dirname } from 'node:path';
import { newFile, newFolder, sizeNow } from './disk.ts';
import type { Disk, FileNode, FolderNode, Node } from './disk.ts';
import { bytesOf, pathOf } from './system-calls.ts';
import type { SystemCall } from './system-calls.ts';

type Open = { node: Node; path: string; position: number; append: boolean; syncing: boolean };

export type Replayed = {
  /** Changes within which the process was killed: each may have happened or not. */
  unfinished: number;
  writes: number;
  syncs: number;
};

/** The calls that a recording must have been made of: whatever else changes a file is refused below. */
export const RECORDED =
  'openat,open,creat,write,pwrite64,writev,pwritev,pwritev2,fsync,fdatasync,sync,syncfs,sync_file_range,ftruncate,truncate,fallocate,rename,renameat,renameat2,' +
  'unlink,unlinkat,rmdir,mkdir,mkdirat,link,linkat,symlinkat,close,lseek,dup,dup2,dup3,copy_file_range,sendfile,splice,mmap,io_uring_setup';

/** `folder` is the store's path; calls elsewhere are passed over. Throws at a call on the store that this does not know. */
export function replay(calls: readonly SystemCall[], folder: string, disk: Disk): Replayed {
  const open = new Map<number, Open>();
  const replayed: Replayed = { unfinished: 0, writes: 0, syncs: 0 };
  // A number is free again as soon as its close begins, while everything else counts from where it ended.
  const order = calls.toSorted((a, b) => placeOf(a) - placeOf(b));
  for (const call of order) {
    const { name, args, begun, ended, result } = call;
    const handle = open.get(Number(args[0]));
    const store = (arg: string | undefined, at = args[0]) => inStore(disk.root, folder, absolute(open, at, arg));
    if (name === 'close') open.delete(Number(args[0]));
    else if (ended === null) replayed.unfinished += changes(call, open, folder) ? 1 : 0;
    else if (result < 0) continue;
    else if (name === 'openat') {
      const path = absolute(open, args[0], args[1]);
      const flags = new Set(args[2]?.split('|'));
      const node = path.startsWith(folder) ? opened(disk, folder, path, flags, ended) : null;
      if (node) open.set(result, { node, path, position: 0, append: flags.has('O_APPEND'), syncing: flags.has('O_SYNC') || flags.has('O_DSYNC') });
      else open.delete(result);
    } else if (name === 'write' || name === 'pwrite64') {
      if (!handle) continue;
      const file = fileOf(handle);
      const data = bytesOf(args[1] ?? '').subarray(0, result);
      const offset = name === 'pwrite64' ? Number(args[3]) : handle.append ? sizeNow(file) : handle.position;
      disk.change(file, { at: ended, offset, data });
      if (name === 'write') handle.position = offset + result;
      replayed.writes++;
      // Opened for it: the write itself ends only when it is on the disk.
      if (handle.syncing) disk.sync(file, ended + 0.5);
    } else if (name === 'lseek') {
      if (handle) handle.position = result;
    } else if (name === 'ftruncate') {
      if (handle) disk.change(fileOf(handle), { at: ended, size: Number(args[1]) });
    } else if (name === 'fsync' || name === 'fdatasync') {
      if (!handle) continue;
      disk.sync(handle.node, begun);
      replayed.syncs++;
    } else if (name === 'mkdirat' || name === 'mkdir') {
      const to = name === 'mkdirat' ? store(args[1]) : store(args[0], 'AT_FDCWD');
      if (to) disk.rename(ended, to.folder, to.name, newFolder());
    } else if (/^unlink|^rmdir$/.test(name)) {
      const from = name === 'unlinkat' ? store(args[1]) : store(args[0], 'AT_FDCWD');
      if (from) disk.rename(ended, from.folder, from.name, null);
    } else if (name.startsWith('rename')) {
      const [from, to] = name === 'rename' ? [store(args[0], 'AT_FDCWD'), store(args[1], 'AT_FDCWD')] : [store(args[1]), store(args[3], args[2])];
      if (!from && !to) continue;
      const node = from?.folder.now.get(from.name);
      if (!from || !to || !node) throw new Error(`a rename across the border of the store: ${JSON.stringify(call)}`);
      // One change in two lines: the new name goes first, so that a cut between them never takes both.
      disk.rename(ended, to.folder, to.name, node);
      disk.rename(ended, from.folder, from.name, null);
    } else if (changes(call, open, folder))
      throw new Error(`the store was changed by a call that is not understood: ${name}(${args.join(', ').slice(0, 200)})`);
  }
  return replayed;
}

const placeOf = ({ name, begun, ended }: SystemCall): number => (name === 'close' ? begun : (ended ?? Number.MAX_SAFE_INTEGER));

/** Would this call change the store, going by what it is given? */
function changes({ name, args }: SystemCall, open: ReadonlyMap<number, Open>, folder: string): boolean {
  if (name === 'mmap') return /MAP_SHARED/.test(args[3] ?? '') && /PROT_WRITE/.test(args[2] ?? '') && open.has(Number(args[4]));
  if (['fsync', 'fdatasync', 'lseek'].includes(name)) return false;
  if (name === 'sync' || name === 'syncfs' || name === 'io_uring_setup') return true;
  if (['copy_file_range', 'sendfile', 'splice', 'sync_file_range'].includes(name)) return [0, 2].some((i) => open.has(Number(args[i])));
  const paths = args.filter((arg) => arg.startsWith('"')).map((arg) => (name.includes('write') ? '' : pathOf(arg)));
  return open.has(Number(args[0])) || paths.some((path) => path.startsWith(folder));
}

function fileOf({ node, path }: Open): FileNode {
  if (node.kind !== 'file') throw new Error(`${path} is a folder`);
  return node;
}

function absolute(open: ReadonlyMap<number, Open>, at: string | undefined, arg: string | undefined): string {
  const path = pathOf(arg ?? '');
  if (path.startsWith('/')) return path;
  const from = open.get(Number(at));
  return from ? `${from.path}/${path}` : '';
}

function inStore(root: FolderNode, folder: string, path: string): { folder: FolderNode; name: string } | null {
  if (!path.startsWith(`${folder}/`)) return null;
  const parent = lookUp(root, folder, dirname(path));
  if (parent?.kind !== 'folder') throw new Error(`${dirname(path)} is not known: a call was missed`);
  return { folder: parent, name: basename(path) };
}

function lookUp(root: FolderNode, folder: string, path: string): Node | undefined {
  const names = path
    .slice(folder.length)
    .split('/')
    .filter((name) => name !== '');
  return names.reduce<Node | undefined>((node, name) => (node?.kind === 'folder' ? node.now.get(name) : undefined), root);
}

function opened(disk: Disk, folder: string, path: string, flags: ReadonlySet<string>, at: number): Node {
  const known = lookUp(disk.root, folder, path);
  if (known) {
    if (known.kind === 'file' && flags.has('O_TRUNC')) disk.change(known, { at, size: 0 });
    return known;
  }
  const place = inStore(disk.root, folder, path);
  if (!place || !flags.has('O_CREAT')) throw new Error(`${path} was opened and is not known: a call was missed`);
  const file = newFile();
  disk.rename(at, place.folder, place.name, file);
  return file;
}
