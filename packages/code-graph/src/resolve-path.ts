// Resolves path-like specifiers to files of the tree, the way JavaScript tools guess endings. Pure.
import { folderTarget, type Target } from './targets.ts';
import { dirname, joinPath, type TreeIndex } from './tree-index.ts';

const ENDINGS = [
  'ts',
  'tsx',
  'mts',
  'cts',
  'js',
  'jsx',
  'mjs',
  'cjs',
  'd.ts',
  'd.mts',
  'd.cts',
  'json',
  'vue',
  'svelte',
  'astro',
  'css',
  'scss',
  'sass',
  'less',
  'node',
  'wasm',
  'graphql',
];
const SWAPS: Record<string, string[]> = {
  js: ['ts', 'tsx', 'jsx', 'd.ts'],
  jsx: ['tsx', 'd.ts'],
  mjs: ['mts', 'd.mts'],
  cjs: ['cts', 'd.cts'],
  css: ['scss', 'sass', 'less'],
};
const INDEXES = ['index', '_index', 'mod'];

/** Every file that `path` (without or with ending, or a folder) can stand for. More than one where a typed and a plain one lie side by side. */
export function guessFile(index: TreeIndex, path: string): string[] {
  const real = index.follow(path);
  const found: string[] = [];
  const add = (candidate: string): void => {
    if (index.files.has(candidate)) found.push(index.follow(candidate));
  };
  add(real);
  const dot = real.lastIndexOf('.');
  for (const swap of SWAPS[dot > real.lastIndexOf('/') ? real.slice(dot + 1) : ''] ?? []) add(`${real.slice(0, dot)}.${swap}`);
  for (const ending of ENDINGS) add(`${real}.${ending}`);
  const partial = joinPath(dirname(real), `_${real.slice(real.lastIndexOf('/') + 1)}`);
  if (partial) for (const ending of ['scss', 'sass']) add(`${partial}.${ending}`);
  if (index.folders.has(real)) for (const name of INDEXES) for (const ending of ENDINGS) add(real === '.' ? `${name}.${ending}` : `${real}/${name}.${ending}`);
  return found;
}

/** A path that does not exist, in another unit: something built there (`../lib/dist/x.js`). All of that unit then. */
export function builtElsewhere(index: TreeIndex, path: string, from: string): Target[] {
  const owner = index.ownerOf(path);
  return owner !== null && owner !== index.ownerOf(from) ? [folderTarget(owner)] : [];
}

/** A string that looks like a path: relative to the file, its unit, or the repository. Only what exists counts. */
export function resolveMention(index: TreeIndex, spec: string, from: string): Target[] {
  const owner = index.ownerOf(from);
  const bases = new Set([dirname(from), ...(owner === null ? [] : [owner]), '.']);
  const found: Target[] = [];
  for (const base of bases) {
    const path = joinPath(base, spec);
    if (path !== null && path !== from && index.files.has(path)) found.push(index.follow(path));
  }
  return found;
}

/** A computed name that starts with a folder: anything in that folder, or the file itself where it names one. */
export function resolveFolder(index: TreeIndex, spec: string, from: string): Target[] {
  const path = joinPath(dirname(from), spec);
  if (path === null) return [];
  if (index.files.has(path)) return [path];
  return index.folders.has(path) ? [folderTarget(path)] : [];
}
