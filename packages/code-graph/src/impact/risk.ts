// How risky a change is for a unit, and how to release it: hints for whoever decides. Pure.
import { type ImpactedUnit, type ImpactHints, type ImpactReason, type ImpactReport, LINKS_BY_NAME } from '@awo/contracts';
import type { FileKind } from '../classify.ts';
import type { FileVersions } from './file-change.ts';

export function riskOf(
  own: readonly FileVersions[],
  change: 'direct' | 'implicit',
  reasons: readonly ImpactReason[],
  kindOf: (path: string) => FileKind,
  hints: ImpactHints,
): ImpactedUnit['risk'] {
  const kinds = own.map(({ diff: { path } }) => kindOf(path));
  const paths = new Set(own.map(({ diff: { path } }) => path));
  if (hints.migrations.some(({ file, kind }) => kind === 'contract' && paths.has(file))) return 'high';
  if (change === 'direct' && kinds.every((kind) => kind === 'style' || kind === 'asset' || kind === 'test')) return 'low';
  // Others rely on it, or it moved over a major version, or it broke before: never low.
  const wary =
    hints.contracts.some(({ file }) => paths.has(file)) ||
    hints.majors.some(({ file }) => paths.has(file)) ||
    hints.fragile.some(({ file }) => paths.has(file));
  const lines = own.reduce((sum, { diff }) => sum + diff.addedLines + diff.deletedLines, 0);
  if (change === 'direct')
    return lines > 400 || kinds.includes('lockfile') || kinds.includes('unknown')
      ? 'high'
      : lines > 40 || wary || kinds.some((kind) => kind !== 'code' && kind !== 'test')
        ? 'medium'
        : 'low';
  // Reached by a name only: no compiler and no import warns.
  return reasons.some(({ kind }) => LINKS_BY_NAME.has(kind)) ? 'medium' : 'low';
}

export function strategyOf(
  units: readonly ImpactedUnit[],
  versions: readonly FileVersions[],
  kindOf: (path: string) => FileKind,
  hints: ImpactHints,
): ImpactReport['strategy'] {
  const touched = units.filter(({ change }) => change !== 'none-semantic');
  if (touched.length === 0) return { kind: 'none', because: 'No unit is touched: nothing to release.' };
  const real = versions.filter(({ change }) => change.kind !== 'none').map(({ diff: { path } }) => kindOf(path));
  if (real.every((kind) => kind === 'test' || kind === 'docs')) return { kind: 'none', because: 'Only tests and documents changed: what runs is the same.' };
  if (real.every((kind) => kind === 'style' || kind === 'asset' || kind === 'docs' || kind === 'test'))
    return { kind: 'full', because: 'Only looks changed: nothing computes with them.' };
  const step = hints.migrations.find(({ kind }) => kind === 'contract');
  if (step)
    return {
      kind: 'blue-green',
      because: `${step.file} changes the schema in a way that the old version does not survive (${step.statement.slice(0, 80)}: ${step.because}): expand first, contract in a later release.`,
    };
  const [broken] = hints.contracts;
  if (broken) return { kind: 'canary', because: `${broken.file} breaks what others rely on: ${broken.element}: ${broken.because}.` };
  const named = touched.find(({ change, reasons }) => change === 'implicit' && reasons.some(({ kind }) => LINKS_BY_NAME.has(kind)));
  if (named) return { kind: 'canary', because: `${named.id} depends on what changed by name only, which no build checks.` };
  const high = touched.find(({ risk }) => risk !== 'low');
  if (high) return { kind: 'canary', because: `${high.id} is of ${high.risk} risk.` };
  return { kind: 'full', because: 'Small and seen by tests: low risk.' };
}
