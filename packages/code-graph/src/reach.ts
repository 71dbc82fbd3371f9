// The reach of a change: the impact report as agents ask for it.
import type { ImpactedUnit, ImpactReport, Reach, ReachedTests, RepoModel, TouchedUnit } from '@awo/contracts';
import type { Repository } from '@awo/repository';
import type { ReachCache } from './cache.ts';
import { analyseImpact } from './impact/analyse.ts';

/** Names of changed symbols per file; a commit may change thousands of files. */
const SYMBOLS = 8;
/** Of a unit's test files: with more there is little to leave out, and a command line has an end. */
const FEW_FILES = 50;
const FEW_SHARE = 0.5;

/** Of what is never looked at again nothing travels: units in which only words changed, and the chains of single test files. */
export async function computeReach(repository: Repository, model: RepoModel, base: string | null, head: string, cache?: ReachCache): Promise<Reach> {
  const { tests, skipped, ...reach } = await analyseImpact(repository, model, base, head, { ...(cache ? { cache } : {}), history: true });
  const files = reach.files.map((file) => ({ ...file, symbols: file.symbols.slice(0, SYMBOLS) }));
  const units = reach.units.flatMap(touched).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return { ...reach, files, units, tests: reachedTests({ tests, skipped }) };
}

const touched = (unit: ImpactedUnit): TouchedUnit[] => (unit.change === 'none-semantic' ? [] : [{ ...unit, change: unit.change }]);

/** Units of which a few files suffice. */
function reachedTests({ tests, skipped }: Pick<ImpactReport, 'tests' | 'skipped'>): ReachedTests[] {
  return [...Map.groupBy(tests, ({ unit }) => unit)].flatMap(([unit, chosen]) => {
    if (unit === null) return [];
    const files = chosen.map(({ file }) => file);
    const of = files.length + (skipped.byUnit?.[unit] ?? 0);
    return files.length <= FEW_FILES && files.length <= of * FEW_SHARE ? [{ unit, files, of }] : [];
  });
}
