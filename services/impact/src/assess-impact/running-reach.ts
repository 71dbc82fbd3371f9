// Services need not run the same revision: each is compared with its own. One reach out of several. Pure.
import type { ImpactedFile, Planned, Reach, ReachedTests, Reversibility, TouchedUnit } from '@awo/contracts';

/** The services that run `base`, and what changed since. */
export type RunningReach = { base: string | null; services: string[]; reach: Reach };

/** What to compare with: the revisions that run, each once; without services, the goal's own base. */
export function basesOf({ base, targets }: Pick<Planned, 'base' | 'targets'>): { base: string | null; services: string[] }[] {
  const bases = [...new Set(targets.map((target) => target.base))];
  if (bases.length === 0) return [{ base, services: [] }];
  return bases.map((b) => ({ base: b, services: targets.filter((target) => target.base === b).map((target) => target.service) }));
}

/**
 * A unit that hosts a service counts as that service's own comparison says; any other unit as the comparisons say in which a service is touched,
 * or, where none is, as the smallest says. So a change that a service runs already does not count again for it.
 */
export function mergeReaches(parts: readonly RunningReach[], oldest: string | null, services: readonly { name: string; unit: string }[]): Reach {
  const [first] = parts;
  if (!first) throw new Error('nothing to compare');
  if (parts.length === 1) return first.reach;
  const hosts = new Set(services.map((service) => service.unit));
  const ownUnits = (part: RunningReach) => new Set(services.filter((service) => part.services.includes(service.name)).map((service) => service.unit));
  const touching = parts.filter((part) => part.reach.units.some((unit) => ownUnits(part).has(unit.id)));
  const smallest = [...parts].sort((a, b) => a.reach.filesTotal - b.reach.filesTotal)[0] ?? first;
  const counted = touching.length > 0 ? touching : [smallest];
  const units = new Map<string, TouchedUnit>();
  const files = new Map<string, ImpactedFile>();
  for (const part of counted) {
    const own = ownUnits(part);
    for (const unit of part.reach.units) if (own.has(unit.id) || !hosts.has(unit.id)) units.set(unit.id, stronger(units.get(unit.id), unit));
    for (const file of part.reach.files) if (file.unit === null || own.has(file.unit) || !hosts.has(file.unit)) files.set(file.path, file);
  }
  // A file of another service's unit still counts where it is what a counted unit was reached from.
  for (const part of counted)
    for (const file of part.reach.files)
      if ([...units.values()].some((unit) => unit.reasons.some((reason) => reason.from === file.path))) files.set(file.path, file);
  return {
    base: oldest,
    head: first.reach.head,
    files: [...files.values()],
    filesTotal: files.size,
    units: [...units.values()],
    tests: mergedTests(counted.map((part) => part.reach)),
    fallback: counted.find((part) => part.reach.fallback !== null)?.reach.fallback ?? null,
    strategy: strongest(counted.map((part) => part.reach.strategy)),
    ...mergedHints(counted.map((part) => part.reach)),
    dead: first.reach.dead,
    graph: { ...first.reach.graph, ms: parts.reduce((sum, part) => sum + part.reach.graph.ms, 0) },
  };
}

/** What any of the comparisons reaches; a unit that one of them cannot narrow runs whole. */
function mergedTests(reaches: readonly Reach[]): ReachedTests[] {
  const all = reaches.flatMap(({ tests }) => tests ?? []);
  return [...Map.groupBy(all, ({ unit }) => unit)].flatMap(([unit, found]) => {
    const whole = reaches.some((reach) => reach.units.some(({ id }) => id === unit) && !reach.tests?.some((one) => one.unit === unit));
    const [first] = found;
    return first && !whole ? [{ ...first, files: [...new Set(found.flatMap(({ files }) => files))] }] : [];
  });
}

/** Of the comparison with the most to take back: one that is not sure hides none that is. */
function mergedHints(reaches: readonly Reach[]): Pick<Reach, 'hints'> {
  const all = reaches.flatMap(({ hints }) => hints ?? []);
  const [first] = all.toSorted((a, b) => hardness(b.reversibility) - hardness(a.reversibility));
  if (!first) return {};
  const contracts = [...new Map(all.flatMap((one) => one.contracts).map((one) => [JSON.stringify(one), one])).values()].slice(0, 50);
  return { hints: { ...first, contracts } };
}

/** What closes the way back from the start goes before what closes it later. */
const hardness = ({ reversible, from }: Reversibility): number => HARD.indexOf(reversible) + (reversible === 'no' && from !== 'traffic' ? 1 : 0);
const HARD: readonly string[] = ['yes', 'unknown', 'no'];

const stronger = (known: TouchedUnit | undefined, unit: TouchedUnit): TouchedUnit => (known?.change === 'direct' ? known : unit);

const CAREFUL: readonly Reach['strategy']['kind'][] = ['none', 'full', 'canary', 'blue-green'];
const strongest = (hints: readonly Reach['strategy'][]): Reach['strategy'] =>
  hints.reduce((best, hint) => (CAREFUL.indexOf(hint.kind) > CAREFUL.indexOf(best.kind) ? hint : best));
