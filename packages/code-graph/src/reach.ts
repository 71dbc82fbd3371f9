// The reach of a change: the impact report as agents ask for it.
import type { ImpactedUnit, Reach, RepoModel, TouchedUnit } from '@awo/contracts';
import type { Repository } from '@awo/repository';
import type { ReachCache } from './cache.ts';
import { analyseImpact } from './impact/analyse.ts';

/** Names of changed symbols per file; a commit may change thousands of files. */
const SYMBOLS = 8;

/** Of what is never looked at again nothing travels: units in which only words changed, and the tests by file. */
export async function computeReach(repository: Repository, model: RepoModel, base: string | null, head: string, cache?: ReachCache): Promise<Reach> {
  const { tests: _tests, skipped: _skipped, ...reach } = await analyseImpact(repository, model, base, head, { ...(cache ? { cache } : {}), history: true });
  const files = reach.files.map((file) => ({ ...file, symbols: file.symbols.slice(0, SYMBOLS) }));
  return { ...reach, files, units: reach.units.flatMap(touched).toSorted((a, b) => (a.id < b.id ? -1 : 1)) };
}

const touched = (unit: ImpactedUnit): TouchedUnit[] => (unit.change === 'none-semantic' ? [] : [{ ...unit, change: unit.change }]);
