// What kind of change this is, by its files and what they reach. Pure.
import type { Because, TouchedUnit, ImpactAssessed } from '@awo/contracts';
import type { ImpactFacts } from './facts.ts';

export type ChangeKind = {
  kind: ImpactAssessed['kind'];
  because: Extract<Because, 'first-release' | 'code-reaches-units' | 'style-only' | 'docs-only' | 'no-unit-touched' | 'fallback-wider'>;
};

const LOOKS: ReadonlySet<string> = new Set(['style', 'asset']);
const SILENT: ReadonlySet<string> = new Set(['docs', 'test']);

/** Nothing but tests of the unit is reached: what it runs is what it ran before. */
export const testsOnly = (unit: Pick<TouchedUnit, 'fileKinds'>): boolean => unit.fileKinds.length > 0 && unit.fileKinds.every((kind) => SILENT.has(kind));

export function changeKind({ reach }: Pick<ImpactFacts, 'reach'>): ChangeKind {
  if (reach.base === null) return { kind: 'first-release', because: 'first-release' };
  if (reach.fallback !== null) return { kind: 'unsure', because: 'fallback-wider' };
  if (reach.files.length > 0 && reach.files.every((file) => file.kind === 'docs')) return { kind: 'docs', because: 'docs-only' };
  if (reach.units.length === 0) return { kind: 'nothing', because: 'no-unit-touched' };
  const loud = reach.files.filter((file) => !SILENT.has(file.kind));
  if (loud.length > 0 && loud.every((file) => LOOKS.has(file.kind))) return { kind: 'style', because: 'style-only' };
  return { kind: 'code', because: 'code-reaches-units' };
}
