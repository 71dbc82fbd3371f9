// Resolves one JavaScript, TypeScript or CSS import inside the repository. Pure.
import type { Manifests, TsConfig } from './manifests.ts';
import { resolveHash, resolvePackage, starMatch } from './resolve-packages.ts';
import { builtElsewhere, guessFile } from './resolve-path.ts';
import type { Target } from './targets.ts';
import { dirname, joinPath, type TreeIndex } from './tree-index.ts';

/** Empty where it leads out of the repository. */
export function resolveJs(index: TreeIndex, manifests: Manifests, rawSpec: string, from: string): Target[] {
  const spec = rawSpec.startsWith('#') ? rawSpec : rawSpec.replace(/^.*!/, '').replace(/[?#].*$/, '');
  if (spec === '' || /^(node|https?|data|blob|virtual|npm|jsr):/.test(spec)) return [];
  if (spec === '.' || spec === '..' || spec.startsWith('./') || spec.startsWith('../')) return relative(index, spec, from);
  if (spec.startsWith('/')) return rooted(index, spec, from);

  const mapped = fromPaths(index, manifests, spec, from);
  if (mapped.length > 0) return mapped;
  const named = spec.startsWith('#') ? resolveHash(index, manifests, spec, from) : resolvePackage(index, manifests, spec, from);
  if (named.length > 0) return named;
  // Style sheets name their neighbours without "./".
  return /\.(css|scss|sass|less|styl|pcss)$/.test(from) ? relative(index, spec, from) : [];
}

function relative(index: TreeIndex, spec: string, from: string): Target[] {
  const path = joinPath(dirname(from), spec);
  if (path === null) return [];
  const found = guessFile(index, path);
  return found.length > 0 ? found : builtElsewhere(index, path, from);
}

/** `/src/main.ts`: from the root of the unit, its public folder, or the repository. */
function rooted(index: TreeIndex, spec: string, from: string): Target[] {
  const owner = index.ownerOf(from) ?? '.';
  return [owner, joinPath(owner, 'public') ?? owner, '.'].flatMap((base) => {
    const path = joinPath(base, `.${spec}`);
    return path === null ? [] : guessFile(index, path);
  });
}

/** `paths` and `baseUrl` of every tsconfig above the file and of those they extend. */
function fromPaths(index: TreeIndex, manifests: Manifests, spec: string, from: string): Target[] {
  const found: Target[] = [];
  for (const config of configsAbove(index, manifests, from)) {
    for (const { pattern, targets } of config.paths) {
      const star = starMatch(pattern, spec);
      if (star === null) continue;
      for (const target of targets) {
        const path = joinPath('.', target.replaceAll('*', star));
        if (path === null) continue;
        const files = guessFile(index, path);
        found.push(...(files.length > 0 ? files : builtElsewhere(index, path, from)));
      }
    }
    const based = config.baseUrl === null ? null : joinPath(config.baseUrl, spec);
    if (based !== null) found.push(...guessFile(index, based));
  }
  return found;
}

const memo = new WeakMap<Manifests, Map<string, TsConfig[]>>();

function configsAbove(index: TreeIndex, manifests: Manifests, from: string): TsConfig[] {
  const byFolder = memo.get(manifests) ?? new Map<string, TsConfig[]>();
  memo.set(manifests, byFolder);
  const start = dirname(from);
  const known = byFolder.get(start);
  if (known) return known;
  const found = new Map<string, TsConfig>();
  const take = (config: TsConfig): void => {
    if (found.has(config.file)) return;
    found.set(config.file, config);
    for (const file of extendedBy(index, manifests, config))
      manifests.tsconfigs
        .get(dirname(file))
        ?.filter((c) => c.file === file)
        .forEach(take);
  };
  for (let dir = start; ; dir = dirname(dir)) {
    manifests.tsconfigs.get(dir)?.forEach(take);
    if (dir === '.') break;
  }
  byFolder.set(start, [...found.values()]);
  return [...found.values()];
}

/** Files of the repository that a tsconfig extends. */
export function extendedBy(index: TreeIndex, manifests: Manifests, config: TsConfig): string[] {
  return config.extends.flatMap((spec) => {
    const path = spec.startsWith('.') ? joinPath(dirname(config.file), spec) : null;
    const files = path === null ? resolvePackage(index, manifests, spec, config.file) : [path, `${path}.json`, `${path}/tsconfig.json`];
    return files.filter((file) => index.files.has(file) && file !== config.file);
  });
}
