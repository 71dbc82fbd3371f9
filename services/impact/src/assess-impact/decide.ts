// The verdict on a change: kind, units, services, suites, risk, each with its reason. Pure.
import { chainConfidence, chainLine, type ImpactAssessed, type Verdict } from '@awo/contracts';
import { changeKind, type ChangeKind } from './change-kind.ts';
import type { ImpactFacts } from './facts.ts';
import { type Risk, riskOf } from './risk.ts';
import { type Scope, scopeOf } from './scope.ts';

export type ImpactDecision = Verdict<'assess-impact'> & { assessed: ImpactAssessed };

export function decideImpact(facts: ImpactFacts): ImpactDecision {
  const { reach } = facts;
  const change = changeKind(facts);
  const scope = scopeOf(facts, change);
  const risk = riskOf(facts, change);
  const assessed: ImpactAssessed = {
    base: reach.base,
    head: reach.head,
    kind: change.kind,
    ...scope,
    risk: risk.risk,
    riskBecause: risk.riskBecause,
    ...hintsOf(reach),
    fallback: reach.fallback?.because ?? null,
    filesChanged: reach.filesTotal,
    linesChanged: reach.files.reduce((sum, file) => sum + file.addedLines + file.deletedLines, 0),
  };
  return {
    kind: 'assess-impact',
    because: change.because,
    choice: choiceOf(change, assessed, facts.suites.length - scope.suites.length),
    figures: figuresOf(facts, assessed, risk),
    alternatives: alternativesOf(facts, scope, change),
    checks: checksOf(facts),
    traced: tracedOf(facts),
    assessed,
  };
}

/** The verdict travels in every commit of the goal: the first few broken contracts, the evidence holds all. */
const MAX_CONTRACTS = 10;

function hintsOf({ hints }: ImpactFacts['reach']): Pick<ImpactAssessed, 'reversibility' | 'contracts'> {
  if (!hints) return {};
  return { reversibility: hints.reversibility, ...(hints.contracts.length > 0 ? { contracts: hints.contracts.slice(0, MAX_CONTRACTS) } : {}) };
}

function choiceOf({ kind }: ChangeKind, { services, suites, units, risk }: ImpactAssessed, dropped: number): string {
  const scope = `${count(services.length, 'service')} to release${services.length > 0 ? ` (${some(services)})` : ''}, ${count(suites.length, 'suite')} to run, ${dropped} left out; risk ${risk}`;
  const what = {
    'first-release': 'First release: everything is new',
    code: `${count(units.length, 'unit')} touched (${some(units.map((unit) => `${unit.id} ${unit.change}`))})`,
    style: `Only looks change, in ${some(units.map((unit) => unit.id))}`,
    docs: 'Only documents changed',
    nothing: 'No unit is touched',
    unsure: `Not everything is understood, so wider: ${count(units.length, 'unit')} count as touched`,
  }[kind];
  return `${what}: ${scope}.`.slice(0, 600);
}

function figuresOf({ reach }: ImpactFacts, assessed: ImpactAssessed, risk: Risk): NonNullable<ImpactDecision['figures']> {
  return {
    filesChanged: assessed.filesChanged,
    linesChanged: assessed.linesChanged,
    unitsTouched: reach.units.map((unit) => `${unit.id} (${unit.change})`.slice(0, 400)).slice(0, 50),
    unitsDirect: reach.units.filter((unit) => unit.change === 'direct').length,
    unitsImplicit: reach.units.filter((unit) => unit.change === 'implicit').length,
    services: assessed.services.slice(0, 50),
    suitesChosen: assessed.suites.map((suite) => suite.slice(0, 400)).slice(0, 50),
    suitesDropped: assessed.dropped.map(({ suite }) => suite.slice(0, 400)).slice(0, 50),
    riskPoints: risk.points,
    riskBecause: risk.riskBecause.slice(0, 400),
    ...(reach.hints
      ? {
          reversible: `${reach.hints.reversibility.reversible}: ${reach.hints.reversibility.because}`.slice(0, 400),
          contractsBroken: reach.hints.contracts.map(({ kind, element, because }) => `${kind} ${element}: ${because}`.slice(0, 400)).slice(0, 20),
          majors: reach.hints.majors.map((one) => `${one.package} ${one.from} to ${one.to}`).slice(0, 20),
          fragileFiles: reach.hints.fragile.map(({ file, failures, changes }) => `${file}: ${failures} of ${changes} changes were repaired`).slice(0, 10),
          owners: reach.hints.owners.map(({ owner }) => owner).slice(0, 20),
        }
      : {}),
    fallback: assessed.fallback?.slice(0, 400) ?? null,
    filesInGraph: reach.graph.files,
    edgesInGraph: reach.graph.edges,
  };
}

/** The surest chain that leads out of what changed itself; where none does, the surest of all. */
function tracedOf({ reach: { units } }: ImpactFacts): NonNullable<ImpactDecision['traced']> {
  const [strongest] = units.toSorted(
    (a, b) => Number(b.reasons.length > 1) - Number(a.reasons.length > 1) || chainConfidence(b.reasons) - chainConfidence(a.reasons),
  );
  return { units: units.length, ...(strongest ? { strongestChain: `${strongest.id}: ${chainLine(strongest.reasons)}`.slice(0, 400) } : {}) };
}

function alternativesOf({ reach }: ImpactFacts, { dropped }: Scope, { kind }: ChangeKind): NonNullable<ImpactDecision['alternatives']> {
  const rejected: NonNullable<ImpactDecision['alternatives']> = [];
  const [first] = dropped;
  if (first)
    rejected.push({
      kind: 'run every suite',
      rejectedBecause: `${count(dropped.length, 'suite')} cannot see the change. ${first.suite}: ${first.because}`.slice(0, 600),
    });
  if (reach.fallback) rejected.push({ kind: 'trust the graph alone', rejectedBecause: reach.fallback.because.slice(0, 600) });
  const implicit = reach.units.find((unit) => unit.change === 'implicit');
  if (implicit)
    rejected.push({
      kind: 'only the units whose files changed',
      rejectedBecause: `${implicit.id} is reached as well: ${implicit.reasons.at(-1)?.text ?? 'through others'}.`.slice(0, 600),
    });
  if (kind === 'first-release') rejected.push({ kind: 'compare with an earlier revision', rejectedBecause: 'None is running.' });
  return rejected;
}

function checksOf({ reach }: ImpactFacts): NonNullable<ImpactDecision['checks']> {
  const ownerless = reach.files.filter((file) => file.unit === null && file.kind !== 'docs');
  const missing = ['unparsable-file', 'too-large', 'too-many-names'].includes(reach.fallback?.kind ?? '');
  return [
    {
      name: 'every changed file has an owner',
      passed: ownerless.length === 0,
      detail: (ownerless.length === 0
        ? `${count(reach.filesTotal, 'file')}, each in a unit or a document.`
        : `In no unit: ${some(ownerless.map((file) => file.path))}; counted as reaching all that could use them.`
      ).slice(0, 600),
    },
    {
      name: 'graph complete',
      passed: !missing,
      detail: (missing
        ? (reach.fallback?.because ?? '')
        : reach.base === null
          ? 'Not needed: everything counts as changed.'
          : `${count(reach.graph.edges, 'import')} among ${count(reach.graph.files, 'file')}.`
      ).slice(0, 600),
    },
  ];
}

const count = (n: number, word: string): string => `${n} ${word}${n === 1 ? '' : 's'}`;
const some = (names: readonly string[]): string => `${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`;
