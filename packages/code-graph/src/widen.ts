// Changes whose effect no import shows: lock files, shared configuration, files that nobody owns. Who they may touch. Pure.
import type { ImpactedFile, ImpactReason, RepoModel } from '@awo/contracts';
import { vendoredIn } from './classify.ts';
import { type Ecosystem, sharedEcosystem, sourceEcosystem } from './ecosystem.ts';
import { dirname, isUnder } from './tree-index.ts';

/** A unit that is touched whatever the imports say, with the link that says why. */
type Widened = { unit: string; link: Pick<ImpactReason, 'kind' | 'at' | 'text'>; testsOnly: boolean };
export type Widening = { widened: Widened[]; because: 'unknown-file' | 'root-config' | null };
export type WidenContext = {
  units: RepoModel['units'];
  ecosystems: Map<string, Set<Ecosystem>>;
  /** Whether anything in the repository imports or names the file. */
  isReferenced(path: string): boolean;
};

type WidenedFile = Pick<ImpactedFile, 'path' | 'kind' | 'unit'>;

const NOTHING: Widening = { widened: [], because: null };
const LINK_KINDS: Partial<Record<ImpactedFile['kind'], ImpactReason['kind']>> = { lockfile: 'lockfile', manifest: 'shared-config', config: 'shared-config' };

/** Empty where the owner and the import graph say it all. Never the owner itself. */
export function widen(file: WidenedFile, context: WidenContext): Widening {
  const shared = file.kind === 'manifest' || file.kind === 'lockfile' || file.kind === 'config';
  if (file.kind === 'docs') return NOTHING;
  if (file.unit === null) {
    if ((file.kind === 'style' || file.kind === 'asset') && context.isReferenced(file.path)) return NOTHING;
    const language = file.kind === 'code' ? sourceEcosystem(file.path) : null;
    // No unit is written in it, and who names it or what it serves is found by that.
    if (language !== null && !context.units.some(({ id }) => context.ecosystems.get(id)?.has(language))) return NOTHING;
    const because = shared ? 'root-config' : 'unknown-file';
    const text = shared ? `${file.path} is shared by every unit that reads it` : `${file.path} belongs to no unit: which one uses it cannot be known`;
    return { widened: links(file, concerned(file.path, context.units, context), text), because };
  }
  if (!shared && file.kind !== 'unknown') return NOTHING;
  // A file beside the owner's manifest speaks for the units nested below it as well.
  const at = sharedFolder(file.path);
  const nested = at === file.unit ? context.units.filter(({ id }) => id !== file.unit && isUnder(id, at)) : [];
  if (nested.length === 0) return NOTHING;
  const text = shared
    ? `${file.path} applies to every unit below ${at === '.' ? 'the root' : at}`
    : `${file.path} is of unknown type and lies above other units`;
  return { widened: links(file, concerned(file.path, nested, context), text), because: shared ? 'root-config' : 'unknown-file' };
}

/** The folder that a file speaks for: its own, or the one above `.github`, `node_modules` and the like. */
function sharedFolder(path: string): string {
  const vendored = vendoredIn(path);
  if (vendored !== null) return vendored;
  const parts = dirname(path).split('/');
  const hidden = parts.findIndex((part) => part.startsWith('.') && part.length > 1);
  return hidden < 0 ? dirname(path) : parts.slice(0, hidden).join('/') || '.';
}

/** Units of the file's ecosystem; all where it has none, or no unit matches. */
function concerned(path: string, units: RepoModel['units'], { ecosystems }: WidenContext): string[] {
  const ecosystem = sharedEcosystem(path);
  const matching = ecosystem === null ? units : units.filter(({ id }) => ecosystems.get(id)?.has(ecosystem));
  return (matching.length > 0 ? matching : units).map(({ id }) => id);
}

function links(file: WidenedFile, units: readonly string[], text: string): Widened[] {
  const kind = LINK_KINDS[file.kind] ?? 'unknown-file';
  return units.map((unit) => ({
    unit,
    testsOnly: file.kind === 'test',
    link: { kind, at: `${file.path}:1`, text: text.slice(0, 400) },
  }));
}
