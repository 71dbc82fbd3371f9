// What simpler ways would have run for the same change: all tests of the package and of those that depend on it; tests that changed with the file before. Pure.
import type { RepoModel } from '@awo/contracts';
import type { CommitInfo } from '@awo/repository';

/** Package-level affected, as Nx and Turborepo do it: owner of the changed file and all that declare to depend on it; a file of nobody affects all. */
export function packageLevel(model: RepoModel, file: string, tests: readonly string[]): Set<string> {
  const ids = model.units
    .map(({ id }) => id)
    .filter((id) => id !== '.')
    .toSorted((a, b) => b.length - a.length);
  const ownerOf = (path: string): string | undefined => ids.find((id) => path.startsWith(`${id}/`));
  const first = ownerOf(file);
  if (first === undefined) return new Set(tests);
  const touched = new Set([first]);
  for (const unit of touched) for (const { id, dependsOn } of model.units) if (dependsOn.some((one) => one.unit === unit)) touched.add(id);
  return new Set(tests.filter((test) => touched.has(ownerOf(test) ?? '')));
}

/** Commits of more files are moves and formats. */
const MAX_FILES = 30;

/** Tests that history changed together with the file: at least 3 times, and in 30 % of its changes (ROSE, Zimmermann and others 2004). */
export function changedBefore(commits: readonly CommitInfo[], file: string, tests: readonly string[]): Set<string> {
  const own = commits.filter(({ files }) => files.length <= MAX_FILES && files.includes(file));
  return new Set(
    tests.filter((test) => {
      const support = own.filter(({ files }) => files.includes(test)).length;
      return support >= 3 && support / own.length >= 0.3;
    }),
  );
}
