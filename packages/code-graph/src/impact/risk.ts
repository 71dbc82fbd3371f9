// How risky a change is for a unit, and how to release it: hints for whoever decides. Pure.
import type { ImpactedUnit, ImpactReason, ImpactReport } from '@awo/contracts';
import type { FileKind } from '../classify.ts';
import type { FileVersions } from './file-change.ts';

/** Statements that a running old version does not survive, and that nothing brings back. */
const ONE_WAY =
  /\b(?:DROP\s+(?:TABLE|COLUMN|CONSTRAINT)|RENAME\s+(?:TO|COLUMN)|TRUNCATE|ALTER\s+COLUMN\s+\S+\s+(?:SET\s+NOT\s+NULL|TYPE))\b|\b(?:drop_table|drop_column|rename_column|dropTable|dropColumn|renameColumn)\b/i;
const MIGRATION = /(^|\/)(migrations?|alembic|db|prisma)\/|\.sql$/;

export function riskOf(
  own: readonly FileVersions[],
  change: 'direct' | 'implicit',
  reasons: readonly ImpactReason[],
  kindOf: (path: string) => FileKind,
): ImpactedUnit['risk'] {
  const kinds = own.map(({ diff: { path } }) => kindOf(path));
  if (own.some(isOneWay)) return 'high';
  if (change === 'direct' && kinds.every((kind) => kind === 'style' || kind === 'asset' || kind === 'test')) return 'low';
  const lines = own.reduce((sum, { diff }) => sum + diff.addedLines + diff.deletedLines, 0);
  if (change === 'direct') return lines > 400 || kinds.includes('lockfile') || kinds.includes('unknown') ? 'high' : lines > 40 || kinds.some((kind) => kind !== 'code' && kind !== 'test') ? 'medium' : 'low'; // prettier-ignore
  // Reached by a name only: no compiler and no import warns.
  return reasons.some(({ kind }) => NAMES.has(kind)) ? 'medium' : 'low';
}

const NAMES: ReadonlySet<string> = new Set(['env', 'config-key', 'route', 'subject', 'table', 'schema', 'shared-name', 'field', 'flag']);

const isOneWay = ({ diff, before, after }: FileVersions): boolean => MIGRATION.test(diff.path) && ONE_WAY.test(added(before ?? '', after ?? ''));

function added(before: string, after: string): string {
  const old = new Set(before.split('\n'));
  return after
    .split('\n')
    .filter((line) => !old.has(line) && !/^\s*(--|#|\/\/)/.test(line))
    .join('\n');
}

export function strategyOf(units: readonly ImpactedUnit[], versions: readonly FileVersions[], kindOf: (path: string) => FileKind): ImpactReport['strategy'] {
  const touched = units.filter(({ change }) => change !== 'none-semantic');
  if (touched.length === 0) return { kind: 'none', because: 'No unit is touched: nothing to release.' };
  const real = versions.filter(({ change }) => change.kind !== 'none').map(({ diff: { path } }) => kindOf(path));
  if (real.every((kind) => kind === 'test' || kind === 'docs')) return { kind: 'none', because: 'Only tests and documents changed: what runs is the same.' };
  if (real.every((kind) => kind === 'style' || kind === 'asset' || kind === 'docs' || kind === 'test'))
    return { kind: 'full', because: 'Only looks changed: nothing computes with them.' };
  const migration = versions.find(isOneWay);
  if (migration)
    return {
      kind: 'blue-green',
      because: `${migration.diff.path} changes the schema in a way that the old version does not survive and that cannot be undone: expand first, contract in a later release.`,
    };
  const named = touched.find(({ change, reasons }) => change === 'implicit' && reasons.some(({ kind }) => NAMES.has(kind)));
  if (named) return { kind: 'canary', because: `${named.id} depends on what changed by name only, which no build checks.` };
  const high = touched.find(({ risk }) => risk !== 'low');
  if (high) return { kind: 'canary', because: `${high.id} is of ${high.risk} risk.` };
  return { kind: 'full', because: 'Small and seen by tests: low risk.' };
}
