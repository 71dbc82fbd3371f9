// The files of one commit, made ready for look-ups: folders, owners, symbolic links, submodules. Pure.
import { posix } from 'node:path';
import type { Unit } from '@awo/contracts';
import type { TreeEntry } from '@awo/repository';
import { vendoredIn } from './classify.ts';

export type TreeIndex = {
  readonly files: ReadonlyMap<string, TreeEntry>;
  /** Files by the folder that holds them; `.` is the root. */
  readonly folders: ReadonlyMap<string, readonly string[]>;
  /** First parts of every file's and folder's name: a module that is called like none of them is not in the repository. */
  readonly names: ReadonlySet<string>;
  /** Id of the nearest unit above a path. */
  ownerOf(path: string): string | null;
  /** Where a path leads after symbolic links; the submodule itself for a path inside one. */
  follow(path: string): string;
};

/** `a/b` and `../c` give `a/c`; null where that leaves the repository. */
export function joinPath(dir: string, relative: string): string | null {
  // Most names need no normalizing, and this runs for every import there is.
  if (PLAIN.test(relative)) return dir === '.' ? relative : `${dir}/${relative}`;
  const joined = posix.normalize(posix.join(dir, relative)).replace(/(?<=.)\/$/, '');
  return joined === '..' || joined.startsWith('../') || joined.startsWith('/') ? null : joined;
}

const PLAIN = /^(?:[^./][^/]*|\.[^./][^/]*)(?:\/(?:[^./][^/]*|\.[^./][^/]*))*$/;

/** Folder of a path; `.` at the root. */
export function dirname(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '.' : path.slice(0, slash);
}

/** Whether `path` lies in `dir`. */
export const isUnder = (path: string, dir: string): boolean => dir === '.' || path === dir || path.startsWith(`${dir}/`);

/** Finds the unit whose directory is nearest above a path. */
export function ownerFinder(units: readonly Pick<Unit, 'id'>[]): (path: string) => string | null {
  const ids = new Set(units.map((unit) => unit.id));
  const known = new Map<string, string | null>();
  const ofFolder = (dir: string): string | null => {
    const memo = known.get(dir);
    if (memo !== undefined) return memo;
    const found = ids.has(dir) ? dir : dir === '.' ? null : ofFolder(dirname(dir));
    known.set(dir, found);
    return found;
  };
  return (path) => ofFolder(dirname(path));
}

/** `links` maps each symbolic link to the path it points at. */
export function indexTree(entries: readonly TreeEntry[], units: readonly Pick<Unit, 'id'>[], links: ReadonlyMap<string, string> = new Map()): TreeIndex {
  const files = new Map(entries.map((entry) => [entry.path, entry]));
  const folders = new Map<string, string[]>();
  for (const { path } of entries) {
    const dir = dirname(path);
    const list = folders.get(dir);
    if (list) list.push(path);
    else addFolder(folders, dir, path);
  }
  const names = new Set<string>();
  for (const path of files.keys()) names.add(stem(path));
  for (const dir of folders.keys()) names.add(stem(dir));
  const detours = new Map(links);
  for (const entry of entries) if (entry.mode === '160000') detours.set(entry.path, entry.path);

  const follow = (path: string, hops = 0): string => {
    if (detours.size === 0 || files.has(path)) {
      const target = links.get(path);
      return target !== undefined && hops < 8 ? follow(target, hops + 1) : path;
    }
    for (let dir = dirname(path); dir !== '.'; dir = dirname(dir)) {
      const target = detours.get(dir);
      if (target === undefined) continue;
      if (target === dir) return dir;
      return hops < 8 ? follow(joinPath(target, path.slice(dir.length + 1)) ?? path, hops + 1) : path;
    }
    return path;
  };
  return { files, folders, names, ownerOf: ownerFinder(units), follow: (path) => follow(path) };
}

function stem(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.indexOf('.');
  return dot < 1 ? name : name.slice(0, dot);
}

/** Every folder above is made too, so that a folder without files of its own is still known. */
function addFolder(folders: Map<string, string[]>, dir: string, path: string): void {
  folders.set(dir, [path]);
  for (let above = dirname(dir); dir !== '.' && !folders.has(above); above = dirname(above)) {
    folders.set(above, []);
    if (above === '.') return;
  }
}

/** Whether a file belongs to the repository's own sources. */
export const isOwnSource = (entry: TreeEntry): boolean => (entry.mode === '100644' || entry.mode === '100755') && vendoredIn(entry.path) === null;
