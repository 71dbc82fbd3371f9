// Resolves a Go import path to the files of that package in the repository. Pure.
import { extension } from './classify.ts';
import type { Manifests } from './manifests.ts';
import { folderTarget, type Target } from './targets.ts';
import { joinPath, type TreeIndex } from './tree-index.ts';

const PACKAGE_FILES = new Set(['go', 's', 'c', 'h', 'cc', 'cpp', 'm', 'syso']);

/** Empty where no module of the repository has that path. */
export function resolveGo(index: TreeIndex, manifests: Manifests, spec: string): Target[] {
  const found: Target[] = [];
  for (const module of manifests.goModules) {
    if (spec !== module.path && !spec.startsWith(`${module.path}/`)) continue;
    const dir = joinPath(module.dir, spec.slice(module.path.length + 1) || '.');
    if (dir === null) continue;
    const files = (index.folders.get(index.follow(dir)) ?? []).filter((file) => PACKAGE_FILES.has(extension(file)) && !file.endsWith('_test.go'));
    // The package is generated before a build: anything of the module may go into it.
    found.push(...(files.length > 0 ? files : [folderTarget(module.dir)]));
    if (files.length > 0) break;
  }
  return found;
}
