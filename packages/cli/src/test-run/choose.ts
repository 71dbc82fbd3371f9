// Which suites of a revision are run, and why the others are not.
import { computeReach, openReachCache } from '@awo/code-graph';
import type { RepoModel, Suite, SuiteFiles, TouchedUnit } from '@awo/contracts';
import type { Repository } from '@awo/repository';
import { narrowSuites, testedUnits } from '@awo/test-order';

type LeftOut = { suite: string; because: string };
export type Chosen = {
  suites: Suite[];
  leftOut: LeftOut[];
  units: TouchedUnit[];
  narrow: SuiteFiles[];
  /** Why more is run than the change may need. */ wider: string | null;
};

/** `base` null: everything. The same rule as in a release. */
export async function chooseSuites(
  repository: Repository,
  model: RepoModel,
  { base, head, cacheDir }: { base: string | null; head: string; cacheDir: string },
): Promise<Chosen> {
  if (base === null) return { suites: model.suites, leftOut: [], units: [], narrow: [], wider: null };
  const cache = openReachCache({ dir: cacheDir });
  try {
    const reach = await computeReach(repository, model, base, head, cache);
    const tested = testedUnits(model.suites, reach.units);
    return {
      suites: model.suites.filter(({ unit }) => tested.has(unit)),
      leftOut: model.suites.filter(({ unit }) => !tested.has(unit)).map(({ id, unit }) => ({ suite: id, because: `nothing that changed reaches ${unit}` })),
      units: reach.units,
      narrow: narrowSuites(model.suites, reach),
      wider: reach.fallback?.because ?? null,
    };
  } finally {
    cache.close();
  }
}
