// Resolves a Python import to the modules of the repository that it runs. Pure.
import type { ImportRef } from './parsed.ts';
import type { Target } from './targets.ts';
import { dirname, joinPath, type TreeIndex } from './tree-index.ts';

/** What one search root gives: the files found, and how many parts of the module's name they cover. */
type Match = { files: string[]; depth: number };

/**
 * Which folder is on sys.path is not in the source. So: every folder from the file up to its unit, with and without `src`;
 * where none has the whole module, the folders above and all other units. A package's `__init__` runs too, so it counts.
 * `wide`: the file changes sys.path itself, so any folder may hold the module.
 */
export function resolvePython(index: TreeIndex, units: readonly string[], { spec, names = [], wide }: ImportRef, from: string): Target[] {
  const dots = /^\.+/.exec(spec)?.[0].length ?? 0;
  if (dots > 0) {
    let base: string | null = dirname(from);
    for (let i = 1; i < dots && base !== null; i++) base = base === '.' ? null : dirname(base);
    return base === null ? [] : matchIn(index, base, parts(spec.slice(dots)), names, true).files;
  }
  const wanted = parts(spec);
  if (!index.names.has(wanted[0] ?? '')) return [];
  const owner = index.ownerOf(from);
  const own = search(index, rootsUpTo(dirname(from), owner ?? '.'), wanted, names);
  if (own.depth === wanted.length && own.files.length > 0) return own.files;
  const others = search(index, [...rootsUpTo(owner ?? '.', '.'), ...units.flatMap(withSrc)], wanted, names);
  if (others.depth === wanted.length && others.files.length > 0) return [...own.files, ...others.files];
  if (own.files.length > 0 || !wide) return own.files;
  return search(index, foldersWith(index, wanted[0] ?? ''), wanted, names).files;
}

const holders = new WeakMap<TreeIndex, Map<string, string[]>>();

/** Folders that hold a module or a package of this name. */
function foldersWith(index: TreeIndex, name: string): string[] {
  const known = holders.get(index) ?? new Map<string, string[]>();
  holders.set(index, known);
  const found = known.get(name) ?? [...index.folders.keys()].filter((dir) => index.files.has(under(dir, `${name}.py`)) || index.folders.has(under(dir, name)));
  known.set(name, found);
  return found;
}

const parts = (name: string): string[] => name.split('.').filter((part) => part !== '');

const withSrc = (dir: string): string[] => [dir, ...['src', 'lib', 'python'].flatMap((sub) => joinPath(dir, sub) ?? [])];

function rootsUpTo(start: string, top: string): string[] {
  const found: string[] = [];
  for (let dir = start; ; dir = dirname(dir)) {
    found.push(...withSrc(dir));
    if (dir === top || dir === '.') return found;
  }
}

function search(index: TreeIndex, roots: readonly string[], wanted: readonly string[], names: readonly string[]): Match {
  const best: Match = { files: [], depth: 0 };
  for (const root of new Set(roots)) {
    if (!index.folders.has(root)) continue;
    const match = matchIn(index, root, wanted, names, false);
    if (match.files.length === 0 || match.depth < best.depth) continue;
    if (match.depth > best.depth) best.files = [];
    best.depth = match.depth;
    best.files.push(...match.files);
  }
  return { files: [...new Set(best.files)], depth: best.depth };
}

/** Follows the name from `root` down, taking each package's `__init__`, then the names taken from the module. */
function matchIn(index: TreeIndex, root: string, wanted: readonly string[], names: readonly string[], includeRoot: boolean): Match {
  const files: string[] = [];
  let dir = index.follow(root);
  let depth = 0;
  const add = (path: string): boolean => {
    const real = index.follow(path);
    if (index.files.has(real)) files.push(real);
    return index.files.has(real);
  };
  const initOf = (folder: string): boolean => [add(under(folder, '__init__.py')), add(under(folder, '__init__.pyi'))].some(Boolean);
  if (includeRoot) initOf(dir);
  for (const part of wanted) {
    const next = index.follow(under(dir, part));
    const isModule = [add(`${next}.py`), add(`${next}.pyi`), add(`${next}.pyx`)].some(Boolean);
    if (!index.folders.has(next)) {
      depth += isModule ? 1 : 0;
      dir = next;
      break;
    }
    initOf(next);
    dir = next;
    depth++;
  }
  if (depth === wanted.length && index.folders.has(dir))
    for (const name of names) {
      if (name === '*') continue;
      const path = under(dir, name);
      add(`${path}.py`);
      add(`${path}.pyi`);
      if (index.folders.has(path)) initOf(path);
    }
  return { files, depth };
}

const under = (dir: string, name: string): string => (dir === '.' ? name : `${dir}/${name}`);
