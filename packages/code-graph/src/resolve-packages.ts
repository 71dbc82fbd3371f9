// Resolves bare specifiers to packages of the repository: exports, imports, main, aliases. Pure.
import { asObject, type Json } from './jsonc.ts';
import type { Manifests, NpmPackage } from './manifests.ts';
import { guessFile } from './resolve-path.ts';
import { folderTarget, type Target } from './targets.ts';
import { dirname, joinPath, type TreeIndex } from './tree-index.ts';

/** Folders of compilers, which leave what lies in `src` in its place. */
const BUILT = /^(?:\.\/)?(?:dist|build|out|lib|output)\/(?:(?:esm|cjs|es|types|node|mjs|src)\/)?/;

/** Empty where the name belongs to no package of the repository: then it comes from a registry. */
export function resolvePackage(index: TreeIndex, manifests: Manifests, spec: string, from: string): Target[] {
  const parts = spec.split('/');
  const name = parts.splice(0, spec.startsWith('@') ? 2 : 1).join('/');
  const sub = parts.join('/');
  const alias = nearestPackage(manifests, from)?.aliases.get(name);
  const dirs = alias === undefined ? (manifests.byName.get(name) ?? []) : [alias];
  return dirs.flatMap((dir) => {
    const found = entryFiles(index, manifests.packages.get(dir), dir, sub);
    // Built output is not in git: where no source lies as it would, it may be of all of the package.
    return found.length > 0 ? found : [folderTarget(dir)];
  });
}

function entryFiles(index: TreeIndex, pkg: NpmPackage | undefined, dir: string, sub: string): string[] {
  const at = (target: string): string[] => {
    const path = joinPath(dir, target);
    const found = path === null ? [] : guessFile(index, path);
    const source = BUILT.test(target) ? joinPath(dir, target.replace(BUILT, 'src/')) : null;
    return found.length > 0 || source === null ? found : guessFile(index, source);
  };
  if (pkg?.exports !== undefined && pkg.exports !== null) {
    const targets = mapTargets(pkg.exports, sub === '' ? '.' : `./${sub}`);
    const files = targets.map(at);
    // One of several conditions that is built hides no other, but then the built one may hold any file.
    return files.some((list) => list.length === 0) && !files.some((list) => list.length > 0) ? [] : files.flat();
  }
  if (sub !== '') return at(sub);
  const mains = pkg?.entries.flatMap(at) ?? [];
  return mains.length > 0 ? mains : (pkg?.entries.length ?? 0) > 0 ? [] : at('.');
}

/** `#name` of the nearest package's `imports`. */
export function resolveHash(index: TreeIndex, manifests: Manifests, spec: string, from: string): Target[] {
  const pkg = nearestPackage(manifests, from);
  if (!pkg) return [];
  return mapTargets(pkg.imports, spec).flatMap((target) => {
    if (!target.startsWith('.')) return resolvePackage(index, manifests, target, from);
    const path = joinPath(pkg.dir, target);
    const found = path === null ? [] : guessFile(index, path);
    return found.length > 0 ? found : [folderTarget(pkg.dir)];
  });
}

/** All targets of an exports or imports map for one key, whatever the condition: which one holds is decided at run time. */
function mapTargets(map: Json | undefined, key: string): string[] {
  if (typeof map === 'string' || Array.isArray(map)) return key === '.' ? leaves(map) : [];
  const object = asObject(map);
  const keys = Object.keys(object);
  if (!keys.some((k) => k.startsWith('.') || k.startsWith('#'))) return key === '.' ? leaves(object) : [];
  if (object[key] !== undefined) return leaves(object[key]);
  const best = keys
    .filter((k) => (k.endsWith('/') && key.startsWith(k)) || (k.includes('*') && starMatch(k, key) !== null))
    .sort((a, b) => b.length - a.length)[0];
  if (best === undefined) return [];
  const star = best.endsWith('/') ? key.slice(best.length) : (starMatch(best, key) ?? '');
  return leaves(object[best]).map((target) => (best.endsWith('/') ? target + star : target.replaceAll('*', star)));
}

/** What `*` stands for, or null. */
export function starMatch(pattern: string, text: string): string | null {
  const at = pattern.indexOf('*');
  if (at < 0) return pattern === text ? '' : null;
  const [head, tail] = [pattern.slice(0, at), pattern.slice(at + 1)];
  return text.length >= head.length + tail.length && text.startsWith(head) && text.endsWith(tail) ? text.slice(head.length, text.length - tail.length) : null;
}

function leaves(json: Json | undefined): string[] {
  if (typeof json === 'string') return [json];
  if (Array.isArray(json)) return json.flatMap(leaves);
  return Object.values(asObject(json)).flatMap(leaves);
}

function nearestPackage(manifests: Manifests, from: string): NpmPackage | undefined {
  for (let dir = dirname(from); ; dir = dirname(dir)) {
    const found = manifests.packages.get(dir);
    if (found || dir === '.') return found;
  }
}
