// How risky a change is: points for kind, reach and size, shown one by one. Pure.
import { type ImpactAssessed, LINKS_BY_NAME } from '@awo/contracts';
import { type ChangeKind, testsOnly } from './change-kind.ts';
import type { ImpactFacts } from './facts.ts';

export type Risk = Pick<ImpactAssessed, 'risk' | 'riskBecause'> & { points: number };

/** Low up to 1 point, medium up to 4, high from 5. */
const MEDIUM_FROM = 2;
const HIGH_FROM = 5;
const RUNS: ReadonlySet<string> = new Set(['code', 'config', 'manifest', 'lockfile', 'unknown']);

export function riskOf(facts: ImpactFacts, { kind }: ChangeKind): Risk {
  const { reach } = facts;
  if (kind === 'first-release') return { risk: 'medium', points: MEDIUM_FROM, riskBecause: 'There is no earlier revision to compare with: medium.' };
  if (kind === 'nothing' || kind === 'docs') return { risk: 'low', points: 0, riskBecause: 'No running code differs: low.' };
  if (kind === 'style') return { risk: 'low', points: 0, riskBecause: 'Only style and asset files differ; nothing computes with them: low.' };

  const parts = points(facts);
  const sum = parts.reduce((total, part) => total + part.points, 0);
  const untested = untestedUnits(facts);
  const oneWay = reach.strategy.kind === 'blue-green';
  const byPoints = sum >= HIGH_FROM ? 'high' : sum >= MEDIUM_FROM ? 'medium' : 'low';
  const risk = oneWay || untested.length > 0 ? 'high' : reach.fallback !== null && byPoints === 'low' ? 'medium' : byPoints;
  const shown = `${parts.map((part) => `${part.text} ${part.points}`).join(' + ')} = ${sum} (medium from ${MEDIUM_FROM}, high from ${HIGH_FROM})`;
  const raised = oneWay
    ? `; ${reach.strategy.because}: high`
    : untested.length > 0
      ? `; ${untested.join(', ')} changed and has no tests: high`
      : risk !== byPoints
        ? '; not everything was understood: at least medium'
        : '';
  return { risk, points: sum, riskBecause: `${shown}${raised}`.slice(0, 1000) };
}

function points({ reach }: ImpactFacts): { text: string; points: number }[] {
  const kinds = [...new Set(reach.files.map((file) => file.kind))];
  const running = kinds.filter((kind) => RUNS.has(kind));
  const units = reach.units.filter((unit) => !testsOnly(unit)).length;
  const byName = reach.units.filter(({ change, reasons }) => change === 'implicit' && reasons.some(({ kind }) => LINKS_BY_NAME.has(kind))).length;
  const lines = linesOf(reach.files);
  const shared = kinds.filter((kind) => kind === 'lockfile' || kind === 'manifest' || kind === 'config');
  return [
    { text: running.length > 0 ? `running code by ${running.join(', ')}` : 'no running code', points: running.length > 0 ? 2 : 0 },
    { text: `${units} unit${units === 1 ? '' : 's'}`, points: units > 3 ? 2 : units > 1 ? 1 : 0 },
    ...(byName > 0 ? [{ text: `${byName} of them by name only, which no build checks`, points: 1 }] : []),
    { text: `${lines} lines`, points: lines > 400 ? 2 : lines > 100 ? 1 : 0 },
    ...hintPoints(reach.hints),
    ...(shared.length > 0 && running.length > shared.length ? [{ text: `${shared.join(' and ')} beside code`, points: 1 }] : []),
  ];
}

/** What others rely on, what moved far, what breaks often. */
function hintPoints(hints: ImpactFacts['reach']['hints']): { text: string; points: number }[] {
  if (!hints) return [];
  const [broken] = hints.contracts;
  const [major] = hints.majors;
  const [fragile] = hints.fragile;
  return [
    ...(broken ? [{ text: `breaks ${broken.element} (${broken.kind})`, points: 2 }] : []),
    ...(major ? [{ text: `${major.package} ${major.from} to ${major.to}`, points: 1 }] : []),
    ...(fragile ? [{ text: `${fragile.file} broke in ${fragile.failures} of ${fragile.changes} changes`, points: 1 }] : []),
    ...(hints.owners.length > 1 ? [{ text: `${hints.owners.length} owners`, points: 1 }] : []),
  ];
}

/** Changed lines of what is neither test nor document: those cannot fail a customer. */
const linesOf = (files: ImpactFacts['reach']['files']): number =>
  files
    .filter((file) => file.kind !== 'test' && file.kind !== 'docs' && file.kind !== 'lockfile' && file.semantic !== 'none')
    .reduce((sum, file) => sum + file.addedLines + file.deletedLines, 0);

/** Units whose own code changed and that no suite covers, neither its own nor one of a unit above. */
function untestedUnits({ reach, suites }: ImpactFacts): string[] {
  const covered = (id: string): boolean => suites.some(({ unit }) => unit === id || unit === '.' || id.startsWith(`${unit}/`));
  return reach.units.filter((unit) => unit.fileKinds.includes('code') && !covered(unit.id)).map((unit) => unit.id);
}
