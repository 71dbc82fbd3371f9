// Puts what the walk found into a report: units with risk, tests by file, what is left out and why. Pure.
import { type ImpactedTest, type ImpactedUnit, type ImpactHints, type ImpactReport, LINKS_BETWEEN_PROCESSES, type RepoModel } from '@awo/contracts';
import type { FileKind } from '../classify.ts';
import type { CodeGraph } from '../graph.ts';
import type { CoChange } from './co-change.ts';
import type { FileVersions } from './file-change.ts';
import { type Chain, chained, link, linksOf } from './links.ts';
import { riskOf, strategyOf } from './risk.ts';
import type { Seeds } from './seeds.ts';
import type { Walked } from './walk.ts';

export type ReportInput = {
  base: string;
  head: string;
  model: RepoModel;
  versions: readonly FileVersions[];
  /** Changed files that awo.yaml says affect nothing. */
  silent: ReadonlySet<string>;
  walked: Walked;
  tests: readonly string[];
  graph: CodeGraph;
  kindOf: (path: string) => FileKind;
  isTest: (path: string) => boolean;
  owner: (path: string) => string | null;
  seeds: Seeds;
  together: readonly CoChange[];
  hints: ImpactHints;
};

const MAX_FILES = 2000;
const MAX_CO_CHANGES = 20;
/** What matters most first. */
const WEIGHT: readonly FileKind[] = ['code', 'manifest', 'lockfile', 'config', 'unknown', 'style', 'asset', 'test'];

export function reportOf(given: ReportInput): Omit<ImpactReport, 'graph' | 'dead'> {
  const { base, head, versions, owner, walked, silent } = given;
  const partOf = asUsed(given);
  const input = { ...given, kindOf: partOf };
  const tests = testsOf(input);
  const units = unitsOf(input);
  return {
    base,
    head,
    files: versions.slice(0, MAX_FILES).map(({ diff: { path, status, addedLines, deletedLines }, change }) => ({
      path,
      status,
      kind: partOf(path),
      unit: owner(path),
      addedLines,
      deletedLines,
      semantic: change.kind === 'none' || silent.has(path) ? 'none' : change.kind,
      symbols: change.kind === 'symbols' ? [...change.names].slice(0, 100) : [],
    })),
    filesTotal: versions.length,
    units,
    tests,
    skipped: skippedOf(input, tests),
    strategy: strategyOf(units, versions, partOf, given.hints),
    hints: given.hints,
    fallback: fallbackOf(input, [...walked.unparsable]),
  };
}

/** A document or a test that running code imports counts as part of that code. */
function asUsed({ walked, kindOf }: ReportInput): (path: string) => FileKind {
  const promoted = new Map<string, FileKind>();
  for (const [to, { link: step }] of walked.files) {
    const kind = kindOf(step.from);
    const by = kindOf(to);
    if (step.from === to || (kind !== 'docs' && kind !== 'test') || by === 'docs' || by === 'test') continue;
    promoted.set(step.from, kind === 'docs' ? 'asset' : 'code');
  }
  return (path) => promoted.get(path) ?? kindOf(path);
}

function testsOf({ tests, walked, owner, seeds, together, isTest }: ReportInput): ImpactedTest[] {
  const testsOnly = new Map(seeds.units.filter((seed) => seed.testsOnly).map((seed) => [seed.unit, chained(null, seed.reason)]));
  const history = Map.groupBy(together.filter(({ to }) => isTest(to)).slice(0, MAX_CO_CHANGES), (one) => one.to);
  const found: ImpactedTest[] = [];
  for (const file of tests) {
    const unit = owner(file);
    const own = walked.files.get(file);
    const whole = unit === null ? undefined : (walked.units.get(unit) ?? testsOnly.get(unit));
    const best = best2(own, whole && unit !== null ? chained(whole, link('unit', unit, file, `${file}:1`, 0.9, `${file} is a test of ${unit}`)) : undefined);
    const past = (history.get(file) ?? []).map((one) => coChangeLink(one));
    if (best) found.push({ file, unit, reasons: [...linksOf(best), ...past], probability: best.probability });
    else if (past[0]) found.push({ file, unit, reasons: past, probability: past[0].confidence });
  }
  return found.toSorted((a, b) => b.probability - a.probability || (a.file < b.file ? -1 : 1));
}

const best2 = (a: Chain | undefined, b: Chain | undefined): Chain | undefined => (!a || (b && b.probability > a.probability) ? b : a);

/** History says what went together, not why: never more than a third. */
const coChangeLink = ({ from, to, support, confidence }: CoChange) =>
  link(
    'co-change',
    from,
    to,
    `${to}:1`,
    Math.round(confidence * 33) / 100,
    `${support} commits changed both, ${Math.round(confidence * 100)}% of those that changed ${from}`,
  );

