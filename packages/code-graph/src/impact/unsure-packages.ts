// Locked packages whose users no name shows: beside those that were found, whoever the file speaks to counts whole. Pure.
import { basename, type FileKind } from '../classify.ts';
import { widen, type WidenContext } from '../widen.ts';
import type { ImplicitEdge } from './implicit/search.ts';
import { link } from './links.ts';
import type { PackageChanges } from './packages-changed.ts';
import type { Seeds } from './seeds.ts';
import type { UnitSeed } from './walk.ts';

type Context = { ownerOf: (path: string) => string | null; kindOf: (path: string) => FileKind; widening: WidenContext };

/** Only of files that `edges` are known of: of the others the seeds say so themselves. */
export function unsurePackages(
  unsure: PackageChanges['unsure'],
  edges: readonly ImplicitEdge[],
  { ownerOf, kindOf, widening }: Context,
): Pick<Seeds, 'units' | 'fallbacks'> {
  const found: Pick<Seeds, 'units' | 'fallbacks'> = { units: [], fallbacks: [] };
  const half = new Set(edges.filter(({ kind }) => kind === 'package').map(({ from }) => from));
  for (const { path, packages } of unsure) {
    if (!half.has(path)) continue;
    const unit = ownerOf(path);
    const names = `${packages.slice(0, 5).join(', ')}${packages.length > 5 ? ` and ${packages.length - 5} more` : ''}`;
    const text = `who uses ${names} of ${basename(path)} shows by no name`;
    const seed = (to: string, confidence: number): UnitSeed => ({
      unit: to,
      testsOnly: false,
      reason: link('lockfile', path, to, `${path}:1`, confidence, text),
    });
    if (unit !== null) found.units.push(seed(unit, 0.5));
    const { widened } = widen({ path, kind: kindOf(path), unit }, widening);
    found.units.push(...widened.map((one) => seed(one.unit, 0.4)));
    if (widened.length > 0) found.fallbacks.push({ kind: 'root-config', files: [path], because: `${path}: ${text}.` });
  }
  return found;
}
