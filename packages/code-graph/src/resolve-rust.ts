// Resolves modules and paths of Rust to the files that hold them. Pure.
import type { Manifests } from './manifests.ts';
import { dirname, joinPath, type TreeIndex } from './tree-index.ts';

/** Empty where the path leads out of the repository, or stays inside of its own file. */
export function resolveRust(index: TreeIndex, manifests: Manifests, spec: string, from: string): string[] {
  if (spec.startsWith('mod ')) return moduleFile(index, childDir(from), spec.slice(4));
  const parts = spec.split('::');
  const [first = ''] = parts;
  if (first === 'crate') return fromRoot(index, crateRoots(index, from), parts.slice(1), from);
  if (first === 'self') return walkDown(index, [from], childDir(from), parts.slice(1), from);
  if (first === 'super') {
    let dir = childDir(from);
    let rest = parts;
    while (rest[0] === 'super') [dir, rest] = [dirname(dir), rest.slice(1)];
    return walkDown(index, moduleOf(index, dir), dir, rest, from);
  }
  const own = moduleFile(index, childDir(from), first);
  if (own.length > 0) return walkDown(index, own, `${childDir(from)}/${first}`, parts.slice(1), from);
  return (manifests.crates.get(first) ?? []).flatMap((dir) => fromRoot(index, rootsIn(index, dir), parts.slice(1), from));
}

/** Where the modules that a file declares lie: beside `lib.rs`, `main.rs` and `mod.rs`, else in a folder of its own name. */
function childDir(from: string): string {
  const name = from.slice(from.lastIndexOf('/') + 1);
  if (/^(lib|main|mod|build)\.rs$/.test(name) || /(^|\/)(tests|benches|examples|src\/bin)\/[^/]+$/.test(from)) return dirname(from);
  return from.replace(/\.rs$/, '');
}

const moduleFile = (index: TreeIndex, dir: string, name: string): string[] =>
  [`${name}.rs`, `${name}/mod.rs`].flatMap((file) => {
    const path = joinPath(dir, file);
    return path !== null && index.files.has(path) ? [path] : [];
  });

/** The file of the module whose children lie in `dir`. */
const moduleOf = (index: TreeIndex, dir: string): string[] =>
  [`${dir}/lib.rs`, `${dir}/main.rs`, `${dir}/mod.rs`, `${dir}.rs`].map((path) => path.replace(/^\.\//, '')).filter((path) => index.files.has(path));

/** Follows the names down; the deepest file found holds the rest. What only leads there runs nothing. */
function walkDown(index: TreeIndex, start: readonly string[], dir: string, parts: readonly string[], from: string): string[] {
  let [found, at] = [[...start], dir];
  for (const part of parts) {
    const next = moduleFile(index, at, part);
    if (next.length === 0) break;
    [found, at] = [next, at === '.' ? part : `${at}/${part}`];
  }
  return found.filter((path) => path !== from);
}

const fromRoot = (index: TreeIndex, roots: readonly string[], parts: readonly string[], from: string): string[] =>
  roots.flatMap((root) => walkDown(index, [root], dirname(root), parts, from));

/** The root files of the crate that a file is part of. */
function crateRoots(index: TreeIndex, from: string): string[] {
  for (let dir = dirname(from); ; dir = dirname(dir)) {
    if (index.files.has(dir === '.' ? 'Cargo.toml' : `${dir}/Cargo.toml`)) return rootsIn(index, dir, true);
    if (dir === '.') return [];
  }
}

const rootsIn = (index: TreeIndex, dir: string, binaries = false): string[] =>
  ['src/lib.rs', ...(binaries || !index.files.has(joinPath(dir, 'src/lib.rs') ?? '') ? ['src/main.rs'] : [])].flatMap((file) => {
    const path = joinPath(dir, file);
    return path !== null && index.files.has(path) ? [path] : [];
  });