function unitsOf({ model, versions, walked, owner, seeds, kindOf, isTest, silent, hints }: ReportInput): ImpactedUnit[] {
  const changed = Map.groupBy(
    versions.filter(({ diff: { path } }) => !silent.has(path) && kindOf(path) !== 'docs'),
    ({ diff: { path } }) => owner(path),
  );
  const reached = new Map<string, Chain>();
  /** Units of which something that runs is reached. */
  const running = new Set([...walked.units.keys(), ...seeds.shaped.map(({ unit }) => unit)]);
  for (const [path, chain] of walked.files) {
    const unit = owner(path);
    const kind = kindOf(path);
    if (unit === null || kind === 'docs') continue;
    keepBest(reached, unit, chain, isTest(path));
    if (kind !== 'test' && chain.before !== null) running.add(unit);
  }
  for (const [unit, chain] of walked.units) keepBest(reached, unit, chain, false);
  for (const { unit, reason } of [...seeds.shaped, ...seeds.units.filter((seed) => seed.testsOnly)]) keepBest(reached, unit, chained(null, reason), false);
  return model.units.flatMap(({ id, kind }): ImpactedUnit[] => {
    const own = changed.get(id) ?? [];
    const real = own.filter(({ change }) => change.kind !== 'none');
    const [first] = real.toSorted((a, b) => Number(isTest(a.diff.path)) - Number(isTest(b.diff.path)));
    const chain = (first && walked.files.get(first.diff.path)) ?? reached.get(id);
    if (first || chain) {
      const kinds = [...new Set(real.map(({ diff }) => kindOf(diff.path)))].toSorted((a, b) => WEIGHT.indexOf(a) - WEIGHT.indexOf(b));
      const change = first && !(kinds.every((one) => one === 'test') && running.has(id)) ? 'direct' : 'implicit';
      const reasons = chain ? linksOf(chain) : [];
      const fileKinds = change === 'direct' ? kinds : running.has(id) ? [] : ['test' as const];
      return [{ id, kind, change, fileKinds, risk: riskOf(real, change, reasons, kindOf, hints), reasons }];
    }
    const [silentOne] = own;
    if (!silentOne) return [];
    const { path } = silentOne.diff;
    const text = own.length === 1 ? `${path}: only comments or format changed` : `${own.length} files: only comments or format changed`;
    return [{ id, kind, change: 'none-semantic', fileKinds: [], risk: 'low', reasons: [link('none-semantic', path, id, `${path}:1`, 1, text)] }];
  });
}

const isBetweenProcesses = (chain: Chain): boolean => linksOf(chain).some(({ kind }) => LINKS_BETWEEN_PROCESSES.has(kind));

function keepBest(reached: Map<string, Chain>, unit: string, chain: Chain, test: boolean): void {
  const known = reached.get(unit);
  // A chain that says that other code runs counts before one that says that other answers come, however sure.
  if (known && isBetweenProcesses(known) !== isBetweenProcesses(chain)) {
    if (isBetweenProcesses(known)) reached.set(unit, chain);
    return;
  }
  if (!known || chain.probability > known.probability + (test ? 0.2 : 0)) reached.set(unit, chain);
}

function skippedOf({ tests, versions, silent, owner, together, isTest }: ReportInput, chosen: readonly ImpactedTest[]): ImpactReport['skipped'] {
  const left = tests.length - chosen.length;
  if (left === 0) return { tests: 0, because: [] };
  const taken = new Set(chosen.map(({ file }) => file));
  const byUnit: Record<string, number> = {};
  for (const file of tests) {
    const unit = owner(file);
    if (unit !== null && !taken.has(file)) byUnit[unit] = (byUnit[unit] ?? 0) + 1;
  }
  const quiet = versions.filter(({ change }) => change.kind === 'none').map(({ diff: { path } }) => path);
  const loud = versions.filter(({ change, diff: { path } }) => change.kind !== 'none' && !silent.has(path)).map(({ diff: { path } }) => path);
  const past = together.filter(({ to }) => isTest(to)).length - MAX_CO_CHANGES;
  return {
    tests: left,
    because: [
      ...(quiet.length > 0 ? [`${list(quiet)}: only comments, words or format changed, which no test can see.`] : []),
      ...(past > 0 ? [`${past} more tests changed together with these files often: the ${MAX_CO_CHANGES} surest of history are looked at.`] : []),
      ...(silent.size > 0 ? [`${list([...silent])}: awo.yaml says that it affects nothing.`] : []),
      ...(loud.length > 0 ? [`No chain of imports, names or files leads from ${list(loud)} to the tests left out.`] : []),
    ],
    byUnit,
  };
}

function fallbackOf({ seeds, versions }: ReportInput, unparsable: string[]): ImpactReport['fallback'] {
  const all = [
    ...seeds.fallbacks,
    ...(unparsable.length > 0
      ? [
          {
            kind: 'unparsable-file',
            files: unparsable,
            because: `${list(unparsable)} cannot be parsed, so it counts as importing all that its unit depends on.`,
          },
        ]
      : []),
  ];
  if (versions.length > MAX_FILES)
    all.push({ kind: 'too-large', files: [], because: `${versions.length} files changed; the first ${MAX_FILES} are listed, all were analysed.` });
  const [first] = all;
  return first
    ? {
        kind: first.kind,
        files: [...new Set(all.flatMap((one) => one.files))].slice(0, 50),
        because: [...all.slice(0, 3).map((one) => one.because), ...(all.length > 3 ? [`And ${all.length - 3} more that are not understood.`] : [])].join(' '),
      }
    : null;
}

const list = (paths: readonly string[]): string => `${paths.slice(0, 3).join(', ')}${paths.length > 3 ? ` and ${paths.length - 3} more` : ''}`;
